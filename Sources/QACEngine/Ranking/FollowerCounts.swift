// How often each candidate followed the queries of the context, in the index and since.
//
// What a correction followed, or a label that only holds the words of the prefix, is counted by its
// source (`Correction`, `HeldWords`), because it lies outside the range of labels that match; the
// counts here begin with that.
//
// Cost: O(candidates); for each query of the context, one look at a bit for each of its followers
// that match, and O(its live followers).

import QACBinary
import QACIndex

/// Follower counts of all candidates; holds the working memory of one thread.
struct FollowerCounts {
  /// How often each candidate followed the previous query, in the candidates' order.
  private(set) var last: [Double] = []
  /// How often each followed the queries before that, discounted by their distance.
  private(set) var earlier: [Double] = []
  /// How often anything that matches the prefix followed the previous query.
  private(set) var lastMass = 0.0
  /// The same for the queries before that, discounted.
  private(set) var earlierMass = 0.0
  /// The labels among the candidates, a bit for each by its last twelve bits: most followers are
  /// none of them.
  private var held = [UInt64](repeating: 0, count: 1 << 6)

  /// Counts the followers among the candidates of `table`.
  mutating func count(_ table: borrowing CandidateTable, for completion: borrowing Completion) {
    last.removeAll(keepingCapacity: true)
    earlier.removeAll(keepingCapacity: true)
    for i in 0..<table.count {
      let holdsWords = table[i].holdsWords
      last.append(holdsWords ? table[i].words.followed : table[i].correction.followed)
      earlier.append(
        holdsWords ? table[i].words.followedEarlier : table[i].correction.followedEarlier)
    }
    (lastMass, earlierMass) = (0, 0)
    if completion.steps.isEmpty { return }
    for i in held.indices { held[i] = 0 }
    for i in 0..<table.count where table[i].isLabel {
      held[Self.word(of: table[i].label)] |= Self.bit(of: table[i].label)
    }
    for (s, step) in completion.steps.enumerated() {
      let mass =
        s == 0
        ? Self.count(step, weight: 1, in: table, held, into: &last, for: completion)
        : Self.count(step, weight: step.weight, in: table, held, into: &earlier, for: completion)
      if s == 0 { lastMass = mass } else { earlierMass += step.weight * mass }
    }
  }

  @inline(__always)
  private static func word(of label: UInt32) -> Int { Int(label >> 6 & 63) }

  @inline(__always)
  private static func bit(of label: UInt32) -> UInt64 { 1 << UInt64(label & 63) }

  /// Adds what followed `step` to `counts`, `weight` for each time; returns how often anything did
  /// that matches.
  private static func count(
    _ step: ContextStep, weight: Double, in table: borrowing CandidateTable, _ held: [UInt64],
    into counts: inout [Double], for completion: borrowing Completion
  ) -> Double {
    var mass = 0.0
    for f in step.followers {
      let count = completion.view.followerCount(f)
      mass += count
      let label = completion.view.followerLabels[f]
      if held[word(of: label)] & bit(of: label) != 0, let i = table.find(label: label) {
        counts[i] += weight * count
      }
    }
    guard let overlay = completion.overlay, step.live != LiveOverlay.noEntry else { return mass }
    overlay.forEachFollower(of: step.live) { id, uses in
      if !overlay.isVisible(id) { return }
      let label = overlay.label(of: id)
      let i =
        label != Candidate.noLabel
        ? table.find(label: label) : overlay.withText(of: id) { table.find(text: $0) }
      // Followers that match but are no candidates are too few and rare to matter to the mass.
      guard let i else { return }
      mass += Double(uses)
      counts[i] += weight * Double(uses)
    }
    return mass
  }
}
