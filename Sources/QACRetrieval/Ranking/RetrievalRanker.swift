// The items' ranker as an index file holds it: weights by name.
//
// There may be two sets of weights. Early weights are of what the arms alone say of an item; they
// decide which candidates are compared with the query term by term. An index without them, as one
// of an earlier version, compares all. An index without any weights, which had too few examples,
// ranks by the usual ones.

import QACIndex

/// The ranker's weights, in the order of `RetrievalFeature`.
public struct RetrievalRanker: Sendable, Equatable {
  /// The weights.
  public var weights: [Double]
  /// The weights by which candidates are chosen that are compared; nil if all are. Only early
  /// features have one.
  public var earlyWeights: [Double]?

  /// Makes a ranker of weights in the order of `RetrievalFeature`.
  public init(weights: [Double], earlyWeights: [Double]? = nil) {
    precondition(weights.count == RetrievalFeature.count, "a weight per feature")
    precondition(
      earlyWeights.map { $0.count == RetrievalFeature.count } ?? true, "a weight per feature")
    self.weights = weights
    self.earlyWeights = earlyWeights
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
      if name.hasPrefix(Self.earlyPrefix) {
        let feature = try Self.feature(
          RetrievalFeature.prefix + name.dropFirst(Self.earlyPrefix.count))
        if earlyWeights == nil { earlyWeights = weights.map { _ in 0 } }
        earlyWeights?[feature.rawValue] = feature.isEarly ? value : 0
      } else {
        weights[try Self.feature(name).rawValue] = value
      }
    }
  }

  /// What the names of early weights begin with.
  private static let earlyPrefix = RetrievalFeature.prefix + "early."

  private static func feature(_ name: String) throws(RetrievalError) -> RetrievalFeature {
    guard let feature = RetrievalFeature.allCases.first(where: { "\($0.name)" == name }) else {
      throw .unknownFeature(name: name)
    }
    return feature
  }

  /// The weights by name, as an index file holds them.
  public var named: [(name: String, value: Double)] {
    var named = zip(RetrievalFeature.allCases, weights).map { ("\($0.name)", $1) }
    guard let earlyWeights else { return named }
    for feature in RetrievalFeature.allCases where feature.isEarly {
      let name = "\(feature.name)".dropFirst(RetrievalFeature.prefix.count)
      named.append((Self.earlyPrefix + name, earlyWeights[feature.rawValue]))
    }
    return named
  }
}
