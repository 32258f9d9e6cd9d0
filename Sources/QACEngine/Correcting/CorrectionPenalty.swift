// How corrections rank: the least that typing errors cost, whatever a log taught.
//
// A correction gets the ranker's score as if the part of the label that stands for the prefix had
// been typed, less a penalty that grows with the cost of the errors. This is the noisy channel: the
// label's share of what matches is the prior, and the penalty is the chance of such errors. So a
// correction stands below an exact match unless its label is far more likely: e^-`fixed` times at
// least, and e^-`perError` times more for each full error.
//
// Source: Kernighan, Church, Gale, COLING 1990 (spelling correction by a noisy channel). The
// penalties are measured: docs/evaluation.md, "Typing errors".

/// Bounds of the ranker weights that concern typing errors.
package enum CorrectionPenalty {
  /// The greatest weight of `RankerFeature.correction`.
  static let fixed = -6.0
  /// The greatest weight of `RankerFeature.correctionCost`.
  static let perError = -2.0
  /// The greatest weight of `RankerFeature.unknownHead`: what is composed behind a mistyped word
  /// stands below the corrections of that word.
  static let unknownHead = -8.0
  /// ln of how much more popular what was meant is taken to be than what was typed, at most.
  static let greatestShift = 4.0

  /// `weights`, in the order of `RankerFeature`, with those of corrections and of labels that only
  /// hold the typed words held down, whatever a log taught or an index lacks.
  package static func bounding(_ weights: [Double]) -> [Double] {
    precondition(weights.count == RankerFeature.count, "one weight per ranker feature")
    var weights = weights
    let others: [(feature: RankerFeature, weight: Double)] = [
      (.correction, fixed), (.correctionCost, perError), (.unknownHead, unknownHead),
      (.synonym, SynonymOrder.greatestWeight),
    ]
    for (feature, greatest) in others + WordsPenalty.greatest {
      weights[feature.rawValue] = min(weights[feature.rawValue], greatest)
    }
    return weights
  }
}
