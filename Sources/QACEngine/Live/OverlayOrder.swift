// The overlay's entries in the order of their texts, with the greatest heat of each stretch.
//
// Entries lie in chunks of at most `chunkCapacity`; a full one is halved. Each stands beside what others may see
// of it, so that a chunk is read without looking at the entries themselves. A chunk knows the greatest
// heat among its visible entries and the sum of their uses, so the best of a range are found by
// looking into the few chunks that can hold one.
//
// Invariant: entries are in ascending order of text; no chunk is empty; `best` is never below the heat
// of a visible entry of the chunk; heat and uses are those of the entry while it is visible.
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

  /// An entry and what others may see of it.
  struct Item {
    var entry: UInt32
    /// 0 where it is not visible.
    var uses: UInt32 = 0
    /// Minus infinity where it is not visible.
    var heat = -Double.infinity
  }

  struct Chunk {
    var items: [Item]
    /// At least the heat of every visible entry; minus infinity where none is visible.
    var best = -Double.infinity
    /// The uses of the visible entries.
    var uses: UInt64 = 0

    init(_ items: [Item]) {
      self.items = items
      sum()
    }

    /// Computes the sums anew.
    mutating func sum() {
      best = -Double.infinity
      uses = 0
      for item in items {
        best = max(best, item.heat)
        uses += UInt64(item.uses)
      }
    }
  }

  private(set) var chunks: [Chunk] = []

  /// The first position in `start` or a later chunk whose entry is not before what is sought, by `isBefore`.
  @inline(__always)
  func partition(from start: Int = 0, _ isBefore: (UInt32) -> Bool) -> OverlayPosition {
    var low = start
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      let last = chunks[middle].items.count - 1
      if isBefore(chunks[middle].items[last].entry) { low = middle + 1 } else { high = middle }
    }
    if low == chunks.count { return OverlayPosition(chunk: low, slot: 0) }
    var first = 0
    var last = chunks[low].items.count
    while first < last {
      let middle = (first + last) / 2
      if isBefore(chunks[low].items[middle].entry) { first = middle + 1 } else { last = middle }
    }
    return OverlayPosition(chunk: low, slot: first)
  }

  /// Puts `entry`, invisible so far, where `partition` found its place.
  mutating func insert(_ entry: UInt32, at position: OverlayPosition) {
    if chunks.isEmpty {
      chunks.append(Chunk([Item(entry: entry)]))
      return
    }
    var position = position
    if position.chunk == chunks.count {
      position.chunk -= 1
      position.slot = chunks[position.chunk].items.count
    }
    chunks[position.chunk].items.insert(Item(entry: entry), at: position.slot)
  }

  /// Halves the chunk at `index` where it is over-full.
  mutating func splitIfFull(_ index: Int) {
    guard index < chunks.count, chunks[index].items.count > Self.chunkCapacity else { return }
    let items = chunks[index].items
    let middle = items.count / 2
    chunks[index] = Chunk(Array(items[..<middle]))
    chunks.insert(Chunk(Array(items[middle...])), at: index + 1)
  }

  /// Reads what is seen of the entries of the chunk at `index` anew, by `measure`.
  mutating func remeasure(_ index: Int, _ measure: (UInt32) -> Item) {
    for slot in chunks[index].items.indices {
      chunks[index].items[slot] = measure(chunks[index].items[slot].entry)
    }
    chunks[index].sum()
  }

  /// Sets what is seen of the entry at `position`, no less than before, to `item`.
  mutating func raise(_ position: OverlayPosition, to item: Item) {
    let known = chunks[position.chunk].items[position.slot]
    chunks[position.chunk].items[position.slot] = item
    chunks[position.chunk].best = max(chunks[position.chunk].best, item.heat)
    chunks[position.chunk].uses += UInt64(item.uses - known.uses)
  }

  /// Takes out the entry at `position`.
  mutating func remove(at position: OverlayPosition) {
    chunks[position.chunk].items.remove(at: position.slot)
    if chunks[position.chunk].items.isEmpty { chunks.remove(at: position.chunk) }
  }
}
