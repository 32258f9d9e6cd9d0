// Whether a text is a slip of the finger for the one that its session submitted right after.
//
// A slip changes one place: a letter added, dropped or replaced, two letters exchanged, or two
// errors beside each other. What differs must be letters alone, so another size or number is no
// slip, and neither is a plural.
//
// Cost: O(length of the shorter text), no allocation.
// Source: the four kinds of Damerau, CACM 7 (1964).

import QACText

/// Compares two queries that follow each other.
enum Slip {
  /// Seconds within which a query puts the one before it right.
  static let seconds: Int64 = 60
  /// The most letters that differ in either text.
  private static let mostLetters = 2
  /// The bytes of the shortest texts that are compared: shorter ones all look alike.
  private static let fewestBytes = 4

  /// Whether `typed` may be a slip for `right`.
  static func isSlip(
    _ typed: UnsafeBufferPointer<UInt8>, of right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let shorter = min(typed.count, right.count)
    if shorter < fewestBytes || abs(typed.count - right.count) > 4 * mostLetters { return false }
    var start = 0
    while start < shorter, typed[start] == right[start] { start += 1 }
    var end = 0
    while end < shorter - start, typed[typed.count - 1 - end] == right[right.count - 1 - end] {
      end += 1
    }
    // Differences begin and end with whole scalars.
    while start > 0, start < right.count, right[start] & 0xC0 == 0x80 { start -= 1 }
    while end > 0, right[right.count - end] & 0xC0 == 0x80 { end -= 1 }
    let wrong = UnsafeBufferPointer(rebasing: typed[start..<typed.count - end])
    let meant = UnsafeBufferPointer(rebasing: right[start..<right.count - end])
    guard let added = letters(wrong), let lost = letters(meant), added + lost > 0 else {
      return false
    }
    return !isPlural(wrong, meant, followedBy: end > 0 ? right[right.count - end] : 0x20)
  }

  /// The number of letters; nil if there is anything else, or too many.
  private static func letters(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    for byte in text where byte < 0x80 && (byte | 0x20) &- 0x61 >= 26 { return nil }
    let count = UTF8Scalars.count(text)
    return count <= mostLetters ? count : nil
  }

  /// Whether the texts differ in an s at the end of a word alone.
  private static func isPlural(
    _ wrong: UnsafeBufferPointer<UInt8>, _ meant: UnsafeBufferPointer<UInt8>,
    followedBy next: UInt8
  ) -> Bool {
    let s: UInt8 = 0x73
    let isOne = wrong.count + meant.count == 1 && (wrong.first ?? meant.first) == s
    return isOne && Tokenizer.isSpace(next)
  }
}
