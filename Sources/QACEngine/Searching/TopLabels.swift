// The best of a stream of scored labels: every search puts its results here.
//
// Invariant: the labels are in the order of score, descending, then label, ascending.
// Cost: an offer that does not enter is one comparison; one that enters moves those behind it.

/// A label found by a search, with its score.
struct ScoredLabel {
  var label: UInt32
  var score: Double

  /// Whether this is better than `other`: by score, then by the lesser label.
  @inline(__always)
  func precedes(_ other: ScoredLabel) -> Bool {
    score > other.score || (score == other.score && label < other.label)
  }
}

/// The best k of a stream of scored labels, kept in order.
struct TopLabels {
  /// The most results for which memory is reserved before they are found.
  static let mostReserved = 1000

  /// The labels, best first.
  private(set) var items: [ScoredLabel] = []
  /// The most labels that are kept.
  private(set) var limit = 0

  /// Forgets all labels, and keeps the best `limit` from now on.
  mutating func reset(limit: Int) {
    items.removeAll(keepingCapacity: true)
    items.reserveCapacity(min(limit, Self.mostReserved) + 1)
    self.limit = limit
  }

  /// Holds `labels`, which are in order and at most `limit`, and nothing else.
  mutating func set(_ labels: ArraySlice<ScoredLabel>, limit: Int) {
    reset(limit: limit)
    items.append(contentsOf: labels)
  }

  /// The score that a label must reach to enter.
  @inline(__always)
  var bound: Double { items.count < limit ? -Double.infinity : items[items.count - 1].score }

  /// Takes `candidate` in if it is among the best.
  @inline(__always)
  mutating func offer(_ candidate: ScoredLabel) {
    if items.count == limit {
      guard let last = items.last, candidate.precedes(last) else { return }
    } else {
      items.append(candidate)
    }
    items.withUnsafeMutableBufferPointer { items in
      var i = items.count - 1
      while i > 0, candidate.precedes(items[i - 1]) {
        items[i] = items[i - 1]
        i -= 1
      }
      items[i] = candidate
    }
  }
}
