// What rules add to the scores of one completion's candidates.
//
// A boost adds ln of its factor. Pinned texts are then set above the best score, by small steps in
// their order: the ranking takes them first, passes blocked ones over, and folds none of them.
//
// Invariant: without rules nothing is kept and nothing is added.
// Cost: with boosts, a look-up per candidate; with pins, a look-up of each pin that counts.

/// What rules add to scores; holds the working memory of one thread.
struct RuleLifts {
  /// What the last pin stands above the best score of all others.
  private static let overBest = 1.0
  /// What a pin stands above the next one. All steps together are less than what folds texts.
  private static let step = 0.1

  /// What boosts add to each candidate's score; empty where there are none.
  private var boosts: [Double] = []
  /// What pins add; empty where there are none.
  private var pins: [Double] = []
  private var top = TopLabels()

  /// Forgets the last completion.
  mutating func reset() {
    if !boosts.isEmpty { boosts.removeAll(keepingCapacity: true) }
    if !pins.isEmpty { pins.removeAll(keepingCapacity: true) }
  }

  /// Changes the scores of `ranking` as `rules` say.
  mutating func apply(
    _ rules: RankingRules, to ranking: inout Ranking, _ table: borrowing CandidateTable,
    for completion: borrowing Completion
  ) {
    if let boosts = rules.boosts { boost(boosts, &ranking, table, for: completion) }
    if !rules.pins.isEmpty { pin(rules.pins, &ranking, table, for: completion) }
  }

  private mutating func boost(
    _ rules: BoostTable, _ ranking: inout Ranking, _ table: borrowing CandidateTable,
    for completion: borrowing Completion
  ) {
    var work = BlockWork()
    for i in 0..<table.count {
      let candidate = table[i]
      let lift =
        candidate.isLabel
        ? rules.lift(of: candidate.label)
        : table.withText(of: candidate) { rules.lift(of: $0, &work) }
      boosts.append(lift)
      ranking.lift(i, by: lift)
    }
  }

  private mutating func pin(
    _ rules: PinTable, _ ranking: inout Ranking, _ table: borrowing CandidateTable,
    for completion: borrowing Completion
  ) {
    rules.find(completion.prefix, at: completion.time, into: &top)
    if top.items.isEmpty { return }
    guard let best = ranking.scores.max() else { return }
    pins.append(contentsOf: repeatElement(0, count: table.count))
    for (place, found) in top.items.enumerated() {
      guard let i = rules.position(of: found.label, in: table), pins[i] == 0,
        table[i].sources.contains(SourceSet(.pinned))
      else { continue }
      let score = best + Self.overBest + Self.step * Double(top.items.count - 1 - place)
      pins[i] = score - ranking.scores[i]
      ranking.lift(i, by: pins[i])
    }
  }

  /// What boosts add to the score of candidate `i`.
  func boost(_ i: Int) -> Double { boosts.isEmpty ? 0 : boosts[i] }

  /// What pins add to the score of candidate `i`.
  func pin(_ i: Int) -> Double { pins.isEmpty ? 0 : pins[i] }
}
