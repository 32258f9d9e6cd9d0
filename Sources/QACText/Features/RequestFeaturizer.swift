// The feature vector of one request: that of its context, scaled to length 1.
//
// It holds the words of the previous query and the previous query as a whole, each with its inverse
// document frequency.
// Cost: one hash and one look-up per word; no allocation once `vector` has grown.
// Source: docs/design.md, "QACText"; Yadav et al. 2021 (arXiv:2012.07654), §4.1. Here the previous
// query as a whole is a feature too.

/// Makes the feature vectors of requests.
public struct RequestFeaturizer: Sendable {
  /// Replaces `vector` by the features of a request.
  ///
  /// - Parameters:
  ///   - previous: The previous query, normalised; empty if there is none.
  ///   - space: The index's features.
  ///   - breaker: Finds the words of the previous query.
  ///   - vector: The result, of length 1, or the zero vector if no feature is known.
  public static func features(
    previous: UnsafeBufferPointer<UInt8>, space: FeatureSpaceView, breaker: WordBreaker = .plain,
    into vector: inout SparseVector
  ) {
    vector.removeAll()
    forEachContextKey(previous, breaker) { key in
      if let id = space.id(of: key) {
        vector.add(id: id, value: space.idf(of: id))
      }
    }
    vector.normalize()
  }

  /// Calls `body` with the key of every context feature of the query `previous`.
  @inlinable
  public static func forEachContextKey(
    _ previous: UnsafeBufferPointer<UInt8>, _ breaker: WordBreaker = .plain,
    _ body: (UInt64) -> Void
  ) {
    if previous.isEmpty { return }
    breaker.forEachWord(previous) { range in
      body(FeatureKey.word(UnsafeBufferPointer(rebasing: previous[range])))
    }
    body(FeatureKey.query(previous))
  }
}
