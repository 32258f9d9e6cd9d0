// Reads the few fields of interest out of one JSON object, in one pass over its bytes.
//
// It reads by the rules of `JSONScanner`, with two exceptions: strings may hold raw control
// characters and bytes that are not UTF-8, because the other formats accept these too, and values
// may nest to any depth. If a name is given twice, or two names of one field, the last one counts.
// `null`, true, false, arrays and objects count as no text; a number counts as the text that it is
// written as.
// Cost: every byte is looked at once, and those of the fields twice; the buffers are reused.

internal import QACJSON

/// A reusable parser of one line of a JSON-lines log.
struct JSONLine {
  /// The session or user; empty if there is none.
  private(set) var session: [UInt8] = []
  /// The query; empty if there is none.
  private(set) var query: [UInt8] = []
  private var time: [UInt8] = []

  /// The time as a number in the log's unit; nil if it is not a number.
  func timeNumber() -> Int64? { time.withUnsafeBufferPointer(NumberParser.time) }

  /// The time in unix seconds, of numbers in `unit`; or why there is none.
  func time(_ unit: TimeUnit) -> Result<Int64, BadLine.Reason> {
    time.withUnsafeBufferPointer(unit.time)
  }

  /// Reads `line`; false if it is not a JSON object.
  mutating func parse(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    session.removeAll(keepingCapacity: true)
    query.removeAll(keepingCapacity: true)
    time.removeAll(keepingCapacity: true)
    return Self.readObject(line) { (scanner) throws(JSONFault) in try readMember(&scanner) }
  }

  private mutating func readMember(_ scanner: inout JSONScanner) throws(JSONFault) {
    let name = try scanner.key()
    if Self.sessionNames.contains(where: { scanner.matches(name, $0) }) {
      try Self.readText(&scanner, into: &session)
    } else if Self.timeNames.contains(where: { scanner.matches(name, $0) }) {
      try Self.readText(&scanner, into: &time)
    } else if Self.queryNames.contains(where: { scanner.matches(name, $0) }) {
      try Self.readText(&scanner, into: &query)
    } else {
      try scanner.skipValue(depth: 1)
    }
  }

  private static let sessionNames: [StaticString] = ["session", "session_id", "user", "user_id"]
  private static let timeNames: [StaticString] = ["time", "timestamp", "at", "ts"]
  private static let queryNames: [StaticString] = ["query", "q"]

  /// Reads `line` as one object, calling `member` at each of its names; false if it is none.
  static func readObject(
    _ line: UnsafeBufferPointer<UInt8>, _ member: (inout JSONScanner) throws(JSONFault) -> Void
  ) -> Bool {
    var scanner = JSONScanner(line, acceptsAnyText: true, maximumDepth: .max)
    do throws(JSONFault) {
      guard scanner.next() == 0x7B else { return false }
      try scanner.open(depth: 0)
      if !scanner.take(0x7D) {
        repeat { try member(&scanner) } while try scanner.hasAnother(closing: 0x7D)
      }
      try scanner.end()
      return true
    } catch {
      return false
    }
  }

  /// Reads a value into `text`: a string unescaped, a number as written, nothing of another kind.
  static func readText(
    _ scanner: inout JSONScanner, into text: inout [UInt8]
  ) throws(JSONFault) {
    text.removeAll(keepingCapacity: true)
    switch scanner.next() {
    case 0x22:
      scanner.append(try scanner.string(), to: &text)
    case .some(0x2D), .some(0x30...0x39):
      let number = try scanner.number()
      text.append(contentsOf: scanner.bytes[number.start..<number.end])
    default:
      try scanner.skipValue(depth: 1)
    }
  }
}
