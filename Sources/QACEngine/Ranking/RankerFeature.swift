// The features of the linear ranker: what each means and how it is scaled.
//
// A suggestion's score is the sum of weight x value over these. All are bounded or logarithmic, so
// that no single feature can run away. A weight belongs to a feature by name; an index that names a
// feature unknown here is refused.

/// One input of the linear ranker.
public enum RankerFeature: Int, CaseIterable, Sendable {
  /// ln of the label's share of the uses in the prefix's range, those since the index was built
  /// included; unseen queries count half a use.
  case popularity
  /// ln(0.1 + uses under exponential decay), those in the index and those since.
  case heat
  /// ln P(label | context, prefix) by the index; a label it did not return gets its last one's.
  case index
  /// ln of the share of the previous query's followers in range, smoothed towards popularity.
  case follower
  /// 1 if it has followed the previous query before.
  case followed
  /// As `follower`, of the queries before the previous one, discounted by their distance.
  case earlierFollower
  /// Share of the label's words that occur in the previous query.
  case overlap
  /// Share of its byte trigrams that the previous query has too.
  case similarity
  /// 1 if the label continues the previous query after a word boundary.
  case extends
  /// 1 if the label is the previous query.
  case repeats
  /// ln(1 + times this session submitted it).
  case sessionUses
  /// ln(1 + minutes since this session last submitted it) / 10.
  case sessionAge
  /// ln(1 + times it followed the previous query in this session).
  case sessionFollower
  /// ln P(ending | head) by the table of suffixes; what that did not bring gets its last one's.
  case suffix
  /// Words of the head, of two, after which queries ended so.
  case suffixContext
  /// ln(1 + scalars that a known ending shares with an unfinished word which no query has).
  case compound
  /// ln P(unfinished word and all behind it | word before) by the word model.
  case language
  /// 1 / (1 + queries submitted in this session since one with the same ending).
  case ownWord
  /// 1 if that ending followed the same word in one of this session's queries.
  case ownWordFollows
  /// 1 if nobody is known to have submitted this text: it was composed.
  case composed
  /// 1 if no label of the index has this text.
  case unseen
  /// ln(1 + scalars still to type).
  case remaining
  /// 1 if the prefix ends where a word of the label ends.
  case wordEnd
  /// 1 if the prefix is the whole label.
  case complete
  /// `popularity` / (1 + scalars of the prefix).
  case popularityShortPrefix
  /// `heat` / (1 + scalars of the prefix).
  case heatShortPrefix
  /// `index` / (1 + scalars of the prefix).
  case indexShortPrefix
  /// `follower` / (1 + scalars of the prefix).
  case followerShortPrefix
  /// `earlierFollower` / (1 + scalars of the prefix).
  case earlierShortPrefix
  /// 1 / (1 + queries submitted in this session since it was last), / (1 + scalars of the prefix).
  case recencyShortPrefix
  /// `sessionUses` / (1 + scalars of the prefix).
  case usesShortPrefix
  /// 1 if the label is a correction of the prefix, or a misspelt query behind its right label.
  case correction
  /// The cost of the correction, in full typing errors.
  case correctionCost
  /// 1 if it is composed behind a word that no query has, where a correction is at hand.
  case unknownHead
  /// 1 if the label does not begin with the prefix but holds its words.
  case wordsMatch
  /// ln(1 + words of such a label before the first one that was typed).
  case wordsBefore
  /// ln(1 + words of such a label that were not typed).
  case wordsUntyped
  /// Typed words, other than the last, that only begin a word of such a label.
  case wordsBegun
  /// 1 if such a label has the typed words in another order.
  case wordsReordered
  /// If the label matches by a synonym alone: 1, and more as far as it is set behind what matches as
  /// typed.
  case synonym
  // Those of places come last: without a place they are 0 and are not looked at.
  /// 1 if people are known to have submitted it at the place.
  case placed
  /// ln(1 + 10 x times people are known to have submitted it at the place).
  case placeCount
  /// ln(1 + times this session submitted it at the place).
  case placeUses

  /// The name in index files, reports and explanations: it stays, whatever the case is called.
  public var name: String {
    switch self {
    case .popularity: "popularity"
    case .heat: "heat"
    case .index: "index"
    case .follower: "follower"
    case .followed: "followed"
    case .earlierFollower: "earlierFollower"
    case .overlap: "overlap"
    case .similarity: "similarity"
    case .extends: "extends"
    case .repeats: "repeats"
    case .sessionUses: "sessionUses"
    case .sessionAge: "sessionAge"
    case .sessionFollower: "sessionFollower"
    case .suffix: "suffix"
    case .suffixContext: "suffixContext"
    case .compound: "compound"
    case .language: "language"
    case .ownWord: "ownWord"
    case .ownWordFollows: "ownWordFollows"
    case .composed: "composed"
    case .unseen: "unseen"
    case .remaining: "remaining"
    case .wordEnd: "wordEnd"
    case .complete: "complete"
    case .popularityShortPrefix: "popularityShortPrefix"
    case .heatShortPrefix: "heatShortPrefix"
    case .indexShortPrefix: "indexShortPrefix"
    case .followerShortPrefix: "followerShortPrefix"
    case .earlierShortPrefix: "earlierShortPrefix"
    case .recencyShortPrefix: "recencyShortPrefix"
    case .usesShortPrefix: "usesShortPrefix"
    case .correction: "correction"
    case .correctionCost: "correctionCost"
    case .unknownHead: "unknownHead"
    case .wordsMatch: "wordsMatch"
    case .wordsBefore: "wordsBefore"
    case .wordsUntyped: "wordsUntyped"
    case .wordsBegun: "wordsBegun"
    case .wordsReordered: "wordsReordered"
    case .synonym: "synonym"
    case .placed: "placed"
    case .placeCount: "placeCount"
    case .placeUses: "placeUses"
    }
  }

  /// The number of features that do not need a place.
  static let countWithoutPlace = RankerFeature.placed.rawValue
  /// Whether it is 0 without a place.
  package var isOfPlace: Bool { rawValue >= Self.countWithoutPlace }

  /// Features that earlier indexes name and that are no more: their weights are left out.
  static let retired = ["place", "placeShortPrefix", "placeUsesShortPrefix"]

  /// The number of features.
  public static let count = allCases.count

  /// The weights that rank by the index alone, for an index without a fitted ranker. What only holds
  /// the words of the prefix stands behind all that begins with it.
  public static let indexOnly: [Double] = allCases.map {
    $0 == .index ? 1 : $0 == .wordsMatch ? WordsPenalty.unfitted : 0
  }
}
