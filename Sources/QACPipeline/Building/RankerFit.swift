// Fits the ranker's weights on a replay, with the one bound that a log cannot teach.

import QACEngine
import QACReplay
import QACTraining

/// Fits ranker weights for serving.
enum RankerFit {
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
