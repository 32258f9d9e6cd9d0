// How likely a composed line is useful, and which composed lines are shown.
//
// A line is useful if the person then submits it, or a text that continues it after the end of a
// word: people take lines word by word. A composed line is a text that nobody may have submitted.
// It stands in the list only if the probability that it is useful reaches the model's least
// probability. Labels, and what the session or several others submitted, are shown in any case.
//
//     P(useful) = 1 / (1 + e^-(sum of weight x value))
//
// The values are the candidate's ranker features, and its place among all candidates
// (`LineFeature`). The weights are fitted by logistic regression on the same replay as the ranker
// (`LogReplay.lineExamples`), so P is calibrated where the log goes on as it was. The least
// probability is chosen on the same replay, too (`LineExamples.leastProbability`). An index without
// a model shows every line.
//
// Cost, only for completions that would show a composed line: an exponential per candidate, and a
// product per value of each such line.

#if canImport(Glibc)
  import Glibc
#endif

/// What the model reads beside the ranker's features.
public enum LineFeature: Int, CaseIterable, Sendable {
  /// 1 for every line.
  case bias
  /// ln of the line's share in a softmax of all candidates' scores.
  case share
  /// The line's score less that of the best candidate.
  case gap
  /// ln(1 + scalars of the prefix).
  case prefix

  /// The name in index files, behind `LineModel.namePrefix`.
  public var name: String {
    switch self {
    case .bias: "bias"
    case .share: "share"
    case .gap: "gap"
    case .prefix: "prefix"
    }
  }

  /// The values that a line has: the ranker's features, then these.
  public static let valueCount = RankerFeature.count + allCases.count
}

/// The probability that a composed line is useful.
public struct LineModel: Sendable, Equatable {
  /// What the names of its weights begin with, in index files.
  static let namePrefix = "line."
  /// The name of the least probability in index files.
  static let leastName = namePrefix + "least"
  /// ln 16: how much less likely the first line of a list may be. A list with one line that is
  /// perhaps useful is better than an empty one.
  private static let lenience = 2.773
  /// The greatest least probability.
  private static let most = 0.9

  /// A weight for each value: the ranker's features, then `LineFeature`.
  public let weights: [Double]
  /// The least probability with which a composed line is shown.
  public let leastProbability: Double
  /// ln(p / (1 - p)) of the least probability.
  private let leastLogOdds: Double

  /// Makes a model.
  ///
  /// - Parameters:
  ///   - weights: `LineFeature.valueCount` weights.
  ///   - leastProbability: The least probability with which a composed line is shown. It is bounded
  ///     to 0...0.9.
  public init(weights: [Double], leastProbability: Double) {
    precondition(weights.count == LineFeature.valueCount, "one weight per value")
    self.weights = weights
    self.leastProbability = min(max(leastProbability, 0), Self.most)
    leastLogOdds = log(self.leastProbability / (1 - self.leastProbability))
  }

  /// The names of the weights, in their order.
  public static let names: [String] =
    (RankerFeature.allCases.map(\.name) + LineFeature.allCases.map(\.name)).map { namePrefix + $0 }

  /// The model by name, as an index file holds it.
  public var named: [(name: String, value: Double)] {
    zip(Self.names, weights).enumerated().compactMap { i, entry in
      // A log without places teaches nothing of them.
      let isOfPlace = RankerFeature(rawValue: i)?.isOfPlace ?? false
      return isOfPlace && entry.1 == 0 ? nil : (entry.0, entry.1)
    } + [(Self.leastName, leastProbability)]
  }

  /// ln(p / (1 - p)) of the probability that a line is useful.
  ///
  /// - Parameters:
  ///   - row: The candidate's ranker features.
  ///   - place: What stands for `LineFeature`, in its order.
  /// - Returns: The log odds.
  @inline(__always)
  func logOdds(_ row: ArraySlice<Double>, _ place: SIMD4<Double>) -> Double {
    var sum = 0.0
    for (value, weight) in zip(row, weights) { sum += value * weight }
    for i in 0..<LineFeature.allCases.count { sum += place[i] * weights[RankerFeature.count + i] }
    return sum
  }

  /// Whether a line with a greater share of the softmax, or a lesser gap, is never less likely.
  var growsWithScore: Bool {
    weights[RankerFeature.count + LineFeature.share.rawValue] >= 0
      && weights[RankerFeature.count + LineFeature.gap.rawValue] >= 0
  }

  /// Whether a line of these log odds is shown.
  ///
  /// - Parameters:
  ///   - logOdds: The log odds that it is useful.
  ///   - isFirst: Whether it is the best of all: then a sixteenth of the odds is enough.
  /// - Returns: Whether it is shown.
  @inline(__always)
  func shows(logOdds: Double, isFirst: Bool = false) -> Bool {
    logOdds >= leastLogOdds - (isFirst ? Self.lenience : 0)
  }
}
