// Fits the ranker on a replay: its weights, with the one bound that a log cannot teach, and the
// model of composed lines.

import QACEngine
import QACReplay
import QACTraining

/// A ranker that was fitted on the replay of a log.
struct FittedRanker {
  /// An engine that serves with it.
  var engine: CompletionEngine
  /// The number of requests that it was fitted on.
  var requests: Int

  /// The weights by name, as an index file holds them.
  var named: [(name: String, value: Double)] {
    zip(RankerFeature.allCases, engine.weights).filter { $1 != 0 || !$0.isOfPlace }
      .map { ($0.name, $1) }
      + (engine.lines?.named ?? [])
  }
}

/// Fits rankers for serving.
enum RankerFit {
  /// Composed lines, and useful ones among them, from which a model of lines can be told from
  /// noise.
  private static let fewestLines = (all: 200, useful: 10)

  /// Fits a ranker on past requests.
  ///
  /// - Parameters:
  ///   - raw: An engine on an index that did not learn `part`.
  ///   - part: The part of the log that the requests are of.
  ///   - replay: The log.
  ///   - fewest: The fewest requests that are not noise.
  /// - Returns: The ranker; nil where there are fewer requests.
  static func fit(
    _ raw: CompletionEngine, on part: LogSplit.Part, of replay: LogReplay, fewest: Int
  ) -> FittedRanker? {
    let examples = replay.rankerExamples(of: part, engine: raw)
    if examples.count < fewest { return nil }
    let ranked = CompletionEngine(raw, weights: weights(examples))
    let lines = model(replay.lineExamples(of: part, engine: ranked))
    return FittedRanker(
      engine: CompletionEngine(ranked, weights: ranked.weights, lines: lines),
      requests: examples.count)
  }

  /// A model of composed lines; nil where `examples` are too few.
  private static func model(_ examples: LineExamples) -> LineModel? {
    if examples.lines.count < fewestLines.all { return nil }
    if examples.lines.positives < fewestLines.useful { return nil }
    let weights = LogisticTrainer().fit(examples.lines)
    let least = examples.leastProbability(examples.lines.probabilities(weights))
    return LineModel(weights: weights, leastProbability: least)
  }

  /// The least weight of `RankerFeature.repeats`: odds of e^-4, about 1 to 55.
  ///
  /// Logs are read without immediate repeats. So in a replay the previous query is never submitted
  /// next, and the fit would drive the weight towards minus infinity. But people do type a query
  /// again and must then find it. During the fit the feature keeps this effect out of the other
  /// weights; afterwards its weight is bounded.
  static let leastRepeatWeight = -4.0

  /// Weights in the order of `RankerFeature`. Only features for which `isUsed` is true may have
  /// one; all may if it is nil.
  static func weights(_ examples: RankerExamples, isUsed: [Bool]? = nil) -> [Double] {
    var weights = RankerTrainer().fit(examples, isUsed: isUsed)
    let repeats = RankerFeature.repeats.rawValue
    weights[repeats] = max(weights[repeats], leastRepeatWeight)
    return weights
  }
}
