// What JSON lines of logs may hold: the rules of JSON, but strings of any bytes.

import QACLogs
import QACTestSupport
import Testing

@Suite struct JSONLineTests {
  /// The log of `line` behind a good one, since a log must have one.
  private func read(line: [UInt8]) throws -> QueryLog {
    let first = Array(#"{"user":"z","ts":0,"q":"first"}"#.utf8) + [0x0A]
    return try QACLogsTests.read(first + line, LogReadOptions(format: .jsonl, maximumBadShare: 1))
  }

  @Test(arguments: [
    #"{"user":"a","ts":1,"q":"x","n":01}"#, #"{"user":"a","ts":1,"q":"x","n":1.}"#,
    #"{"user":"a","ts":1,"q":"x","n":-}"#, #"{"user":"a","ts":1,"q":"x","n":1e}"#,
    #"{"user":"a","ts":1,"q":"x","n":nil}"#, #"{"user":"a","ts":1,"q":"x","n":-Infinity}"#,
    #"{"user":"a","ts":1,"q":"x","n":[1 2]}"#, #"{"user":"a","ts":1,"q":"x","n":[1}}"#,
    #"{"user":"a","ts":1,"q":"x",}"#, #"{"user":"a","ts":1,"q":"x"} 1"#,
    #"{"user":"a","ts":1,"q":"\x"}"#, #"{"user":"a","ts":1,"q":"\ud83d\u00g0"}"#,
    "{\"user\":\"a\",\u{0B}\"ts\":1,\"q\":\"x\"}", #"{"user":"a","ts":1,"q":"x""#, "[1]", "1",
  ])
  func whatIsNotJSONIsABadLine(line: String) throws {
    let log = try read(line: Array(line.utf8))
    #expect(log.report.firstBad.map(\.reason) == [.json], "\(line)")
    #expect(words(log) == ["- > first"], "\(line)")
  }

  @Test(arguments: [
    (#"{"user":"a","ts":1,"q":"x\ty"}"#, "x y"),
    ("{\"user\":\"a\",\"ts\":1,\"q\":\"x\ty\"}", "x y"),
    (#"{"user":"a","ts":1,"q":"\ud83c\udf55"}"#, "🍕"),
    (#"{"user":"a","ts":1,"q":"x\udf55y"}"#, "x y"),
    (#"{"q":"w","q":"x","user":"a","user_id":7,"ts":1,"query":"y"}"#, "y"),
    (#"{"user":"a","ts":1,"\u0071":"x"}"#, "x"), (#"{"user":"a","ts":1,"q":12.50}"#, "12 50"),
    ("\t{ \"user\" : \"a\" ,\"ts\":1.5e0,\"ts\":1, \"q\":\"x\" }\r", "x"),
  ])
  func whatIsJSONIsRead(line: String, query: String) throws {
    let log = try read(line: Array(line.utf8))
    #expect(log.report.badLines == 0, "\(line)")
    #expect(words(log) == ["- > first", "- > \(query)"], "\(line)")
  }

  @Test func bytesThatAreNoUTF8AreKept() throws {
    let log = try read(
      line: Array(#"{"user":"a","ts":1,"q":"x"#.utf8) + [0xFF, 0xC3] + Array(#"y","n":""#.utf8)
        + [0x80] + Array(#""}"#.utf8))
    #expect(log.report.badLines == 0)
    #expect(words(log) == ["- > first", "- > x y"])
  }

  @Test func otherKindsCountAsNoText() throws {
    for value in ["null", "true", "false", "[\"x\"]", "{\"q\":\"x\"}", "\"\""] {
      let log = try read(line: Array("{\"user\":\"a\",\"ts\":1,\"q\":\(value)}".utf8))
      #expect(log.report.firstBad.map(\.reason) == [.query], "\(value)")
    }
  }

  @Test func anyDepthIsSkippedAndChecked() throws {
    for depth in [1, 31, 32, 63, 64, 65, 127, 128, 129, 10_000] {
      // Objects and arrays by turns.
      let open = (0..<depth).map { $0 % 3 == 0 ? "{\"q\":" : "[" }.joined()
      let close = (0..<depth).map { $0 % 3 == 0 ? "}" : "]" }
      let whole = close.reversed().joined()
      let swapped = close.joined()
      for (brackets, isGood) in [(whole, true), (swapped, swapped == whole)] {
        let line = "{\"user\":\"a\",\"n\":\(open)1\(brackets),\"ts\":1,\"q\":\"x\"}"
        let log = try read(line: Array(line.utf8))
        #expect(log.report.badLines == (isGood ? 0 : 1), "\(depth) levels")
      }
    }
  }
}
