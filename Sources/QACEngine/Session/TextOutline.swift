// What can be told of a text without reading it: its first bytes, and what its words may begin
// with.
//
// A completion asks every query of its session whether it begins with the prefix, or has a word
// that begins with the last word typed. For nearly all the answer is no, and 16 bytes are enough to
// give it.
// Cost: O(length) to make, one comparison to ask.

import QACText

/// The first bytes of a text, and what its words begin with.
struct TextOutline: Sendable, Equatable {
  /// The first eight bytes, the first of them highest; zero behind the end.
  private let head: UInt64
  /// Bit b is set if a word may begin with a byte whose last six bits are b.
  private let initials: UInt64

  private static let headBytes = 8
  private static let initialMask: UInt8 = 63

  /// The outline of `text`.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    head = Self.head(of: text)
    var initials: UInt64 = 0
    Tokenizer.forEachWord(text) {
      initials |= 1 << UInt64(text[$0.lowerBound] & Self.initialMask)
    }
    // Where words begin in scripts without spaces, an index decides.
    for byte in text where byte >= 0xE0 { initials |= 1 << UInt64(byte & Self.initialMask) }
    self.initials = initials
  }

  private static func head(of text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var head: UInt64 = 0
    for i in 0..<min(headBytes, text.count) {
      head |= UInt64(text[i]) << UInt64(8 * (headBytes - 1 - i))
    }
    return head
  }

  /// The beginning of a text that outlines are asked for.
  struct Prefix {
    fileprivate let head: UInt64
    fileprivate let mask: UInt64

    init(_ prefix: UnsafeBufferPointer<UInt8>) {
      head = TextOutline.head(of: prefix)
      mask =
        prefix.count >= TextOutline.headBytes
        ? UInt64.max : ~(UInt64.max >> UInt64(8 * prefix.count))
    }
  }

  /// Whether the text may begin with `prefix`: false only if it does not.
  @inline(__always)
  func mayBegin(with prefix: Prefix) -> Bool { (head ^ prefix.head) & prefix.mask == 0 }

  /// The first byte of the text, and the second one, each 0 where there is none.
  @inline(__always)
  var firstBytes: (UInt8, UInt8) {
    (UInt8(truncatingIfNeeded: head >> 56), UInt8(truncatingIfNeeded: head >> 48))
  }

  /// Whether a word of the text may begin with `byte`: false only if none does.
  @inline(__always)
  func mayHaveWord(beginningWith byte: UInt8) -> Bool {
    initials >> UInt64(byte & Self.initialMask) & 1 != 0
  }
}
