// The ranker's weights from a replay, with the one bound that a log cannot teach.

import QACEngine
import QACReplay
import QACTraining

/// Fits ranker weights for serving.
enum RankerFit {
  /// The least weight of `RankerFeature.repeats`: odds of e^-4, about 1 to 55.
  ///
  /// Logs are read without immediate repeats, so in a replay the previous query is never submitted
  /// next and the fit would drive the weight towards minus infinity. People do type a query again,
  /// and must then find it; while it is fitted the feature keeps this effect out of the other
  /// weights, and then it is bounded.
  static let leastRepeatWeight = -4.0

  /// Weights in the order of `RankerFeature`; `isUsed` says which may have one, all where nil.
  static func weights(_ examples: RankerExamples, isUsed: [Bool]? = nil) -> [Double] {
    var weights = RankerTrainer().fit(examples, isUsed: isUsed)
    let repeats = RankerFeature.repeats.rawValue
    weights[repeats] = max(weights[repeats], leastRepeatWeight)
    return weights
  }
}
