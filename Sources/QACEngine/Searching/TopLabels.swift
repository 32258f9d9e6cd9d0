// The best of a stream of scored labels: what every search fills.
//
// Invariant: in the order of score, descending, then label, ascending.
// Cost: an offer that does not enter is one comparison; one that does moves those behind it.

/// A label found by a search, with its score.
struct ScoredLabel {
  var label: UInt32
  var score: Double

  @inline(__always)
  func precedes(_ other: ScoredLabel) -> Bool {
    score > other.score || (score == other.score && label < other.label)
  }
}

/// The best k of a stream of scored labels, kept in order.
struct TopLabels {
  private(set) var items: [ScoredLabel] = []
  private(set) var limit = 0

  mutating func reset(limit: Int) {
    items.removeAll(keepingCapacity: true)
    items.reserveCapacity(min(limit, 1000) + 1)
    self.limit = limit
  }

  /// The score that a label must reach to enter.
  @inline(__always)
  var bound: Double { items.count < limit ? -Double.infinity : items[items.count - 1].score }

  @inline(__always)
  mutating func offer(_ candidate: ScoredLabel) {
    if items.count == limit {
      guard let last = items.last, candidate.precedes(last) else { return }
      items.removeLast()
    }
    var i = items.count
    while i > 0, candidate.precedes(items[i - 1]) { i -= 1 }
    items.insert(candidate, at: i)
  }
}
