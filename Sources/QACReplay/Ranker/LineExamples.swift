// Composed lines of past answers, with what they were worth: what `LineModel` is fitted on.
//
// Which composed lines deserve their places is a matter of price. A useful line saves the person
// characters; a line that is not useful costs a look. With a price in characters per useless line,
// the best least probability is the one with the greatest
//
//     characters saved - price x useless composed lines
//
// An answer saves as many characters as its longest useful line adds. So a composed line that only
// repeats what a label saves is worth nothing, and on a dense log the least probability comes out
// high; on a sparse log, where composing is what helps most, it comes out low.
//
// Simplified: lines that would take the places of those left out are not counted.
// Memory: 4 bytes per feature of a composed line.

import QACEngine
public import QACTraining

/// Composed lines, and what the answers around them were worth.
public struct LineExamples: Sendable {
  /// What a useless line costs, in characters of typing.
  static let price = 0.15
  /// The least probabilities that are compared. Above the last hardly a useless line is left.
  static let choices = [
    0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2,
  ]

  /// The composed lines: their values, and whether they are useful.
  public private(set) var lines = LogisticExamples(featureCount: LineFeature.valueCount)
  /// The characters that each composed line saves.
  private var saved: [UInt16] = []
  private var answers: [Answer] = []

  private struct Answer {
    /// The characters that its other lines save.
    var saved: UInt16 = 0
    /// Its first composed line.
    var first: Int
  }

  /// Begins another answer.
  mutating func addAnswer() { answers.append(Answer(first: lines.count)) }

  /// Adds a composed line to the last answer.
  mutating func addComposed(_ values: [Double], isUseful: Bool, saved: Int) {
    lines.append(values, holds: isUseful)
    self.saved.append(UInt16(clamping: saved))
  }

  /// Adds a line that is not composed to the last answer.
  mutating func addOther(saved: Int) {
    let last = answers.count - 1
    answers[last].saved = max(answers[last].saved, UInt16(clamping: saved))
  }

  /// The least probability among `choices` that is worth most.
  ///
  /// - Parameter probabilities: That of each composed line, in the order in which they were added.
  /// - Returns: The least probability; of equally good ones the smallest.
  public func leastProbability(_ probabilities: [Double]) -> Double {
    var best = (value: -Double.infinity, choice: 0.0)
    for choice in Self.choices {
      let value = worth(probabilities, least: choice)
      if value > best.value { best = (value, choice) }
    }
    return best.choice
  }

  /// Characters saved, less the price of useless composed lines, if those below `least` are left
  /// out.
  func worth(_ probabilities: [Double], least: Double) -> Double {
    var total = 0.0
    for (a, answer) in answers.enumerated() {
      let end = a + 1 < answers.count ? answers[a + 1].first : lines.count
      var best = answer.saved
      for i in answer.first..<end where probabilities[i] >= least {
        best = max(best, saved[i])
        if !lines.holds(i) { total -= Self.price }
      }
      total += Double(best)
    }
    return total
  }
}
