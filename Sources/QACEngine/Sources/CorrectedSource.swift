// Source `corrected`: labels that the prefix begins once typing errors are corrected.
//
// It looks for corrections where hardly a label matches what was typed: labels of which the index
// knows a misspelt query that begins with the prefix, popular labels (`TypoSearch`), labels that
// followed the queries of the context, and the session's own queries. How they rank is
// `CorrectionPenalty`.
//
// What was typed is plausible as it is if all its words are frequent ones: then only accents, spaces
// and doubled letters are corrected. A text that differs from what was typed in accents and case
// alone is no correction under `search`: it costs nothing and is not told as one.
//
// Cost: that of `TypoSearch`; then one bounded edit distance for each follower tried and each query
// of the session, of most of which their letters are enough to tell that they are too far.

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
  /// What errors may cost where what was typed is plausible as it is.
  private static let greatestCostOfPlausible: Float = 0.5
  /// What a misspelt query costs that the index knows.
  static let aliasCost: Float = 0.5
  /// The most aliases that are tried.
  private static let aliasesTried = 64
  /// The most misspelt queries that are shown as they are, behind the right ones, to somebody who
  /// has typed the error.
  private static let aliasesShown = 5

  private var typos: TypoSearch
  private let heads: LabelHeads
  private let bases = BaseLetters.table
  /// Whether other accents and another case are the same letter.
  private let ignoresAccents: Bool

  init(_ engine: CompletionEngine) {
    typos = TypoSearch(labelCount: engine.index.labelCount, trie: engine.trie)
    heads = engine.heads
    ignoresAccents = engine.index.profile == .search
  }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    if !completion.mayCorrect || table.findings.isPlausible { return }
    let nothingMatches = completion.range.isEmpty
    let isPlausible = KnownWords.areFrequent(in: completion.prefix, completion.view)
    typos.search(
      completion.view, prefix: completion.prefix, limit: Self.mostCorrections,
      greatestCost: isPlausible
        ? Self.greatestCostOfPlausible
        : nothingMatches ? Self.greatestCost : Self.greatestCostBesideMatches,
      nodeLimit: nothingMatches ? TypoSearch.nodeLimit : Self.nodesBesideMatches,
      blocks: completion.blocks)
    for match in typos.matches
    where !isFarFetched(match.cost, completion.view.text(of: match.label), for: completion) {
      add(match, to: &table, for: completion)
    }
    table.findings.corrected.uses = Double(typos.mass)
    let aliases = addAliased(to: &table, for: completion)
    table.findings.isHeadDoubtful =
      (aliases > 0 || !typos.matches.isEmpty)
      && KnownWords.areMissing(in: completion.head, completion.view)
    addFollowers(to: &table, for: completion)
    addOwnQueries(to: &table, for: completion)
  }

  /// Whether errors of this `cost` change too much of a short prefix whose first letter is right.
  private func isFarFetched(
    _ cost: Float, _ text: UnsafeBufferPointer<UInt8>, for completion: borrowing Completion
  ) -> Bool {
    TypoMatch.isFarFetched(cost, letters: typos.letters.count)
      && text.first == completion.prefix.first
  }

  /// Adds a corrected label; returns its position.
  @discardableResult
  private func add(
    _ match: TypoMatch, to table: inout CandidateTable, for completion: borrowing Completion
  ) -> Int {
    let i = table.add(label: match.label, from: .corrected)
    table[i].correction.typedBytes = match.alignedBytes
    table[i].correction.cost = cost(
      match.cost, of: completion.view.text(of: match.label), bytes: match.alignedBytes,
      for: completion)
    return i
  }

  /// `cost`, or nothing if the first `bytes` of `text` differ from the prefix in accents and case
  /// alone.
  private func cost(
    _ cost: Float, of text: UnsafeBufferPointer<UInt8>, bytes: Int32,
    for completion: borrowing Completion
  ) -> Float {
    // Two accents cost as much as the cheapest other error.
    if !ignoresAccents || cost * Float(TypoCosts.unit) > Float(8 * TypoCosts.accent) { return cost }
    let beginning = UnsafeBufferPointer(rebasing: text[..<Int(bytes)])
    return BaseLetters.areEqual(beginning, completion.prefix, bases) ? 0 : cost
  }

  /// Adds the labels of which the index knows a misspelt query that begins with the prefix, and
  /// behind them some of these queries; returns how many there are.
  private mutating func addAliased(
    to table: inout CandidateTable, for completion: borrowing Completion
  ) -> Int {
    let view = completion.view
    if view.aliases.count == 0 || completion.prefix.isEmpty { return 0 }
    let range = view.aliases.range(ofPrefix: completion.prefix)
    var shown = 0
    for alias in range.prefix(Self.aliasesTried) {
      let label = view.aliasLabels[alias]
      if completion.blocks(label) || completion.range.contains(label) { continue }
      if shown < Self.aliasesShown, !HangulKeys.mayOccur(in: view.aliases[alias]) {
        shown += 1
        let i = table.add(
          text: view.aliases[alias], surface: view.aliases[alias], from: .corrected)
        table[i].meant = label
      }
      if table.find(label: label) != nil { continue }
      let text = view.text(of: label)
      let aligned =
        typos.distance(to: text)?.alignedBytes
        ?? Int32(UTF8Scalars.prefix(of: text, asLongAs: completion.prefix))
      let match = TypoMatch(label: label, cost: Self.aliasCost, alignedBytes: aligned)
      add(match, to: &table, for: completion)
      table.findings.corrected.uses += Double(view.weight(of: label))
    }
    return range.count
  }

  private mutating func addFollowers(
    to table: inout CandidateTable, for completion: borrowing Completion
  ) {
    let labelCount = UInt32(completion.view.labelCount)
    for (s, step) in completion.steps.enumerated() where step.label != Candidate.noLabel {
      let all = completion.view.followers(of: step.label, in: 0..<labelCount)
      for f in all.prefix(Self.followersTried) {
        let label = completion.view.followerLabels[f]
        let head = heads[label]
        if !typos.mayFind(head.letters) || !typos.mayFind(head.first, head.second) { continue }
        if completion.blocks(label) { continue }
        let text = completion.view.text(of: label)
        guard let found = typos.distance(to: text),
          !isFarFetched(found.cost, text, for: completion)
        else { continue }
        let match = TypoMatch(label: label, cost: found.cost, alignedBytes: found.alignedBytes)
        let i = add(match, to: &table, for: completion)
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
    for id in completion.context.rows.indices {
      let outline = completion.context.rows[id].outline
      if !typos.mayFind(outline.letters) { continue }
      let (first, second) = outline.firstBytes
      if !typos.mayFind(first, second) { continue }
      let distance = completion.context.withText(of: id) { text in
        typos.distance(to: text).flatMap {
          isFarFetched($0.cost, text, for: completion) ? nil : $0
        }
      }
      guard let distance, !SessionSource.isError(id, &table, for: completion) else { continue }
      let i = table.add(entry: id, from: .corrected, for: completion)
      table[i].correction.cost = completion.context.withText(of: id) {
        cost(distance.cost, of: $0, bytes: distance.alignedBytes, for: completion)
      }
      table[i].correction.typedBytes = distance.alignedBytes
    }
  }

  mutating func wipe() { typos.wipe() }
}
