// Source `popular`: the heaviest labels that match the prefix, whatever the context.
//
// Cost: that of `PopularSearch`.

import QACIndex

/// Popular labels.
struct PopularSource: CandidateSource {
  static var source: SuggestionSource { .popular }

  private var search: PopularSearch

  init(_ engine: CompletionEngine) { search = PopularSearch(labelCount: engine.index.labelCount) }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    search.search(
      completion.view, range: completion.range, limit: completion.wanted, blocks: completion.blocks)
    for found in search.top.items { table.add(label: found.label, from: .popular) }
  }

  mutating func wipe() {}
}
