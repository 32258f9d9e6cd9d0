// Source `session`: the session's own queries that match the prefix.
//
// A query that is no label, has a word that no query of the index has, and was put right within a
// minute was a typing error; so was one that the index knows as misspelt. It is no candidate.
//
// Where there are more of them than are wanted, the newest and most frequent are taken, and those
// that followed the previous query.
// Cost: O(entries of the session), a comparison of 16 bytes for each that does not match; O(events
// of the session) more where there are more than are wanted.

import QACIndex

/// The session's own queries.
struct SessionSource: CandidateSource {
  static var source: SuggestionSource { .session }

  /// How much more an event counts that followed the previous query.
  private static let ownFollowerValue = 4.0

  /// The session's entries that match.
  private var matching: [Int] = []
  /// The best of them, where there are more than are wanted.
  private var top = TopLabels()
  /// What each entry promises.
  private var values: [Double] = []

  init(_ engine: CompletionEngine) {}

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    let prefix = completion.prefix
    let entries = completion.context.entries
    matching.removeAll(keepingCapacity: true)
    let outline = TextOutline.Prefix(prefix)
    for id in entries.indices where entries[id].outline.mayBegin(with: outline) {
      let matches = completion.context.withText(of: id) { $0.hasPrefix(prefix) }
      if matches { matching.append(id) }
    }
    if matching.count > completion.wanted { choose(for: completion) }
    for id in matching where !Self.isError(id, &table, for: completion) {
      table.add(entry: id, from: .session, for: completion)
    }
  }

  /// Whether an entry is a typing error that its session put right, or that the index knows.
  ///
  /// - Complexity: O(1) for an entry that the session did not put right, if the index has no
  ///   aliases.
  static func isError(
    _ id: Int, _ table: inout CandidateTable, for completion: borrowing Completion
  ) -> Bool {
    let entry = completion.context.entries[id]
    let view = completion.view
    if !entry.wasPutRight, view.aliases.count == 0 { return false }
    return completion.context.withText(of: id) { text in
      if table.labels.label(of: text, hash: entry.hash, view) != nil { return false }
      return view.label(ofAlias: text) != nil
        || entry.wasPutRight && KnownWords.areMissing(in: text, view)
    }
  }

  /// Keeps those of the matching entries that promise most.
  private mutating func choose(for completion: borrowing Completion) {
    valueEntries(for: completion)
    top.reset(limit: completion.wanted)
    for id in matching { top.offer(ScoredLabel(label: UInt32(id), score: values[id])) }
    matching.removeAll(keepingCapacity: true)
    for found in top.items { matching.append(Int(found.label)) }
  }

  /// Sums 1 / (1 + queries since) over the events of each entry.
  private mutating func valueEntries(for completion: borrowing Completion) {
    let events = completion.context.events
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: repeatElement(0, count: completion.context.entries.count))
    for (i, event) in events.enumerated() {
      let follows = event.before >= 0 && Int(event.before) == completion.previousEntry
      values[Int(event.entry)] += (follows ? Self.ownFollowerValue : 1) / Double(events.count - i)
    }
  }

  mutating func wipe() {}
}
