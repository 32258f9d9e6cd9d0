// The synonyms of an index: phrases, and what may be looked for in place of each.
//
// Invariant (verified): phrases ascend and are UTF-8 of at most `mostPhraseBytes` bytes; each has at
// most `mostTargets` targets, which are numbers of other phrases.
// Cost: a look-up is a binary search over the phrases.

public import QACBinary

/// Borrowed synonyms; valid as long as the memory behind them.
@frozen
public struct SynonymsView {
  /// The sections that hold them: a file has all or none.
  static let sections: [IndexSection] = [
    .synonymText, .synonymOffsets, .synonymTargetOffsets, .synonymTargets,
  ]
  /// The bytes of the longest phrase.
  public static let mostPhraseBytes = 128
  /// The words of the longest phrase.
  public static let mostPhraseWords = 8
  /// The targets of a phrase.
  public static let mostTargets = 32
  /// The phrases of a file.
  public static let mostPhrases = 1 << 20

  /// The phrases, ascending.
  public let phrases: SortedTexts
  /// The offset of each phrase, and the end.
  let phraseOffsets: AscendingArray
  /// The number of each phrase's first target, and the end.
  public let targetOffsets: AscendingArray
  /// The number of a phrase per target.
  public let targets: PackedArray<UInt32>

  /// The targets of phrase `i`, best first, as places in `targets`.
  @inlinable
  public func targets(of i: Int) -> Range<Int> {
    let (low, high) = targetOffsets.bounds(i)
    return Int(truncatingIfNeeded: low)..<Int(truncatingIfNeeded: high)
  }
}
