// Source `recent`: what several sessions submitted since the index was built.
//
// The uses of all that matches are counted even where this source is switched off: shares of
// popularity are of what the index and the overlay have together.
// Cost: that of `LiveOverlay.search`.

/// Queries of the live overlay.
struct RecentSource: CandidateSource {
  static var source: SuggestionSource { .recent }

  private var top = TopLabels()
  /// The overlay's chunks that promise most.
  private var promising = TopLabels()

  init(_ engine: CompletionEngine) {}

  mutating func prepare(_ table: inout CandidateTable, for completion: borrowing Completion) {
    guard let overlay = completion.overlay else { return }
    top.reset(limit: completion.wanted)
    table.findings.liveUses = overlay.search(
      prefix: completion.prefix, blocks: completion.blocks, work: &table.blockWork,
      promising: &promising, into: &top)
  }

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    guard let overlay = completion.overlay else { return }
    for found in top.items { table.add(live: found.label, of: overlay, from: .recent) }
  }

  mutating func wipe() {}
}
