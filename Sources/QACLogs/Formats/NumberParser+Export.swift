// Numbers as exports write them for people: thousands separators, decimal commas, per cent signs.
//
//     1,234    1.234    1 234    1'234    12,5 %

/// How the numbers of a column are written.
struct NumberStyle: Equatable {
  /// The byte before decimals: a point or a comma. The other one separates thousands.
  var decimal: UInt8 = 0x2E

  /// The style in which `values` make sense, which are those of one column of whole numbers such as
  /// counts: a mark before exactly three digits separates thousands if that holds for all of them.
  static func ofWholeNumbers(_ values: [[UInt8]]) -> NumberStyle {
    func isGrouped(_ mark: UInt8) -> Bool {
      let marked = values.filter { $0.contains(mark) }
      return !marked.isEmpty
        && marked.allSatisfy { value in
          let groups = value.split(separator: mark, omittingEmptySubsequences: false).dropFirst()
            .map { $0.prefix { $0 &- 0x30 < 10 }.count }
          // 12,34,567 separates thousands as well.
          return groups.last == 3 && groups.allSatisfy { $0 == 2 || $0 == 3 }
        }
    }
    // 1.234 separates thousands, since a count has no decimals; 1,234 does so anyway.
    if isGrouped(0x2E), !isGrouped(0x2C) { return NumberStyle(decimal: 0x2C) }
    let commas = values.contains { $0.contains(0x2C) }
    return NumberStyle(decimal: commas && !isGrouped(0x2C) ? 0x2C : 0x2E)
  }
}

extension NumberParser {
  /// The number that `text` is in `style`, 0 or more; nil if it is none.
  ///
  /// Thousands may be separated by spaces, apostrophes or the style's mark; two or three digits
  /// stand after each of them, and three after the last. A per cent sign may end the number.
  static func number(_ text: UnsafeBufferPointer<UInt8>, _ style: NumberStyle) -> Double? {
    var value = 0.0
    var unit = 0.0
    var digits = 0
    /// The number of digits since the last separator; -1 if there was none.
    var group = -1
    var i = 0
    while i < text.count {
      let byte = text[i]
      if byte &- 0x30 < 10 {
        digits += 1
        if digits > 15 { return nil }
        if unit == 0 {
          value = value * 10 + Double(byte - 0x30)
          if group >= 0 { group += 1 }
        } else {
          value += Double(byte - 0x30) * unit
          unit /= 10
        }
      } else if byte == style.decimal {
        guard unit == 0, digits > 0, group < 0 || group == 3 else { return nil }
        unit = 0.1
      } else if byte == 0x25 {
        guard i == text.count - 1 else { return nil }
      } else if let length = spaceLength(text, at: i) ?? (byte == 0x2C || byte == 0x2E ? 1 : nil) {
        // A space before a per cent sign separates nothing.
        if i + length == text.count - 1, text[i + length] == 0x25 { break }
        guard unit == 0, digits > 0, group < 0 || group == 2 || group == 3 else { return nil }
        group = 0
        i += length - 1
      } else {
        return nil
      }
      i += 1
    }
    return digits == 0 || group >= 0 && group != 3 ? nil : value
  }

  /// A positive count, also with separated thousands; `text` may have spaces around it.
  @inline(__always)
  static func looseCount(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    count(text) ?? separatedCount(text)
  }

  @inline(never)
  private static func separatedCount(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    let text = LogText.trimmed(text)
    if let count = count(text) { return count }
    guard text.last != 0x25, let number = number(text, NumberStyle()), number > 0 else {
      return nil
    }
    return number
  }

  /// The number of bytes of the space or apostrophe at `i`; nil if there is none.
  private static func spaceLength(_ text: UnsafeBufferPointer<UInt8>, at i: Int) -> Int? {
    if text[i] == 0x20 || text[i] == 0x27 { return 1 }
    // U+00A0; U+2009, U+2019 and U+202F.
    if text[i] == 0xC2, i + 1 < text.count, text[i + 1] == 0xA0 { return 2 }
    guard text[i] == 0xE2, i + 2 < text.count, text[i + 1] == 0x80 else { return nil }
    return [0x89, 0x99, 0xAF].contains(text[i + 2]) ? 3 : nil
  }
}
