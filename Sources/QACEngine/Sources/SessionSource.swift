// Source `session`: the session's own queries that match the prefix.
//
// Where there are more of them than are wanted, the newest and most frequent are taken, and those
// that followed the previous query.
// Cost: O(entries of the session), a comparison of 16 bytes for each that does not match.

/// The session's own queries.
struct SessionSource: CandidateSource {
  static var source: SuggestionSource { .session }

  /// How much more an event counts that followed the previous query.
  private static let ownFollowerValue = 4.0

  /// The session's entries that match.
  private var top = TopLabels()
  /// What each entry promises; empty where all that match are taken.
  private var values: [Double] = []

  init(_ engine: CompletionEngine) {}

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    let prefix = completion.prefix
    let entries = completion.context.entries
    top.reset(limit: completion.wanted)
    values.removeAll(keepingCapacity: true)
    let mustChoose = entries.count > completion.wanted
    if mustChoose { valueEntries(for: completion) }
    let outline = TextOutline.Prefix(prefix)
    for id in entries.indices where entries[id].outline.mayBegin(with: outline) {
      let matches = completion.context.withText(of: id) { $0.hasPrefix(prefix) }
      if !matches { continue }
      top.offer(ScoredLabel(label: UInt32(id), score: mustChoose ? values[id] : 0))
    }
    for found in top.items {
      table.add(entry: Int(found.label), from: .session, for: completion)
    }
  }

  /// Sums 1 / (1 + queries since) over the events of each entry.
  private mutating func valueEntries(for completion: borrowing Completion) {
    let events = completion.context.events
    values.append(contentsOf: repeatElement(0, count: completion.context.entries.count))
    var before = -1
    for (i, event) in events.enumerated() {
      let follows = before == completion.previousEntry && before >= 0
      before = Int(event.entry)
      values[before] += (follows ? Self.ownFollowerValue : 1) / Double(events.count - i)
    }
  }

  mutating func wipe() {}
}
