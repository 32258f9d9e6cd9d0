// The ranker's fit: at its optimum the gradient is zero, and plain gradient descent ends there.

import Foundation
import QACBinary
import QACTestSupport
import Testing

@testable import QACTraining

@Suite struct RankerTrainerTests {
  /// Requests whose targets are drawn by a hidden linear score, on features of different scales.
  private static func examples(seed: UInt64, requests: Int = 100, features: Int = 4)
    -> RankerExamples
  {
    var random = SplitMix64(seed: seed)
    var examples = RankerExamples(featureCount: features)
    let scales = [1, 0.1, 5, 1]
    let hidden = (0..<features).map { (random.unit() * 3 - 1.5) / scales[$0 % 4] }
    for _ in 0..<requests {
      let rows = (0..<2 + random.below(6)).map { _ in
        (0..<features).map { f in (random.unit() * 2 - 1) * scales[f % 4] }
      }
      let scores = rows.map { row in
        zip(row, hidden).reduce(0) { $0 + $1.0 * $1.1 } - log(-log(max(random.unit(), 1e-12)))
      }
      let target = scores.indices.max { scores[$0] < scores[$1] } ?? 0
      examples.append(rows: Array(rows.joined()), target: target)
    }
    return examples
  }

  /// The mean loss without L2, and its gradient.
  private static func loss(_ examples: RankerExamples, _ weights: [Double])
    -> (value: Double, gradient: [Double])
  {
    let k = examples.featureCount
    var value = 0.0
    var gradient = [Double](repeating: 0, count: k)
    for r in 0..<examples.count {
      let rows = (examples.offsets[r]..<examples.offsets[r + 1]).map { row in
        (0..<k).map { Double(examples.values[row * k + $0]) }
      }
      let terms = rows.map { exp(zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 }) }
      let sum = terms.reduce(0, +)
      let target = examples.targets[r]
      value -= log(terms[target] / sum)
      for (row, term) in zip(rows, terms) {
        for f in 0..<k { gradient[f] += term / sum * row[f] }
      }
      for f in 0..<k { gradient[f] -= rows[target][f] }
    }
    let n = Double(examples.count)
    return (value / n, gradient.map { $0 / n })
  }

  @Test(arguments: UInt64(0)..<3)
  func withoutL2TheOptimumHasNoGradient(seed: UInt64) throws {
    let examples = Self.examples(seed: seed)
    var trainer = RankerTrainer()
    trainer.regularization = 1e-12
    let weights = trainer.fit(examples)
    let found = Self.loss(examples, weights)
    for slope in found.gradient { #expect(abs(slope) < 1e-5) }
    // Scaling by the deviation does not move the optimum: plain descent on the raw features, with
    // one step size per scale, ends there too.
    var plain = [Double](repeating: 0, count: 4)
    for _ in 0..<500 {
      let slope = Self.loss(examples, plain).gradient
      for f in plain.indices { plain[f] -= slope[f] * [2, 200, 0.08, 2][f] }
    }
    for (a, b) in zip(weights, plain) { #expect(abs(a - b) < 0.01 * max(1, abs(b))) }
    #expect(found.value <= Self.loss(examples, plain).value + 1e-9)
  }

  @Test func theDefaultL2HardlyMatters() {
    let examples = Self.examples(seed: 9)
    var free = RankerTrainer()
    free.regularization = 1e-12
    let (a, b) = (RankerTrainer().fit(examples), free.fit(examples))
    for (x, y) in zip(a, b) { #expect(abs(x - y) < 0.01 * max(1, abs(y))) }
  }

  @Test func scalesOfFeaturesDoNotMatter() {
    let examples = Self.examples(seed: 12)
    var scaled = RankerExamples(featureCount: 4)
    let factors = [1000.0, 0.01, 1, 7]
    for r in 0..<examples.count {
      let rows = (examples.offsets[r]..<examples.offsets[r + 1]).flatMap { row in
        (0..<4).map { Double(examples.values[row * 4 + $0]) * factors[$0] }
      }
      scaled.append(rows: rows, target: examples.targets[r])
    }
    let (a, b) = (RankerTrainer().fit(examples), RankerTrainer().fit(scaled))
    for f in 0..<4 { #expect(abs(a[f] - b[f] * factors[f]) < 1e-3 * max(1, abs(a[f]))) }
  }

  @Test func featuresWithoutInformationGetNoWeight() {
    var examples = RankerExamples(featureCount: 3)
    for r in 0..<30 {
      // The second feature is the same for all candidates of a request.
      examples.append(
        rows: [1, Double(r), 0.5, 0, Double(r), -0.5], target: r % 3 == 0 ? 1 : 0)
    }
    let all = RankerTrainer().fit(examples)
    #expect(all[1] == 0 && all[0] != 0)
    let some = RankerTrainer().fit(examples, isUsed: [false, true, true])
    #expect(some[0] == 0 && some[1] == 0 && some[2] > 0)
    #expect(RankerTrainer().fit(RankerExamples(featureCount: 3)) == [0, 0, 0])
  }

  @Test func separableRequestsKeepFiniteWeights() {
    var examples = RankerExamples(featureCount: 2)
    for _ in 0..<100 { examples.append(rows: [1, 0.5, -1, 0.25], target: 0) }
    let weights = RankerTrainer().fit(examples)
    #expect(weights.allSatisfy { $0.isFinite })
    #expect(weights[0] + weights[1] * 0.125 > 0)
  }

  @Test func equalExamplesGiveEqualWeights() {
    let examples = Self.examples(seed: 2)
    #expect(RankerTrainer().fit(examples) == RankerTrainer().fit(examples))
  }
}
