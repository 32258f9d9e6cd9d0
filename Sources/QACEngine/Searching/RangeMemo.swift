// Remembers the heaviest labels of ranges that were searched before: the prefixes of a letter or two,
// and none, are everybody's first keys, and their ranges are few and wide.
//
// Invariant: it returns what a search of that range found for that limit, of one index in which no
// label is passed over.
// Cost: a look-up reads one slot, and copies what was found; 52 KB.

import QACText

/// What searches of wide ranges found; belongs to one thread and one index.
struct RangeMemo {
  /// The fewest labels of a range that is remembered: others are searched as fast.
  private static let fewestLabels = 64
  /// The most labels that are remembered of a range.
  private static let mostLabels = 24
  private static let count = 128

  private struct Slot {
    var range: Range<UInt32> = 0..<0
    var limit = 0
    var found = 0
  }

  private var slots = [Slot](repeating: Slot(), count: RangeMemo.count)
  /// `mostLabels` places for each slot.
  private var labels = [ScoredLabel](
    repeating: ScoredLabel(label: 0, score: 0), count: RangeMemo.count * RangeMemo.mostLabels)

  /// Whether a search of `range` for `limit` labels is remembered at all.
  @inline(__always)
  static func remembers(_ range: Range<UInt32>, limit: Int) -> Bool {
    range.count >= fewestLabels && limit <= mostLabels
  }

  /// Takes what a search found into `top`; false if the search is not remembered.
  func find(_ range: Range<UInt32>, limit: Int, into top: inout TopLabels) -> Bool {
    let slot = Self.slot(of: range)
    if slots[slot].range != range || slots[slot].limit != limit { return false }
    let first = slot * Self.mostLabels
    top.set(labels[first..<first + slots[slot].found], limit: limit)
    return true
  }

  /// Remembers what a search of `range` found.
  mutating func insert(_ top: borrowing TopLabels, of range: Range<UInt32>) {
    let slot = Self.slot(of: range)
    slots[slot] = Slot(range: range, limit: top.limit, found: top.items.count)
    for (i, found) in top.items.enumerated() { labels[slot * Self.mostLabels + i] = found }
  }

  @inline(__always)
  private static func slot(of range: Range<UInt32>) -> Int {
    let key = UInt64(range.lowerBound) << 32 | UInt64(range.upperBound)
    return Int(truncatingIfNeeded: StableHash.mix(key)) & (count - 1)
  }
}
