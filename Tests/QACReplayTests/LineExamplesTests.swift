// The least probability: the choice with the greatest worth, counted by hand and by brute force.

import QACBinary
import QACEngine
import Testing

@testable import QACReplay

@Suite struct LineExamplesTests {
  private let values = [Double](repeating: 0, count: LineFeature.valueCount)

  @Test func countsEachAnswersBestLine() {
    var examples = LineExamples()
    examples.addAnswer()
    examples.addOther(saved: 4)
    examples.addComposed(values, isUseful: true, saved: 3)
    examples.addComposed(values, isUseful: false, saved: 0)
    examples.addAnswer()
    examples.addComposed(values, isUseful: true, saved: 7)
    let probabilities = [0.5, 0.01, 0.1]
    func close(_ least: Double, _ expected: Double) -> Bool {
      abs(examples.worth(probabilities, least: least) - expected) < 1e-9
    }
    #expect(close(0, 4 + 7 - LineExamples.price))
    #expect(close(0.02, 4 + 7))
    #expect(close(0.2, 4))
    // Of equal worth the smallest.
    #expect(examples.leastProbability(probabilities) == 0.015)
  }

  @Test(arguments: UInt64(1)...20)
  func choosesWhatIsWorthMost(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var examples = LineExamples()
    var answers: [(other: Int, lines: [(p: Double, isUseful: Bool, saved: Int)])] = []
    for _ in 0..<200 {
      var lines: [(p: Double, isUseful: Bool, saved: Int)] = []
      let other = random.unit() < 0.5 ? 0 : Int(random.unit() * 10)
      for _ in 0..<Int(random.unit() * 6) {
        let p = random.unit() * random.unit() * random.unit()
        let isUseful = random.unit() < p
        lines.append((p, isUseful, isUseful ? 1 + Int(random.unit() * 12) : 0))
      }
      answers.append((other, lines))
      examples.addAnswer()
      examples.addOther(saved: other)
      for line in lines {
        examples.addComposed(values, isUseful: line.isUseful, saved: line.saved)
      }
    }
    func worth(_ least: Double) -> Double {
      answers.reduce(0) { sum, answer in
        let shown = answer.lines.filter { $0.p >= least }
        let best = max(answer.other, shown.map(\.saved).max() ?? 0)
        return sum + Double(best) - LineExamples.price * Double(shown.count { !$0.isUseful })
      }
    }
    let probabilities = answers.flatMap { $0.lines.map(\.p) }
    let chosen = examples.leastProbability(probabilities)
    for choice in LineExamples.choices {
      #expect(worth(chosen) >= worth(choice) - 1e-6, "seed \(seed), \(choice)")
    }
  }
}
