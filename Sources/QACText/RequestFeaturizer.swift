// The feature vector of one request: the context part, then the prefix part.
//
// x = [context / |context| ; prefix / |prefix|] / norm. The context part holds the words of the
// previous query and the previous query as a whole, each with its inverse document frequency; the
// prefix part holds the prefix's n-grams, where the space has any.
// Cost: one hash and one look-up a word and an n-gram; no allocation once `vector` has grown.
// Source: docs/design.md, "Text"; Yadav et al. 2021 (arXiv:2012.07654), §4.1. We differ: the
// previous query as a whole is a feature too.

/// Makes the feature vectors of requests.
public struct RequestFeaturizer: Sendable {
  /// Replaces `vector` by the features of a request.
  ///
  /// - Parameters:
  ///   - previous: The previous query, normalised; empty where there is none.
  ///   - prefix: The typed prefix, normalised.
  ///   - space: The index's features.
  ///   - vector: The result: length 1, or the zero vector where no feature is known.
  public static func features(
    previous: UnsafeBufferPointer<UInt8>, prefix: UnsafeBufferPointer<UInt8>,
    space: FeatureSpaceView, into vector: inout SparseVector
  ) {
    vector.removeAll()
    appendContext(previous, space: space, to: &vector)
    vector.normalize()
    guard space.hasGrams else { return }
    let grams = NGramFeaturizer.vector(of: prefix, in: space)
    for i in 0..<grams.count {
      vector.append(id: grams.ids[i], value: grams.values[i])
    }
    vector.normalize()
  }

  /// Calls `body` with the key of every context feature of the query `previous`.
  @inlinable
  public static func forEachContextKey(
    _ previous: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Void
  ) {
    if previous.isEmpty { return }
    Tokenizer.forEachWord(previous) { range in
      body(FeatureKey.word(UnsafeBufferPointer(rebasing: previous[range])))
    }
    body(FeatureKey.query(previous))
  }

  private static func appendContext(
    _ previous: UnsafeBufferPointer<UInt8>, space: FeatureSpaceView,
    to vector: inout SparseVector
  ) {
    forEachContextKey(previous) { key in
      if let id = space.id(of: key) {
        vector.add(id: id, value: space.idf[Int(id)])
      }
    }
  }
}
