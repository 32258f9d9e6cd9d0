// Small checks of texts that the readers of items share.

internal import QACJSON
import QACText

/// Checks and trims texts.
enum ItemText {
  /// `text` without white space around it.
  static func trimmed(_ text: [UInt8]) -> [UInt8] {
    text.withUnsafeBufferPointer { Array(Tokenizer.trimmed($0, bothEnds: true)) }
  }

  /// Whether `text` is well-formed UTF-8.
  static func isUTF8(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer(LogText.isUTF8)
  }

  /// Whether `id` can name an item: 1 to `ItemRecord.longestID` bytes without control characters.
  static func isID(_ id: [UInt8]) -> Bool {
    (1...ItemRecord.longestID).contains(id.count) && !id.contains { $0 < 0x20 || $0 == 0x7F }
  }

  /// The longest beginning of `text`, which is UTF-8, of at most `limit` bytes and whole scalars.
  static func cut(_ text: [UInt8], to limit: Int) -> [UInt8] {
    if text.count <= limit { return text }
    var end = limit
    while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    return trimmed(Array(text[..<end]))
  }

  /// How many arrays and objects are around a payload in the daemon's answers.
  private static let answerDepth = 5

  /// Whether `text` is one JSON value that an answer of `JSONValue.maximumDepth` levels can hold.
  static func isJSON(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { bytes in
      var scanner = JSONScanner(bytes)
      do throws(JSONFault) {
        try scanner.skipValue(depth: answerDepth)
        try scanner.end()
        return true
      } catch {
        return false
      }
    }
  }

  /// The number that `text` is: digits with at most one point and an exponent; nil if it is none or
  /// not in the range of `allowed`.
  static func number(_ text: [UInt8], in allowed: ClosedRange<Double>) -> Double? {
    // No letters of "inf", "nan" and hexadecimal numbers, which a Double has as well.
    guard text.count <= 64,
      text.allSatisfy({ $0 &- 0x30 < 10 || $0 | 0x20 == 0x65 || (0x2B...0x2E).contains($0) }),
      let value = Double(String(decoding: text, as: UTF8.self))
    else { return nil }
    return allowed.contains(value) ? value : nil
  }
}
