// Items as vectors, by which they are clustered.
//
// An item is the sum of the rows that stand for it, scaled to length 1: positive instance feature
// aggregation (PIFA). A row that stands for m items counts 1 / sqrt(m) for each of them.
//
// Invariant: the result depends only on the examples, not on the number of threads.
// Cost: O(components of the rows, once per pair). Memory: 8 bytes per component of an item, and
// for each piece of work 8 bytes per feature.
// Source: Yu et al., JMLR 2022 (arXiv:2010.05878), §3.1 (PIFA).

import QACBinary

/// The vectors of items, as rows.
struct ItemEmbeddings: Sendable {
  /// The number of each item's first component, and the end.
  private(set) var offsets: [Int] = [0]
  /// The components' features; ascending within an item.
  private(set) var ids: [UInt32] = []
  private(set) var values: [Float] = []
  let features: Int

  /// The number of items.
  var count: Int { offsets.count - 1 }

  /// Calls `body` with the id and the value of each component of `item`.
  @inline(__always)
  func forEach(of item: UInt32, _ body: (UInt32, Float) -> Void) {
    let range = offsets[Int(item)]..<offsets[Int(item) + 1]
    ids[range].withUnsafeBufferPointer { ids in
      values[range].withUnsafeBufferPointer { values in
        for i in ids.indices { body(ids[i], values[i]) }
      }
    }
  }

  /// The most items that one piece of work sums up.
  private static let itemsPerPiece = 4096

  /// Sums up the rows of each item.
  init(_ examples: ItemRows, of pairs: ItemPairs, features: Int, threads: Int) {
    self.features = features
    let pieces = (pairs.itemCount + Self.itemsPerPiece - 1) / Self.itemsPerPiece
    let parts = Parallel.map(pieces, threads: threads) { piece in
      let first = piece * Self.itemsPerPiece
      return Self.part(
        first..<min(pairs.itemCount, first + Self.itemsPerPiece), examples, pairs,
        features: features)
    }
    for part in parts {
      let start = ids.count
      ids += part.ids
      values += part.values
      offsets += part.ends.map { $0 + start }
    }
  }

  private struct Part: Sendable {
    var ends: [Int] = []
    var ids: [UInt32] = []
    var values: [Float] = []
  }

  private static func part(
    _ items: Range<Int>, _ examples: ItemRows, _ pairs: ItemPairs, features: Int
  ) -> Part {
    var part = Part()
    var sums = [Float](repeating: 0, count: features)
    var isTouched = [Bool](repeating: false, count: features)
    var touched: [UInt32] = []
    for item in items {
      touched.removeAll(keepingCapacity: true)
      for row in pairs.rows(of: item) {
        let row = Int(row)
        let share =
          1 / Float(examples.pairOffsets[row + 1] - examples.pairOffsets[row]).squareRoot()
        for i in examples.offsets[row]..<examples.offsets[row + 1] {
          let id = examples.ids[i]
          if !isTouched[Int(id)] {
            isTouched[Int(id)] = true
            touched.append(id)
          }
          sums[Int(id)] += share * examples.values[i]
        }
      }
      touched.sort()
      var square: Float = 0
      for id in touched { square += sums[Int(id)] * sums[Int(id)] }
      let scale = square > 0 ? 1 / square.squareRoot() : 0
      for id in touched {
        part.ids.append(id)
        part.values.append(sums[Int(id)] * scale)
        sums[Int(id)] = 0
        isTouched[Int(id)] = false
      }
      part.ends.append(part.ids.count)
    }
    return part
  }
}
