// The items' ranker as an index file holds it: weights by name.
//
// An index without any, which had too few examples, ranks by the usual ones.

import QACIndex

/// The ranker's weights, in the order of `RetrievalFeature`.
public struct RetrievalRanker: Sendable, Equatable {
  /// The weights.
  public var weights: [Double]

  /// Makes a ranker of weights in the order of `RetrievalFeature`.
  public init(weights: [Double]) {
    precondition(weights.count == RetrievalFeature.count, "a weight per feature")
    self.weights = weights
  }

  /// The ranker where there is nothing to fit one on: features of text and of the few examples,
  /// each scaled by how much it usually varies among candidates.
  public static let usual: RetrievalRanker = {
    var weights = [Double](repeating: 0, count: RetrievalFeature.count)
    let scales: [(RetrievalFeature, Double)] = [
      (.textStems, 4), (.textCharacters, 6), (.textLikeness, 8), (.titleLikeness, 6), (.stems, 2),
      (.likeness, 6), (.nearest, 4), (.tree, 2), (.uses, 0.2),
    ]
    for (feature, weight) in scales { weights[feature.rawValue] = weight }
    return RetrievalRanker(weights: weights)
  }()

  /// Reads the weights of `index`.
  ///
  /// - Throws: `RetrievalError`.
  init(_ index: LabelIndex) throws(RetrievalError) {
    let stored: [(name: String, value: Double)]
    do {
      stored = try index.rankerWeights()
    } catch {
      preconditionFailure("a verified index has a ranker that can be read")
    }
    let own = stored.filter { $0.name.hasPrefix(RetrievalFeature.prefix) }
    if own.isEmpty {
      self = Self.usual
      return
    }
    weights = [Double](repeating: 0, count: RetrievalFeature.count)
    for (name, value) in own {
      guard let feature = RetrievalFeature.allCases.first(where: { "\($0.name)" == name }) else {
        throw .unknownFeature(name: name)
      }
      weights[feature.rawValue] = value
    }
  }

  /// The weights by name, as an index file holds them.
  public var named: [(name: String, value: Double)] {
    zip(RetrievalFeature.allCases, weights).map { ("\($0.name)", $1) }
  }
}
