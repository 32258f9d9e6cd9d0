// Source `session`: the session's own queries that match the prefix.
//
// A query that is no label, has a word that no query of the index has, and was put right within a
// minute was a typing error; so was one that the index knows as misspelt. It is no candidate.
//
// Where there are more of them than are wanted, the newest and most frequent are taken, and those
// that followed the previous query: the greatest sums of 1 / (1 + queries since) over their
// submissions, four times that for what followed. The session keeps its entries in the order of
// these sums (`SessionContext+Rows`), so only those that followed are summed here.
// Cost: O(entries of the session), a comparison of 8 bytes for each that does not match; O(events
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
  /// The entries that followed the previous query.
  private var followers: [Int] = []
  /// By entry, what these promise; NaN for the others.
  private var values: [Double] = []

  init(_ engine: CompletionEngine) {}

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    let outline = TextOutline.Prefix(completion.prefix)
    matching.removeAll(keepingCapacity: true)
    let count = completion.context.rows.count
    if completion.prefix.isEmpty, count > completion.wanted {
      choose(outline, for: completion)
    } else {
      completion.context.rows.withUnsafeBufferPointer { rows in
        for id in 0..<count where rows[id].outline.mayBegin(with: outline) {
          if completion.context.withText(of: id, { $0.hasPrefix(completion.prefix) }) {
            matching.append(id)
          }
        }
      }
      if matching.count > completion.wanted { choose(outline, for: completion) }
    }
    for id in matching where !Self.isError(id, &table, for: completion) {
      table.add(entry: id, from: .session, for: completion)
    }
  }

  /// Whether an entry begins with the prefix, whose outline is `outline`.
  @inline(__always)
  private static func matches(
    _ id: Int, _ outline: TextOutline.Prefix, for completion: borrowing Completion
  ) -> Bool {
    completion.context.rows[id].outline.mayBegin(with: outline)
      && completion.context.withText(of: id) { $0.hasPrefix(completion.prefix) }
  }

  /// Whether an entry is a typing error that its session put right, or that the index knows.
  ///
  /// - Complexity: O(1) for an entry that the session did not put right, if the index has no aliases
  ///   or most probably does not have its text.
  static func isError(
    _ id: Int, _ table: inout CandidateTable, for completion: borrowing Completion
  ) -> Bool {
    let wasPutRight = completion.context.entries[id].wasPutRight
    let hash = completion.context.entries[id].hash
    let mayBeKnown = completion.filter.mayHold(hash)
    if !wasPutRight, !mayBeKnown || completion.view.aliases.count == 0 { return false }
    return completion.context.withText(of: id) { text in
      if table.labels.label(of: text, hash: hash, for: completion) != nil { return false }
      return mayBeKnown && completion.view.label(ofAlias: text) != nil
        || wasPutRight && KnownWords.areMissing(in: text, completion.view)
    }
  }

  /// Keeps those of the matching entries that promise most.
  private mutating func choose(
    _ outline: TextOutline.Prefix, for completion: borrowing Completion
  ) {
    sumFollowers(for: completion)
    top.reset(limit: completion.wanted)
    for id in followers where Self.matches(id, outline, for: completion) {
      top.offer(ScoredLabel(label: UInt32(id), score: values[id]))
    }
    var left = completion.wanted
    for i in completion.context.rows.indices where left > 0 {
      let id = Int(completion.context.rows[i].promising)
      if !values[id].isNaN || !Self.matches(id, outline, for: completion) { continue }
      top.offer(ScoredLabel(label: UInt32(id), score: completion.context.rows[id].promise))
      left -= 1
    }
    matching.removeAll(keepingCapacity: true)
    for found in top.items { matching.append(Int(found.label)) }
  }

  /// Sums up what the entries promise that followed the previous query.
  private mutating func sumFollowers(for completion: borrowing Completion) {
    let previous = completion.previousEntry
    followers.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    values.append(contentsOf: repeatElement(.nan, count: completion.context.rows.count))
    if previous < 0 { return }
    let count = completion.context.events.count
    for event in completion.context.events
    where Int(event.before) == previous && values[Int(event.entry)].isNaN {
      values[Int(event.entry)] = 0
      followers.append(Int(event.entry))
    }
    if followers.isEmpty { return }
    for (i, event) in completion.context.events.enumerated()
    where !values[Int(event.entry)].isNaN {
      let value = Int(event.before) == previous ? Self.ownFollowerValue : 1
      values[Int(event.entry)] += value / Double(count - i)
    }
  }

  mutating func wipe() {}
}
