// Logs that are damaged or hostile, and files that are not logs.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct BadLogTests {
  private let canary = "canaryquery"

  @Test
  func badLinesAreCountedAndLocated() throws {
    let text =
      "a\t1\tgood\n" + "a\t2\n" + "a\tnoon \(canary)\tx\n" + "a\t3\t?!\n" + "\t4\tx\n"
      + "a\t5\t\(String(repeating: "x", count: LogReader.maximumLineLength))\n"
    let log = try read(text)
    #expect(log.observations.count == 1)
    #expect(log.report.badLines == 5)
    #expect(log.report.firstBad.map(\.line) == [2, 3, 4, 5, 6])
    #expect(log.report.firstBad.map(\.reason) == [.columns, .time, .query, .session, .length])
    #expect(!log.report.description.contains(canary))
    #expect(log.report.description.contains(":3: no readable time"))
  }

  @Test
  func reasonsOfTheOtherFormats() throws {
    var options = LogReadOptions(format: .pairs)
    let pairs = try read("a\tb\t1\na\tb\t0\na\tb\t-1\na\tb\tx\na\t\t1\na\tb\tc\td\n", options)
    #expect(pairs.report.firstBad.map(\.reason) == [.count, .count, .count, .query, .columns])
    options.format = .jsonl
    let json = try read(
      #"""
      {"user":"a","ts":1,"q":"x"}
      {"user":"a","ts":1,"q":"x"
      {"user":"a","ts":"soon","q":"x"}
      {"ts":1,"q":"x"}
      {"user":"a","ts":1}
      [1]
      """#, options)
    #expect(json.report.firstBad.map(\.reason) == [.json, .time, .session, .query, .json])
  }

  @Test
  func longQueriesAreLeftOutWhereAskedFor() throws {
    var options = LogReadOptions(format: .events)
    // U+FDFA has three bytes as typed and eighteen letters normalised.
    let text = "a\t1\t12345\na\t2\t1234567890\na\t3\t12345678901\na\t4\t\u{FDFA}\n"
    #expect(try read(text, options).observations.count == 4)
    options.longestQuery = 10
    let log = try read(text, options)
    #expect(log.observations.count == 2)
    #expect(log.report.firstBad.map(\.line) == [3, 4])
    #expect(log.report.firstBad.allSatisfy { $0.reason == .longQuery })
    // The query before one that is left out becomes the previous query of the next one.
    #expect(log.observations[1].previous == log.observations[0].query)
    options.format = .pairs
    let pairs = try read("12345678901\tb\t1\na\tb\t1\n", options)
    #expect(pairs.report.firstBad.map(\.line) == [1] && pairs.observations.count == 1)
  }

  @Test
  func onlyTheFirstTwentyAreKept() throws {
    var options = LogReadOptions()
    options.maximumBadShare = 1
    let log = try read("a\t1\tx\n" + String(repeating: "bad\n", count: 50), options)
    #expect(log.report.badLines == 50)
    #expect(log.report.firstBad.count == LogReport.keptBadLines)
    #expect(log.report.description.contains("and 30 more"))
  }

  @Test
  func tooManyBadLinesAreFatal() throws {
    let good = (0..<500).map { "a\t\($0)\tq\($0)\n" }.joined()
    let bad = { (count: Int) in Array((good + String(repeating: "bad\n", count: count)).utf8) }
    // Five bad lines are always tolerated; above that, one in a hundred.
    #expect(try failure(reading: bad(5)) == nil)
    let error = try #require(try failure(reading: bad(6)))
    guard case .tooManyBadLines(6, 506, let first, .events) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(first?.line == 501)
    #expect(error.description.contains("--format"))
    #expect(try failure(reading: bad(6), LogReadOptions(maximumBadShare: 0.02)) == nil)
  }

  @Test
  func whatIsNoLogIsNamed() throws {
    func kind(_ bytes: [UInt8]) throws -> String {
      try failure(reading: bytes).map { "\($0)" } ?? "none"
    }
    #expect(try kind([]).contains("empty"))
    #expect(try kind(Array("\n\n \n".utf8)).contains("none of 3 lines"))
    #expect(try kind(Array("just\u{1} some text\nand more\n".utf8)).contains("--format"))
    #expect(try kind(Array("\u{7F}ELF\0\0\0".utf8)).contains("not a text file"))
    #expect(try kind([0xFF, 0xFE, 0x61, 0]).contains("UTF-16"))
    #expect(try kind([0x28, 0xB5, 0x2F, 0xFD, 1, 2]).contains("zstd"))
    #expect(try kind(Array("PK\u{3}\u{4}".utf8)).contains("zip"))
    #expect(try kind(Array("a\tb\tc\n".utf8)).contains("--format"))
    #expect(try kind(GzipWriter.pack([])).contains("empty"))
    let twice = GzipWriter.pack(GzipWriter.pack(Array("a\t1\tx\n".utf8)))
    #expect(try kind(twice).contains("second time"))
    let noQuery = LogReadOptions(format: .events)
    #expect(
      try failure(reading: Array("a\t1\t!\n".utf8), noQuery)?.description.contains("none of")
        == true)
  }

  @Test
  func pathsThatCannotBeRead() throws {
    let directory = try TemporaryDirectory()
    func error(_ paths: [String]) -> LogError? {
      do {
        _ = try LogReader.read(paths: paths)
        return nil
      } catch {
        return error
      }
    }
    let missing = directory.file("missing")
    #expect(error([missing]) == .file(.system(operation: "open", path: missing, code: ENOENT)))
    #expect(error([directory.path]) == .file(.isDirectory(path: directory.path)))
    #expect(error(["/dev/null"]) == .file(.notRegular(path: "/dev/null")))
    #expect(error([]) == .noFiles)
    let secret = try write(Array("a\t1\tx\n".utf8), in: directory)
    withoutPrivileges {
      #expect(error([secret]) == .file(.system(operation: "open", path: secret, code: EACCES)))
    }
  }

  @Test
  func aPipeThatIsNamedIsRead() throws {
    let directory = try TemporaryDirectory()
    let pipe = try NamedPipe(path: directory.file("pipe"), text: "a\t1\tx\n")
    #expect(try LogReader.read(paths: [pipe.path]).observations.count == 1)
  }

  @Test
  func timesAndCountsDoNotMix() throws {
    let directory = try TemporaryDirectory()
    let events = try write(Array("a\t1\tx\n".utf8), to: "events", in: directory)
    let pairs = try write(Array("a\tb\t3\n".utf8), to: "pairs", in: directory)
    #expect(throws: LogError.mixedFormats(path: pairs, format: .pairs, other: .events)) {
      try LogReader.read(paths: [events, pairs])
    }
    #expect(throws: LogError.notTimed(path: pairs, format: .pairs)) {
      try LogReader.forEachEvent(paths: [pairs]) { _ in }
    }
  }

  @Test
  func anyBytesAreReadOrRefused() throws {
    try withEvery("seed", in: UInt64(0)..<600) { seed in
      var random = SplitMix64(seed: seed)
      // Bytes that matter to the formats, so that lines and columns occur.
      let alphabet = Array("\t\t\t\n\n\r\0 ab1290.-:{}[]\",\\uT".utf8) + [0xC3, 0xA9, 0xFF, 0x80]
      let bytes = (0..<random.below(300)).map { _ in alphabet[random.below(alphabet.count)] }
      for format in LogFormat.allCases {
        let options = LogReadOptions(format: format, maximumBadShare: 1)
        let head = format == .auto ? [] : Array("x".utf8)
        _ = try failure(reading: head + bytes, options)
      }
    }
  }

  @Test
  func mutatedLogsAreReadOrRefused() throws {
    let lines: [(LogFormat, String)] = [
      (.events, "a\t1000\trunning shoes\nb\t1001.5\tpizza\n"),
      (.jsonl, #"{"user":"a","ts":"2006-03-01T07:17:12Z","q":"x\u00e9\n","e":[1,{"a":null}]}"#),
      (.aol, "142\trent\t2006-03-01 07:17:12\t1\thttp://x\n"), (.pairs, "a\tb\t12.5\n"),
    ]
    try withEvery("seed", in: UInt64(0)..<400) { seed in
      var random = SplitMix64(seed: seed)
      for (format, text) in lines {
        var bytes = Array(text.utf8)
        for _ in 0...random.below(3) {
          let i = random.below(bytes.count)
          switch random.below(3) {
          case 0: bytes[i] = UInt8(truncatingIfNeeded: random.next())
          case 1: bytes.insert(bytes[random.below(bytes.count)], at: i)
          default: if bytes.count > 1 { bytes.remove(at: i) }
          }
        }
        _ = try failure(reading: bytes, LogReadOptions(format: format))
      }
    }
  }

  @Test
  func hugeLinesAreBadAndNotHeld() throws {
    let huge = String(repeating: "x", count: 3_000_000)
    let text = "a\t1\tx\n" + huge + "\na\t2\ty\n" + huge
    for bytes in [Array(text.utf8), GzipWriter.pack(Array(text.utf8))] {
      let log = try read(bytes)
      #expect(log.observations.count == 2)
      #expect(log.report.firstBad.map(\.line) == [2, 4])
    }
  }

  @Test
  func deepNestingIsSkipped() throws {
    let depth = 30_000
    let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    let log = try read(#"{"user":"a","x":\#(nested),"ts":1,"q":"deep"}"# + "\n")
    #expect(words(log) == ["- > deep"])
  }
}
