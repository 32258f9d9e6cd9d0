// Source `boosted`: labels that boosts bring among the best, where no other source would.
//
// These are the heaviest labels that are raised, by weight times factor, and, if boosts lower some
// labels, the heaviest of those that are not lowered, which take their places.
//
// Cost: that of `RaisedLabels.offer` and of `PopularSearch`; nothing where there are no boosts.

import QACIndex

/// Labels that boosts are about.
struct BoostedSource: CandidateSource {
  static var source: SuggestionSource { .boosted }

  private var top = TopLabels()
  private var search: PopularSearch

  init(_ engine: CompletionEngine) { search = PopularSearch(labelCount: engine.index.labelCount) }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    guard let boosts = completion.rules?.boosts else { return }
    top.reset(limit: completion.wanted)
    boosts.raised.offer(completion.range, to: &top)
    for found in top.items where !completion.blocks(found.label) {
      table.add(label: found.label, from: .boosted)
    }
    guard let lowered = boosts.lowered else { return }
    search.search(
      completion.view, range: completion.range, limit: completion.wanted, blocks: lowered)
    for found in search.top.items where !completion.blocks(found.label) {
      table.add(label: found.label, from: .boosted)
    }
  }

  mutating func wipe() {}
}
