// The third of the three steps of retrieval, which an embedder may replace.

/// A candidate, as a ranker sees it.
public struct RankedItem {
  /// Its number in the index; nil if it was added.
  public let item: UInt32?
  /// Its features, in the order of `RetrievalFeature`; valid during the call.
  public let features: UnsafeBufferPointer<Float>
  /// The score that the fitted ranker gives it.
  public let score: Double

  /// One of its features.
  public subscript(feature: RetrievalFeature) -> Float { features[feature.rawValue] }
}

/// Scores candidates.
///
/// It is specialised by its type: there is no existential on the way.
public protocol ItemRanking {
  /// The score of `item`, a number; greater is better, and ties go to the lower number.
  func score(_ item: RankedItem) -> Double
}

/// What is done unless an embedder says otherwise: the fitted linear ranker.
public struct FittedRanking: ItemRanking {
  /// Makes the usual step.
  public init() {}

  /// The score as it is.
  public func score(_ item: RankedItem) -> Double { item.score }
}
