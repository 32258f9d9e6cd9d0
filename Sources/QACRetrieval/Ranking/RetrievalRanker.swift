// The items' ranker as an index file holds it: weights by name.
//
// An index without any, which no example led to, ranks by the text alone: how much of the query it
// has, in stems and in trigrams.

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

  /// Ranks by text alone: features scaled by how much they usually vary among candidates.
  public static let byText: RetrievalRanker = {
    var weights = [Double](repeating: 0, count: RetrievalFeature.count)
    weights[RetrievalFeature.textStems.rawValue] = 4
    weights[RetrievalFeature.textCharacters.rawValue] = 6
    weights[RetrievalFeature.textLikeness.rawValue] = 8
    weights[RetrievalFeature.titleLikeness.rawValue] = 6
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
      self = Self.byText
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
