// The rows that stand for each item.
//
// Invariant: the rows of an item ascend.
// Cost: O(pairs + items); 8 bytes per pair.

/// Pairs of row and item, by item.
struct ItemPairs: Sendable {
  /// The number of each item's first pair, and the end.
  private(set) var offsets: [Int]
  /// The row of each pair.
  private(set) var rows: [UInt32]
  /// How often the row led to the item.
  private(set) var weights: [Float]

  /// The number of items.
  var itemCount: Int { offsets.count - 1 }

  /// Sorts the pairs of `examples`; items are below `items`.
  init(_ examples: ItemRows, items: Int) {
    offsets = [Int](repeating: 0, count: items + 1)
    for item in examples.items { offsets[Int(item) + 1] += 1 }
    for item in 0..<items { offsets[item + 1] += offsets[item] }
    var next = offsets
    rows = [UInt32](repeating: 0, count: examples.items.count)
    weights = [Float](repeating: 0, count: rows.count)
    for row in 0..<examples.count {
      for i in examples.pairOffsets[row]..<examples.pairOffsets[row + 1] {
        let item = Int(examples.items[i])
        rows[next[item]] = UInt32(row)
        weights[next[item]] = examples.weights[i]
        next[item] += 1
      }
    }
  }

  /// The rows that stand for `item`.
  func rows(of item: Int) -> ArraySlice<UInt32> { rows[offsets[item]..<offsets[item + 1]] }
}
