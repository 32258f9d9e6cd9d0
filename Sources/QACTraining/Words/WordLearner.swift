// Learns the words of scripts without spaces from the queries of a log.
//
// 1. The first weight of a string is the number of different atoms before it, or of those behind it
//    if these are fewer. Where a run begins or ends with it, it stands alone on that side, and each
//    such run counts as one more atom.
// 2. Expectation maximisation of a unigram model: the next weight of a string is how often it is
//    expected among the words of all runs, if each run is divided by the probabilities so far.
// 3. From the second round on, a string of several atoms stays a word only if it pays for its
//    place: with shorter words instead of it, the logarithms of the runs' probabilities would sum
//    up to at least `leastGain` less per atom (minimum description length).
//
// Each distinct run counts once, however often it was submitted: a frequent query of several words
// does not become a word.
// Invariant: equal training sets give equal tables. Fewer than `fewestRuns` runs give no table:
// they are too few to tell words from chance.
// Cost: O(atoms x `RunTexts.mostAtoms`) per round.
// Sources: Feng, Chen, Deng, Zheng, Computational Linguistics 2004 (accessor variety); Kudo, ACL
// 2018, §3.2 (EM and pruning). We differ: the first weights are accessor variety, and a word must
// pay for its place.

import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Learns what words there are, and how probable each of them is.
struct WordLearner {
  /// The fewest runs from which words are learned.
  static let fewestRuns = 200
  /// The rounds of expectation maximisation.
  private static let rounds = 3
  /// What a word must save per atom, as a logarithm.
  private static let leastGain = 6.0
  /// The weight of an atom that is hardly a word by itself.
  private static let leastWeight = 0.1

  private let runs: RunTexts
  /// The weight of each string as a word; 0 if it is none.
  private var weights: [Double]
  /// The probability of each string as a word.
  private var probabilities: [Double] = []

  /// Learns the words of a training set.
  static func table(of set: TrainingSet) -> WordTable {
    // Verbatim texts are cut where their quotes and brackets allow it, not within words.
    if set.profile == .verbatim { return WordTable() }
    let runs = RunTexts(set)
    if runs.ends.count < fewestRuns { return WordTable() }
    var learner = WordLearner(runs)
    for round in 0..<rounds { learner.improve(prunes: round > 0) }
    let words = learner.weights.indices.filter { learner.weights[$0] > 0 }
    if words.allSatisfy({ runs.figures[$0].atoms == 1 }) { return WordTable() }
    return WordTable(words: words.map { (runs.text(of: $0), learner.weights[$0]) })
  }

  private init(_ runs: RunTexts) {
    self.runs = runs
    weights = runs.figures.map { string in
      if string.atoms == 1 { return Self.leastWeight * Double(1 + string.count) }
      let variety = min(string.before, string.behind)
      return string.count < 2 || variety < 2 ? 0 : Double(variety)
    }
    normalize()
  }

  private mutating func normalize() {
    let sum = weights.reduce(0, +)
    probabilities = weights.map { $0 / sum }
  }

  /// One round: expected counts, and which words stay.
  private mutating func improve(prunes: Bool) {
    var expected = [Double](repeating: 0, count: weights.count)
    var forward = [Double](repeating: 0, count: 64)
    var backward = forward
    var start = 0
    for end in runs.ends {
      let count = end - start
      forward[0] = 1
      for j in 1...count {
        forward[j] = 0
        forEachWord(endingAt: j, start) { i, _, p in forward[j] += forward[i] * p }
      }
      backward[count] = 1
      for i in 0..<count { backward[i] = 0 }
      for j in (1...count).reversed() {
        forEachWord(endingAt: j, start) { i, _, p in backward[i] += p * backward[j] }
      }
      for j in 1...count {
        let share = backward[j] / forward[count]
        forEachWord(endingAt: j, start) { i, string, p in
          expected[string] += forward[i] * p * share
        }
      }
      start = end
    }
    for string in weights.indices {
      if runs.figures[string].atoms == 1 {
        expected[string] = max(expected[string], Self.leastWeight)
      } else if prunes, expected[string] > 0, !pays(string, expected[string]) {
        expected[string] = 0
      }
    }
    weights = expected
    normalize()
  }

  /// Calls `body` with each word that ends before atom `j` of the run at `start`: the atom where it
  /// begins, its number and its probability.
  @inline(__always)
  private func forEachWord(
    endingAt j: Int, _ start: Int, _ body: (_ i: Int, _ string: Int, _ p: Double) -> Void
  ) {
    for length in 1...min(j, RunTexts.mostAtoms) {
      let string = runs.strings[length - 1][start + j - length]
      if string == RunTexts.none { continue }
      let p = probabilities[Int(string)]
      if p > 0 { body(j - length, Int(string), p) }
    }
  }

  /// Whether a string of several atoms, which is expected `count` times, pays for its place.
  private func pays(_ string: Int, _ count: Double) -> Bool {
    if count < 1 { return false }
    let (place, atoms) = (Int(runs.figures[string].place), Int(runs.figures[string].atoms))
    var best = [Double](repeating: 0, count: atoms + 1)
    best[0] = 1
    for j in 1...atoms {
      forEachWord(endingAt: j, place) { i, other, p in
        if other != string { best[j] = max(best[j], best[i] * p) }
      }
    }
    let saved = log(probabilities[string]) - log(best[atoms])
    return count * saved >= Self.leastGain * Double(atoms)
  }
}
