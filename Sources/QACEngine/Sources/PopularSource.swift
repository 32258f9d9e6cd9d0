// Source `popular`: the heaviest labels that match the prefix, whatever the context.
//
// Cost: that of `PopularSearch`, or of a copy where a wide range was searched before (`RangeMemo`).

import QACIndex

/// Popular labels.
struct PopularSource: CandidateSource {
  static var source: SuggestionSource { .popular }

  private var search: PopularSearch
  private var memo = RangeMemo()
  private var top = TopLabels()

  init(_ engine: CompletionEngine) { search = PopularSearch(labelCount: engine.index.labelCount) }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    let (range, wanted) = (completion.range, completion.wanted)
    if completion.blocks == nil, RangeMemo.remembers(range, limit: wanted) {
      if !memo.find(range, limit: wanted, into: &top) {
        search.search(completion.view, range: range, limit: wanted)
        memo.insert(search.top, of: range)
        top.set(search.top.items[...], limit: wanted)
      }
      for found in top.items { table.add(label: found.label, from: .popular) }
      return
    }
    search.search(completion.view, range: range, limit: wanted, blocks: completion.blocks)
    for found in search.top.items { table.add(label: found.label, from: .popular) }
  }

  mutating func wipe() {}
}
