// What can be told of a text without reading it: its first bytes, its letters, and what its words may
// begin with.
//
// A completion asks every query of its session whether it begins with the prefix, or nearly so, or
// has a word that begins with the last word typed. For nearly all the answer is no, and 24 bytes are
// enough to give it.
// Cost: O(length) to make, one comparison to ask.

import QACText

/// The first bytes of a text, and what its words begin with.
struct TextOutline: Sendable, Equatable {
  /// The first eight bytes, the first of them highest; zero behind the end.
  private let head: UInt64
  /// The letters of the text.
  let letters: LetterSet
  /// Bit b is set if a word may begin with a byte whose last five bits are b.
  private let initials: UInt32
  /// The same of the first two bytes of words, by their hash; a space stands for what a word of one
  /// byte lacks.
  private let pairs: UInt64

  private static let headBytes = 8
  private static let initialMask: UInt8 = 31

  /// The outline of `text`.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    head = Self.head(of: text)
    letters = LetterSet(text, bases: BaseLetters.table)
    var initials: UInt32 = 0
    var pairs: UInt64 = 0
    func add(_ word: Range<Int>) {
      let first = text[word.lowerBound]
      initials |= 1 << UInt32(first & Self.initialMask)
      pairs |= Self.pair(first, word.count > 1 ? text[word.lowerBound + 1] : 0x20)
    }
    Tokenizer.forEachWord(text, add)
    // Where words begin in scripts without spaces, an index decides.
    for i in text.indices where text[i] >= 0xE0 { add(i..<text.count) }
    self.initials = initials
    self.pairs = pairs
  }

  /// The bit of two bytes.
  @inline(__always)
  private static func pair(_ first: UInt8, _ second: UInt8) -> UInt64 {
    1 << UInt64(((UInt32(first) << 8 | UInt32(second)) &* 0x9E37_79B1) >> 26)
  }

  /// The beginning of a word that outlines are asked for.
  struct WordBeginning {
    fileprivate let initial: UInt32
    fileprivate let pair: UInt64

    /// Nothing typed is the beginning of every word.
    init(_ tail: UnsafeBufferPointer<UInt8>) {
      initial = tail.isEmpty ? UInt32.max : 1 << UInt32(tail[0] & TextOutline.initialMask)
      pair = tail.count < 2 ? UInt64.max : TextOutline.pair(tail[0], tail[1])
    }
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

  /// Whether a word of the text may begin so: false only if none does.
  @inline(__always)
  func mayHaveWord(_ beginning: WordBeginning) -> Bool {
    initials & beginning.initial != 0 && pairs & beginning.pair != 0
  }
}
