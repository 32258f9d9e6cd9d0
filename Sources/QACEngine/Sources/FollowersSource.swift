// Source `followers`: what followed the queries of the context most often, in the index and since.
//
// Cost: O(followers of the context's queries that match the prefix, and of all that others
// submitted since).

import QACBinary
import QACIndex

/// Followers of the context's queries.
struct FollowersSource: CandidateSource {
  static var source: SuggestionSource { .followers }

  /// The most followers that each query before the previous one brings.
  private static let earlierFollowers = 8

  private var top = TopLabels()

  init(_ engine: CompletionEngine) {}

  mutating func add(to table: inout CandidateTable, for completion: borrowing Completion) {
    for (i, step) in completion.steps.enumerated() {
      let limit = i == 0 ? completion.wanted : min(completion.wanted, Self.earlierFollowers)
      addStored(step, limit: limit, to: &table, for: completion)
      if let overlay = completion.overlay, step.live != LiveOverlay.noEntry {
        addLive(step, of: overlay, limit: limit, to: &table, for: completion)
      }
    }
  }

  /// Adds the followers that the index knows.
  private mutating func addStored(
    _ step: ContextStep, limit: Int, to table: inout CandidateTable,
    for completion: borrowing Completion
  ) {
    top.reset(limit: limit)
    for f in step.followers {
      let label = completion.view.followerLabels[f]
      if completion.blocks(label) { continue }
      top.offer(ScoredLabel(label: label, score: completion.view.followerCount(f)))
    }
    for found in top.items { table.add(label: found.label, from: .followers) }
  }

  /// Adds the followers that others submitted since the index was built.
  private mutating func addLive(
    _ step: ContextStep, of overlay: LiveOverlay, limit: Int, to table: inout CandidateTable,
    for completion: borrowing Completion
  ) {
    top.reset(limit: limit)
    overlay.forEachFollower(of: step.live) { id, count in
      if Self.matches(id, of: overlay, for: completion),
        !overlay.isBlocked(id, by: completion.blocks, &table.blockWork)
      {
        top.offer(ScoredLabel(label: id, score: Double(count)))
      }
    }
    for found in top.items { table.add(live: found.label, of: overlay, from: .followers) }
  }

  /// Whether others may see the overlay's entry, and it begins with the prefix.
  private static func matches(
    _ id: UInt32, of overlay: LiveOverlay, for completion: borrowing Completion
  ) -> Bool {
    if !overlay.isVisible(id) { return false }
    let label = overlay.label(of: id)
    if label != Candidate.noLabel { return completion.range.contains(label) }
    let prefix = completion.prefix
    return overlay.withText(of: id) { $0.hasPrefix(prefix) }
  }

  mutating func wipe() {}
}
