// The logistic regression: it finds known weights, is at an optimum, and predicts the base rate.

import Foundation
import QACBinary
import Testing

@testable import QACTraining

@Suite struct LogisticTrainerTests {
  /// Examples of two features and a constant that hold with the probability of `weights`.
  private func examples(_ weights: [Double], count: Int, seed: UInt64) -> LogisticExamples {
    var random = SplitMix64(seed: seed)
    var examples = LogisticExamples(featureCount: 3)
    for _ in 0..<count {
      let features = [random.unit() * 4 - 2, random.unit() * 100, 1]
      let sum = zip(features, weights).reduce(0) { $0 + $1.0 * $1.1 }
      examples.append(features, holds: random.unit() < 1 / (1 + exp(-sum)))
    }
    return examples
  }

  /// The mean of the predicted probabilities.
  private func meanPrediction(_ examples: LogisticExamples, _ weights: [Double]) -> Double {
    (0..<examples.count).reduce(0) { sum, i in
      let score = zip(examples.row(i), weights).reduce(0) { $0 + Double($1.0) * $1.1 }
      return sum + 1 / (1 + exp(-score))
    } / Double(examples.count)
  }

  @Test(arguments: UInt64(1)...5)
  func findsTheWeightsThatMadeTheExamples(seed: UInt64) {
    let truth = [1.5, -0.04, 0.5]
    let set = examples(truth, count: 20_000, seed: seed)
    var trainer = LogisticTrainer()
    trainer.regularization = 1e-7
    let found = trainer.fit(set)
    #expect(abs(found[0] - truth[0]) < 0.15, "seed \(seed): \(found)")
    #expect(abs(found[1] - truth[1]) < 0.005, "seed \(seed): \(found)")
    #expect(abs(found[2] - truth[2]) < 0.2, "seed \(seed): \(found)")
  }

  @Test(arguments: UInt64(1)...5)
  func predictsTheBaseRate(seed: UInt64) {
    let set = examples([0.3, -0.06, -1], count: 5000, seed: seed)
    let found = LogisticTrainer().fit(set)
    let rate = Double(set.positives) / Double(set.count)
    #expect(abs(meanPrediction(set, found) - rate) < 1e-3, "seed \(seed)")
  }

  @Test func nothingOrOnlyOneKindOfExampleGivesFiniteWeights() {
    #expect(LogisticTrainer().fit(LogisticExamples(featureCount: 2)) == [0, 0])
    for holds in [true, false] {
      var set = LogisticExamples(featureCount: 2)
      for i in 0..<50 { set.append([1, Double(i)], holds: holds) }
      let found = LogisticTrainer().fit(set)
      let isFinite = found.allSatisfy { $0.isFinite }
      #expect(isFinite)
      let mean = meanPrediction(set, found)
      #expect(holds ? mean > 0.9 : mean < 0.1)
    }
  }

  @Test func equalExamplesGiveEqualBits() {
    let set = examples([1, 0.02, -2], count: 2000, seed: 9)
    #expect(LogisticTrainer().fit(set) == LogisticTrainer().fit(set))
  }
}
