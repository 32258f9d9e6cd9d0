// Source `pinned`: texts that the operator pinned to what was typed.
//
// Cost: that of `PinTable.find`; nothing where there are no rules.

/// Pinned texts.
struct PinnedSource: CandidateSource {
  static var source: SuggestionSource { .pinned }

  private var top = TopLabels()

  init(_ engine: CompletionEngine) {}

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    guard let rules = completion.rules, !rules.pins.isEmpty else { return }
    rules.pins.find(completion.prefix, at: completion.time, into: &top)
    for found in top.items { rules.pins.add(found.label, to: &table) }
  }

  mutating func wipe() {}
}
