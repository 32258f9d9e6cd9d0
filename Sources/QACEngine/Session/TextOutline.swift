// What can be told of a text without reading it: its first bytes, and what its words begin with.
//
// A completion asks every query of its session whether it begins with the prefix, or has a word that begins with the
// last one typed: nearly all do not, and 16 bytes say so.
// Cost: O(length) to make, a comparison to ask.

import QACText

/// The first bytes of a text, and what its words begin with.
struct TextOutline: Sendable {
  /// The first eight bytes, the first of them highest; zero behind the end.
  private let head: UInt64
  /// Bit b is set where a word begins with a byte whose last six bits are b.
  private let initials: UInt64

  /// The outline of `text`.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    head = Self.head(of: text)
    var initials: UInt64 = 0
    Tokenizer.forEachWord(text) { initials |= 1 << UInt64(text[$0.lowerBound] & 63) }
    self.initials = initials
  }

  private static func head(of text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var head: UInt64 = 0
    for i in 0..<min(8, text.count) { head |= UInt64(text[i]) << UInt64(56 - 8 * i) }
    return head
  }

  /// The beginning of a text that outlines are asked for.
  struct Prefix {
    fileprivate let head: UInt64
    fileprivate let mask: UInt64

    init(_ prefix: UnsafeBufferPointer<UInt8>) {
      head = TextOutline.head(of: prefix)
      mask = prefix.count >= 8 ? UInt64.max : ~(UInt64.max >> UInt64(8 * prefix.count))
    }
  }

  /// Whether the text may begin with `prefix`: it does not where this is false.
  @inline(__always)
  func mayBegin(with prefix: Prefix) -> Bool { (head ^ prefix.head) & prefix.mask == 0 }

  /// Whether a word of the text may begin with `byte`: none does where this is false.
  @inline(__always)
  func mayHaveWord(beginningWith byte: UInt8) -> Bool { initials >> UInt64(byte & 63) & 1 != 0 }
}
