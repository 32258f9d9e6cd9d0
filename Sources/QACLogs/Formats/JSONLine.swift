// Reads one JSON object with a member at a time, by the rules of logs and files of items.
//
// Strings may hold raw control characters and bytes that are not UTF-8, because the other formats
// accept these too, and values may nest to any depth.

internal import QACJSON

/// Functions that read JSON objects.
enum JSONLine {
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
