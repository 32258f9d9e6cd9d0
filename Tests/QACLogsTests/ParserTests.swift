// Lines, numbers and dates against other implementations.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct ParserTests {
  @Test
  func linesDoNotDependOnPieces() throws {
    try withEvery("seed", in: UInt64(0)..<500) { seed in
      var random = SplitMix64(seed: seed)
      let alphabet = Array("\n\n\rabc".utf8)
      let bytes = (0..<random.below(60)).map { _ in alphabet[random.below(alphabet.count)] }
      let maximum = random.below(8)
      var expected = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      if expected.last?.isEmpty == true { expected.removeLast() }
      let lines = expected.map { line -> [UInt8]? in
        let text = line.last == 0x0D ? line.dropLast() : line
        return text.count > maximum ? nil : Array(text)
      }
      var feeder = LineFeeder(maximumLength: maximum)
      var got: [[UInt8]?] = []
      func take(_ line: LineFeeder.Line) {
        switch line {
        case .text(let text): got.append(Array(text))
        case .tooLong: got.append(nil)
        }
      }
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + 1 + random.below(9))
        Array(bytes[start..<end]).withUnsafeBufferPointer { feeder.feed($0, take) }
        start = end
      }
      feeder.finish(take)
      #expect(got == lines, "seed \(seed)")
    }
  }

  private func time(_ text: String) -> Int64? {
    Array(text.utf8).withUnsafeBufferPointer { NumberParser.time($0) }
  }

  private func count(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { NumberParser.count($0) }
  }

  private func date(_ text: String) -> Int64? {
    Array(text.utf8).withUnsafeBufferPointer { NumberParser.date($0) }
  }

  @Test
  func timesAreRoundedDown() {
    #expect(time("0") == 0)
    #expect(time("1291191960") == 1_291_191_960)
    #expect(time("1.999") == 1)
    #expect(time("-1") == -1)
    #expect(time("-1.5") == -2)
    #expect(time("1767261600123456789") == 1_767_261_600_123_456_789)
    #expect(time("9223372036854775807") == .max)
    for text in [
      "", "-", ".", "1.", ".5", "1e9", "+1", " 1", "1 ", "0x1", "1,5", "1.5.5", "1.-5", "１",
    ] {
      #expect(time(text) == nil, "\(text)")
    }
    #expect(time("9223372036854775808") == nil)
    #expect(time("00000000000000000001") == nil)
  }

  @Test
  func countsArePositive() {
    #expect(count("1") == 1)
    #expect(count("0.25") == 0.25)
    #expect(count("37.5") == 37.5)
    #expect(count("999999999999999") == 999_999_999_999_999)
    #expect(count("9999999999999999") == nil)
    for text in ["0", "0.0", "-1", "", "x", "nan", "inf"] { #expect(count(text) == nil, "\(text)") }
  }

  @Test
  func datesAgreeWithFoundation() throws {
    let formatter = ISO8601DateFormatter()
    try withEvery("seed", in: UInt64(0)..<400) { seed in
      var random = SplitMix64(seed: seed)
      // From 1902 to 2100.
      let time = Int64(random.below(6_249_000_000)) - 2_145_000_000
      let text = formatter.string(from: Date(timeIntervalSince1970: Double(time)))
      #expect(date(text) == time, "\(text)")
      #expect(date(String(text.dropLast()).replacingOccurrences(of: "T", with: " ")) == time)
      #expect(date(String(text.dropLast()) + "+02:30") == time - 9_000)
      #expect(date(String(text.dropLast()) + ".123456-0100") == time + 3_600)
    }
  }

  @Test
  func datesThatAreNone() {
    #expect(date("2000-02-29") == 951_782_400)
    #expect(date("2016-12-31T23:59:60Z") == 1_483_228_800)
    #expect(date("0000-01-01") == -62_167_219_200)
    #expect(date("2006-03-01T07:17") == 1_141_197_420)
    for text in [
      "", "2001-02-29", "1900-02-29", "2006-13-01", "2006-00-01", "2006-01-00", "2006-04-31",
      "2006-03-01T", "2006-03-01T24:00:00", "2006-03-01T07:60:00", "2006-03-01T07:17:61",
      "2006-03-01T07:17:12.", "2006-03-01T07:17:12X", "2006-03-01T07:17:12+", "06-03-01",
      "2006-3-1", "2006-03-01T07:17:12+25:00", "2006-03-01T07:17:12Zx", "1141197432",
    ] {
      #expect(date(text) == nil, "\(text)")
    }
  }

  /// A random JSON value that holds no field of interest.
  private func value(_ random: inout SplitMix64, depth: Int) -> Any {
    switch random.below(depth > 0 ? 7 : 5) {
    case 0: return random.below(1_000_000)
    case 1: return Double(random.below(1000)) / 8
    case 2: return NSNull()
    case 3: return random.below(2) == 0
    case 4: return string(&random)
    case 5: return (0..<random.below(4)).map { _ in value(&random, depth: depth - 1) }
    default:
      var object: [String: Any] = [:]
      for i in 0..<random.below(4) { object["query\(i)"] = value(&random, depth: depth - 1) }
      return object
    }
  }

  private func string(_ random: inout SplitMix64) -> String {
    let scalars: [Unicode.Scalar] = [
      "a", "B", " ", "\"", "\\", "/", "\n", "\t", "\u{1}", "{", "}", "[", "]", ":", ",", "é", "東",
      "🍕",
      "\u{2028}",
    ]
    var text = String.UnicodeScalarView("x".unicodeScalars)
    for _ in 0..<random.below(12) { text.append(scalars[random.below(scalars.count)]) }
    return String(text)
  }

  @Test
  func jsonAgreesWithFoundation() throws {
    try withEvery("seed", in: UInt64(0)..<400) { seed in
      var random = SplitMix64(seed: seed)
      let query = string(&random)
      let user = string(&random)
      let object: [String: Any] = [
        "user": user, "ts": 12, "q": query, "other": value(&random, depth: 3),
        string(&random): value(&random, depth: 2),
      ]
      let line = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
      let directory = try TemporaryDirectory()
      let path = try write([UInt8](line), in: directory)
      var events: [RawEvent] = []
      try LogReader.forEachEvent(paths: [path]) { events.append($0) }
      #expect(events == [RawEvent(session: user, time: 12, query: query)], "seed \(seed)")
    }
  }
}
