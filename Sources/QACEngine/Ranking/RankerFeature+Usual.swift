// The weights of the ranker where no log was large enough to fit them: before the first index, and
// in an index of the first few hundred events.
//
// They rank by how likely the index takes a text to be, by what the session itself submitted, and
// by what it submitted last.
// Source: rounded means of the weights that were fitted on three logs of docs/evaluation.md; some of
// them were left out or lowered by hand. "The first days" there says what they are worth.

extension RankerFeature {
  /// Weights for an index of a log that is too small to fit them, in the order of the features.
  public static let usual: [Double] = allCases.map { feature in
    switch feature {
    case .index: 0.7
    case .follower: 0.15
    case .followed: 0.2
    case .earlierFollower: 0.35
    case .overlap: 0.5
    case .similarity: 1
    case .repeats: -4
    case .sessionUses: 1.8
    case .recencyShortPrefix: 3
    case .suffix: 0.13
    case .compound: 1
    case .language: 0.05
    case .ownWord: 1
    case .ownWordFollows: 1
    case .composed: -5
    case .unseen: 1
    case .remaining: -0.6
    case .wordEnd: -0.2
    case .wordsMatch: WordsPenalty.unfitted
    case .placeCount: 0.2
    case .placeUses: 0.4
    default: 0
    }
  }
}
