// The overlay's entries in the order of their texts, with the greatest heat of each stretch.
//
// Entries lie in chunks of at most `chunkCapacity`; a full one is halved. A chunk knows the greatest
// heat among its visible entries and the sum of their uses, so the best of a range are found by
// looking into the few chunks that can hold one.
//
// Invariant: entries are in ascending order of text; no chunk is empty; `best` is never below the heat
// of a visible entry of the chunk.
// Cost: `insert` and `remove` O(log n) comparisons and one chunk moved; a range of m entries
// O(m / chunkCapacity) plus the chunks that are opened.

/// A position in the order.
struct OverlayPosition: Equatable {
  var chunk: Int
  var slot: Int
}

/// Entries in the order of their texts.
struct OverlayOrder {
  static let chunkCapacity = 128

  struct Chunk {
    var entries: [UInt32]
    /// At least the heat of every visible entry; minus infinity where none is visible.
    var best: Double
    /// The uses of the visible entries.
    var uses: UInt64
  }

  private(set) var chunks: [Chunk] = []

  /// The first position whose entry is not before what is sought, by `isBefore`.
  func partition(_ isBefore: (UInt32) -> Bool) -> OverlayPosition {
    var low = 0
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      let entries = chunks[middle].entries
      if isBefore(entries[entries.count - 1]) { low = middle + 1 } else { high = middle }
    }
    if low == chunks.count { return OverlayPosition(chunk: low, slot: 0) }
    var first = 0
    var last = chunks[low].entries.count
    while first < last {
      let middle = (first + last) / 2
      if isBefore(chunks[low].entries[middle]) { first = middle + 1 } else { last = middle }
    }
    return OverlayPosition(chunk: low, slot: first)
  }

  /// Puts `entry`, invisible so far, where `partition` found its place.
  mutating func insert(_ entry: UInt32, at position: OverlayPosition) {
    if chunks.isEmpty {
      chunks.append(Chunk(entries: [entry], best: -.infinity, uses: 0))
      return
    }
    var position = position
    if position.chunk == chunks.count {
      position.chunk -= 1
      position.slot = chunks[position.chunk].entries.count
    }
    chunks[position.chunk].entries.insert(entry, at: position.slot)
  }

  /// Halves the chunk at `index` where it is over-full; `measure` gives an entry's visible heat and
  /// uses, or nil.
  mutating func splitIfFull(_ index: Int, _ measure: (UInt32) -> (heat: Double, uses: UInt64)?) {
    guard index < chunks.count, chunks[index].entries.count > Self.chunkCapacity else { return }
    let entries = chunks[index].entries
    let middle = entries.count / 2
    chunks[index].entries = Array(entries[..<middle])
    chunks.insert(Chunk(entries: Array(entries[middle...]), best: 0, uses: 0), at: index + 1)
    remeasure(index, measure)
    remeasure(index + 1, measure)
  }

  /// Computes the sums of the chunk at `index` anew.
  mutating func remeasure(_ index: Int, _ measure: (UInt32) -> (heat: Double, uses: UInt64)?) {
    var best = -Double.infinity
    var uses: UInt64 = 0
    for entry in chunks[index].entries {
      guard let seen = measure(entry) else { continue }
      best = max(best, seen.heat)
      uses += seen.uses
    }
    chunks[index].best = best
    chunks[index].uses = uses
  }

  /// Raises the sums of the chunk at `index` by a visible entry's new heat and more uses.
  mutating func raise(_ index: Int, heat: Double, uses: UInt64) {
    chunks[index].best = max(chunks[index].best, heat)
    chunks[index].uses += uses
  }

  /// Takes out the entry at `position`.
  mutating func remove(at position: OverlayPosition) {
    chunks[position.chunk].entries.remove(at: position.slot)
    if chunks[position.chunk].entries.isEmpty { chunks.remove(at: position.chunk) }
  }
}
