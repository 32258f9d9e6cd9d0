// Source `corrected`: labels that the prefix begins once typing errors are corrected.
//
// It looks for corrections where hardly a label matches what was typed: popular labels
// (`TypoSearch`), labels that followed the queries of the context, and the session's own queries.
// How they rank is `CorrectionPenalty`.
//
// Cost: that of `TypoSearch`; then one bounded edit distance for each follower tried and each query
// of the session.

import QACBinary
import QACIndex
import QACText

/// Corrected labels and queries.
struct CorrectedSource: CandidateSource {
  static var source: SuggestionSource { .corrected }

  /// Corrections are looked for where fewer labels than this match.
  static let fewMatches = 3
  /// The most corrected labels that are looked for, besides those of context and session.
  private static let mostCorrections = 10
  /// What errors may cost where nothing matches without.
  private static let greatestCost: Float = 2
  /// What errors may cost where something matches without.
  private static let greatestCostBesideMatches: Float = 1.25
  /// Nodes of the search there: few, because what was typed is probably what was meant.
  private static let nodesBesideMatches = 48
  /// The most followers of each query of the context that are tried.
  private static let followersTried = 1024

  private var typos: TypoSearch

  init(_ engine: CompletionEngine) {
    typos = TypoSearch(labelCount: engine.index.labelCount, trie: engine.trie)
  }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    if !completion.mayCorrect || table.findings.isPlausible { return }
    let nothingMatches = completion.range.isEmpty
    typos.search(
      completion.view, prefix: completion.prefix, limit: Self.mostCorrections,
      greatestCost: nothingMatches ? Self.greatestCost : Self.greatestCostBesideMatches,
      nodeLimit: nothingMatches ? TypoSearch.nodeLimit : Self.nodesBesideMatches,
      blocks: completion.blocks)
    for match in typos.matches { Self.add(match, to: &table) }
    table.findings.isHeadDoubtful = !typos.matches.isEmpty && Self.hasUnknownWord(completion)
    table.findings.corrected.uses = Double(typos.mass)
    addFollowers(to: &table, for: completion)
    addOwnQueries(to: &table, for: completion)
  }

  /// Whether a whole word of the prefix is unknown to the word model.
  private static func hasUnknownWord(_ completion: borrowing Completion) -> Bool {
    var found = false
    let head = completion.head
    let words = completion.view.words
    Tokenizer.forEachWord(head) { range in
      if !words.knows(WordKey.of(UnsafeBufferPointer(rebasing: head[range]))) { found = true }
    }
    return found
  }

  /// Adds a corrected label; returns its position.
  @discardableResult
  private static func add(_ match: TypoMatch, to table: inout CandidateTable) -> Int {
    let i = table.add(label: match.label, from: .corrected)
    table[i].correction.cost = match.cost
    table[i].correction.typedBytes = match.alignedBytes
    return i
  }

  private mutating func addFollowers(
    to table: inout CandidateTable, for completion: borrowing Completion
  ) {
    let labelCount = UInt32(completion.view.labelCount)
    for (s, step) in completion.steps.enumerated() where step.label != Candidate.noLabel {
      let all = completion.view.followers(of: step.label, in: 0..<labelCount)
      for f in all.prefix(Self.followersTried) {
        let label = completion.view.followerLabels[f]
        if completion.blocks(label) { continue }
        guard let found = typos.distance(to: completion.view.text(of: label)) else { continue }
        let i = Self.add(
          TypoMatch(label: label, cost: found.cost, alignedBytes: found.alignedBytes), to: &table)
        let uses = completion.view.followerCount(f)
        if s == 0 {
          table[i].correction.followed += uses
          table.findings.corrected.last += uses
        } else {
          table[i].correction.followedEarlier += step.weight * uses
          table.findings.corrected.earlier += step.weight * uses
        }
      }
    }
  }

  private mutating func addOwnQueries(
    to table: inout CandidateTable, for completion: borrowing Completion
  ) {
    for id in completion.context.entries.indices {
      let distance = completion.context.withText(of: id) { typos.distance(to: $0) }
      guard let distance else { continue }
      let i = table.add(entry: id, from: .corrected, for: completion)
      table[i].correction.cost = distance.cost
      table[i].correction.typedBytes = distance.alignedBytes
    }
  }

  mutating func wipe() { typos.wipe() }
}
