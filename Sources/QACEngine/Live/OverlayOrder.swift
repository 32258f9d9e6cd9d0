// The entries of an overlay in the order of their texts, with the greatest heat of each stretch.
//
// Entries lie in chunks of at most `chunkCapacity`; a full chunk is halved. With each entry stands
// what others may see of it, so that a chunk is read without looking at the entries themselves. A
// chunk knows the greatest heat among its visible entries and the sum of their uses. So the best of
// a range are found by looking into the few chunks that can hold one.
//
// Invariant (`checkInvariants`): entries are in ascending order of text; no chunk is empty; `best`
// is never below the heat of a visible entry of the chunk; heat and uses are those of the entry
// while it is visible.
// Cost: `insert` and `remove` take O(log n) comparisons and move one chunk; a range of m entries
// takes O(m / chunkCapacity) plus the chunks that are opened.

import QACBinary

/// A position in the order.
struct OverlayPosition: Equatable {
  var chunk: Int
  var slot: Int
}

/// Entries in the order of their texts.
struct OverlayOrder {
  static let chunkCapacity = 128

  /// An entry and what others may see of it.
  struct Item: Equatable {
    var entry: UInt32
    /// 0 if the entry is not visible.
    var uses: UInt32 = 0
    /// Minus infinity if the entry is not visible.
    var heat = -Double.infinity
  }

  struct Chunk {
    var items: [Item]
    /// At least the heat of every visible entry; minus infinity if none is visible.
    var best = -Double.infinity
    /// The uses of the visible entries.
    var uses: UInt64 = 0

    init(_ items: [Item]) {
      self.items = items
      sum()
    }

    /// Computes `best` and `uses` anew.
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

  /// The first position, in chunk `start` or a later one, of an entry for which `isBefore` is
  /// false.
  @inline(__always)
  func partition(from start: Int = 0, _ isBefore: (UInt32) -> Bool) -> OverlayPosition {
    let chunk = (start..<chunks.count).partitioningIndex { chunk in
      !isBefore(chunks[chunk].items[chunks[chunk].items.count - 1].entry)
    }
    if chunk == chunks.count { return OverlayPosition(chunk: chunk, slot: 0) }
    let slot = (0..<chunks[chunk].items.count).partitioningIndex { slot in
      !isBefore(chunks[chunk].items[slot].entry)
    }
    return OverlayPosition(chunk: chunk, slot: slot)
  }

  /// Puts `entry`, invisible so far, at the position that `partition` found for it.
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

  /// Halves the chunk at `index` if it has more than `chunkCapacity` entries.
  mutating func splitIfFull(_ index: Int) {
    guard index < chunks.count, chunks[index].items.count > Self.chunkCapacity else { return }
    let items = chunks[index].items
    let middle = items.count / 2
    chunks[index] = Chunk(Array(items[..<middle]))
    chunks.insert(Chunk(Array(items[middle...])), at: index + 1)
  }

  /// Sets what is seen of each entry of the chunk at `index` to what `measure` returns.
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
