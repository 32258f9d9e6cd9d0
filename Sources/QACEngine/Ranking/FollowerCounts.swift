// How often each candidate followed the queries of the context, in the index and since.
//
// What a correction followed, or a label that only holds the words of the prefix, is counted by its
// source (`Correction`, `HeldWords`), because it lies outside the range of labels that match; the
// counts here begin with that.
//
// Cost: for each query of the context, O(candidates x log of its followers that match), and O(its
// live followers).

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

  /// Counts the followers among the candidates of `table`.
  mutating func count(_ table: borrowing CandidateTable, for completion: borrowing Completion) {
    last.removeAll(keepingCapacity: true)
    earlier.removeAll(keepingCapacity: true)
    for i in 0..<table.count {
      let (words, correction) = (table[i].words, table[i].correction)
      last.append(words.count > 0 ? words.followed : correction.followed)
      earlier.append(words.count > 0 ? words.followedEarlier : correction.followedEarlier)
    }
    (lastMass, earlierMass) = (0, 0)
    for (s, step) in completion.steps.enumerated() {
      let mass =
        s == 0
        ? Self.count(step, weight: 1, in: table, into: &last, for: completion)
        : Self.count(step, weight: step.weight, in: table, into: &earlier, for: completion)
      if s == 0 { lastMass = mass } else { earlierMass += step.weight * mass }
    }
  }

  /// Adds what followed `step` to `counts`, `weight` for each time; returns how often anything did
  /// that matches.
  private static func count(
    _ step: ContextStep, weight: Double, in table: borrowing CandidateTable,
    into counts: inout [Double], for completion: borrowing Completion
  ) -> Double {
    var mass = 0.0
    for f in step.followers { mass += completion.view.followerCount(f) }
    if !step.followers.isEmpty {
      let labels = completion.view.followerLabels
      for i in 0..<table.count {
        let label = table[i].label
        if label == Candidate.noLabel { continue }
        let place = IndexView.lowerBound(of: label, in: labels, step.followers)
        if place < step.followers.upperBound, labels[place] == label {
          counts[i] += weight * completion.view.followerCount(place)
        }
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
