// Source `places`: what people submit at the place of the completion, by the index and since.
//
// What the session itself submitted there is among the candidates of `session`.
// Cost: nothing without a place; else O(labels of the place that match) and O(entries of the place
// in the overlay), at most `OverlayPlaces.capacity`.

import QACBinary
import QACIndex

/// Queries of the place.
struct PlacesSource: CandidateSource {
  static var source: SuggestionSource { .places }

  private var top = TopLabels()

  init(_ engine: CompletionEngine) {}

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    if !completion.places.isKnown { return }
    if let places = completion.view.places, !completion.places.range.isEmpty {
      top.reset(limit: completion.wanted)
      for i in completion.places.range {
        let label = places.labels[i]
        if !completion.blocks(label) {
          top.offer(ScoredLabel(label: label, score: places.count(i)))
        }
      }
      for found in top.items { table.add(label: found.label, from: .places) }
    }
    guard completion.places.list >= 0, let overlay = completion.overlay else { return }
    top.reset(limit: completion.wanted)
    for use in overlay.places.lists[completion.places.list] where overlay.isVisible(use) {
      if Double(use.uses) < top.bound { continue }
      let matches = overlay.withText(of: use.entry) { $0.hasPrefix(completion.prefix) }
      if !matches || overlay.isBlocked(use.entry, by: completion.blocks, &table.blockWork) {
        continue
      }
      top.offer(ScoredLabel(label: use.entry, score: Double(use.uses)))
    }
    for found in top.items { table.add(live: found.label, of: overlay, from: .places) }
  }

  mutating func wipe() {}
}
