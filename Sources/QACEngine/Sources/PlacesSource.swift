// Source `places`: what people submit at the place of the completion, and what the session did.
//
// Cost: nothing without a place; else O(labels of the place that match, and events of the session).

import QACBinary
import QACIndex

/// Queries of the place.
struct PlacesSource: CandidateSource {
  static var source: SuggestionSource { .places }

  private var top = TopLabels()

  init(_ engine: CompletionEngine) {}

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    if completion.situation.place == 0 { return }
    guard let places = completion.view.places, !completion.places.range.isEmpty else { return }
    top.reset(limit: completion.wanted)
    for i in completion.places.range {
      let label = places.labels[i]
      if !completion.blocks(label) {
        top.offer(ScoredLabel(label: label, score: places.count(i)))
      }
    }
    for found in top.items { table.add(label: found.label, from: .places) }
  }

  mutating func wipe() {}
}
