// Which letters a text has, without accents and case, roughly: a word per text says of most texts that
// they are too far from what was typed.
//
// Invariant: a letter that is not in the set is not in the text. Letters that share their last five
// bits share a bit: of Latin letters none do.
// Cost: O(length) to make, four bytes; a question reads one word.

import QACText

/// The base letters of one text.
struct LetterSet: Sendable, Equatable {
  private(set) var bits: UInt32 = 0

  /// No letters.
  init() {}

  /// Those of `text`, which is UTF-8; `bases` is `BaseLetters.table`.
  init(_ text: UnsafeBufferPointer<UInt8>, bases: [UInt16]) {
    var at = 0
    while let letter = UTF8Scalars.next(text, &at) {
      bits |= Self.bit(of: BaseLetters.base(of: letter, in: bases))
    }
  }

  /// The bit of a base letter.
  @inline(__always)
  static func bit(of base: UInt32) -> UInt32 { 1 << (base & 31) }

  /// The bits of the letters a to z that `letters` has (`KeyNeighbours`).
  @inline(__always)
  static func bits(of letters: UInt32) -> UInt32 { letters << (0x61 & 31) }
}

/// What the typed letters cost that a text does not have: at least so much is between the two.
///
/// Every typed letter has to be paid for by itself: it stands for another letter, or it is one too
/// many. Letters in the wrong order are in both texts.
struct MissingCosts {
  /// Those typed.
  private var typed: UInt32 = 0
  /// By bit: what the typed letters cost if the text has none of them but one beside them on the
  /// keyboard, and if it has neither.
  private var beside = [UInt8](repeating: 0, count: UInt32.bitWidth)
  private var missing = [UInt8](repeating: 0, count: UInt32.bitWidth)
  /// By bit, the letters beside them.
  private var neighbours = [UInt32](repeating: 0, count: UInt32.bitWidth)

  /// Whether the base letter `base` may have been typed: false only if it was not.
  @inline(__always)
  func mayHold(_ base: UInt32) -> Bool { typed & LetterSet.bit(of: base) != 0 }

  /// Forgets all letters.
  mutating func reset() { typed = 0 }

  /// Adds the typed `letter`, the first one, the last one or one between; `extra` is what it costs
  /// if it is one too many.
  mutating func add(_ letter: TypoSearch.Letter, isFirst: Bool, isLast: Bool) {
    let bit = LetterSet.bit(of: letter.base)
    let i = bit.trailingZeroBitCount
    if typed & bit == 0 { (beside[i], missing[i], neighbours[i]) = (0, 0, 0) }
    typed |= bit
    neighbours[i] |= LetterSet.bits(of: letter.neighbours)
    let start = isFirst ? TypoCosts.beginning : 0
    let other = isLast ? TypoRow.never : TypoCosts.substitution
    beside[i] = Self.sum(
      beside[i], min(letter.extra, TypoCosts.neighbour + (isLast ? TypoCosts.ending : 0)) + start)
    missing[i] = Self.sum(missing[i], min(letter.extra, other) + start)
  }

  /// Whether a text with `letters` may be within `most`: false only if it is not.
  @inline(__always)
  func mayBe(within most: UInt8, _ letters: LetterSet) -> Bool {
    var left = typed & ~letters.bits
    var cost: UInt8 = 0
    while left != 0 {
      let i = left.trailingZeroBitCount
      left &= left &- 1
      cost += neighbours[i] & letters.bits != 0 ? beside[i] : missing[i]
      if cost > most { return false }
    }
    return true
  }

  /// A sum that stays below what may be added to another one.
  private static func sum(_ a: UInt8, _ b: UInt8) -> UInt8 { min(a + b, 2 * TypoRow.never) }
}
