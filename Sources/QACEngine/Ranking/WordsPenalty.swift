// How labels rank that hold the words of a prefix without beginning with it.
//
// Such a label gets the ranker's score as if it had been typed up to the last typed word, with its
// share of all labels that were found so. The penalty is the chance that somebody types words from
// the middle, or in another order, when other labels begin with the prefix. A log cannot teach it,
// because its queries begin with every prefix that is cut from them.
//
// The penalties are measured: docs/evaluation.md, "Words in any order".

/// Bounds of the ranker weights that concern such labels.
enum WordsPenalty {
  /// The greatest weight of `RankerFeature.wordsMatch`.
  static let fixed = -6.0
  /// Its weight in a ranker that was not fitted: such labels stand behind all others.
  static let unfitted = -1000.0
  /// The greatest weights of the other features.
  static let before = -0.5
  static let untyped = -0.5
  static let begun = -1.0
  static let reordered = -0.5

  /// The greatest weight of each feature.
  static let greatest: [(feature: RankerFeature, weight: Double)] = [
    (.wordsMatch, fixed), (.wordsBefore, before), (.wordsUntyped, untyped), (.wordsBegun, begun),
    (.wordsReordered, reordered),
  ]
}
