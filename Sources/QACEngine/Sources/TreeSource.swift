// Source `index`: the labels that the hybrid index finds likeliest after the previous query.
//
// Cost: that of `TreeSearch`, or of a copy where there is no context and the range was searched
// before (`RangeMemo`); one look-up for each word of the previous query.

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Labels of the hybrid index.
struct TreeSource: CandidateSource {
  static var source: SuggestionSource { .index }

  private var search: TreeSearch
  /// What searches without features found.
  private var memo = RangeMemo()
  private var top = TopLabels()
  /// The features of the previous query.
  private var features = SparseVector()

  init(_ engine: CompletionEngine) {
    search = TreeSearch(
      arity: engine.index.view.greatestArity, summaries: engine.nodeSummaries)
  }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    features.removeAll()
    if completion.previousEntry >= 0 {
      let view = completion.view
      // The classifiers know the label that a misspelt query counts as.
      if let step = completion.steps.first, step.label != Candidate.noLabel {
        RequestFeaturizer.features(
          previous: view.text(of: step.label), space: view.features, breaker: view.breaker,
          into: &features)
      } else {
        completion.context.withText(of: completion.previousEntry) { previous in
          RequestFeaturizer.features(
            previous: previous, space: view.features, breaker: view.breaker, into: &features)
        }
      }
    }
    let (range, wanted) = (completion.range, completion.wanted)
    let isRemembered =
      features.count == 0 && completion.blocks == nil
      && RangeMemo.remembers(range, limit: wanted)
    if isRemembered, memo.find(range, limit: wanted, into: &top) {
      Self.add(top.items, to: &table, for: completion)
      return
    }
    search.search(
      completion.view, range: range, features: features, limit: wanted,
      blocks: completion.blocks, beam: completion.options.beam)
    if isRemembered { memo.insert(search.top, of: range) }
    Self.add(search.top.items, to: &table, for: completion)
  }

  /// Adds what the search found, best first.
  private static func add(
    _ found: [ScoredLabel], to table: inout CandidateTable, for completion: borrowing Completion
  ) {
    let mass = Double(completion.view.mass(of: completion.range))
    for found in found {
      let i = table.add(label: found.label, from: .index)
      table[i].indexLog = logShare(found.score, of: mass)
    }
    // What nobody submitted says nothing of texts that somebody did.
    let perUse = UInt64(completion.view.weightPerUse)
    let last = found.last { completion.view.weight(of: $0.label) >= perUse }
    if let last { table.findings.leastIndexLog = logShare(last.score, of: max(1, mass)) }
  }

  /// ln(`score` / `mass`), finite where the score is too small for a number.
  private static func logShare(_ score: Double, of mass: Double) -> Double {
    log(max(score / mass, Double.leastNormalMagnitude))
  }

  mutating func wipe() {}
}
