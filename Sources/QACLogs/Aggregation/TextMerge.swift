// Walks several sorted tables of texts at once and brings equal texts together.
//
// Cost: O(texts x log(tables)) comparisons, most of which the first eight bytes decide if the
// tables have little in common.
// Memory: one entry per table.

/// A text of one of several tables.
struct TextPlace {
  var table: UInt32
  var text: UInt32

  init(_ table: Int, _ text: Int) {
    self.table = UInt32(table)
    self.text = UInt32(text)
  }
}

/// Merges sorted tables.
enum TextMerge {
  /// A table with the position of its next text.
  private struct Cursor {
    var key: UInt64
    var place: TextPlace
  }

  /// Calls `body` for every distinct text of `tables`, in ascending order, with all its places in
  /// order of the tables.
  static func forEachText<Failure: Error>(
    _ tables: [TextTable], _ body: ([TextPlace]) throws(Failure) -> Void
  ) throws(Failure) {
    var heap: [Cursor] = []
    func text(_ place: TextPlace) -> UnsafeBufferPointer<UInt8> {
      tables[Int(place.table)][Int(place.text)]
    }
    func precedes(_ a: Cursor, _ b: Cursor) -> Bool {
      if a.key != b.key { return a.key < b.key }
      let order = TextTable.compare(text(a.place), text(b.place))
      return order != 0 ? order < 0 : a.place.table < b.place.table
    }
    func sink(_ start: Int) {
      var i = start
      while true {
        var least = i
        for child in [2 * i + 1, 2 * i + 2] where child < heap.count {
          if precedes(heap[child], heap[least]) { least = child }
        }
        if least == i { return }
        heap.swapAt(i, least)
        i = least
      }
    }
    for (t, table) in tables.enumerated() where table.count > 0 {
      heap.append(Cursor(key: firstBytes(table[0]), place: TextPlace(t, 0)))
    }
    for i in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(i) }
    var group: [TextPlace] = []
    while let top = heap.first {
      if let first = group.first, TextTable.compare(text(first), text(top.place)) != 0 {
        try body(group)
        group.removeAll(keepingCapacity: true)
      }
      group.append(top.place)
      let (t, next) = (Int(top.place.table), Int(top.place.text) + 1)
      let table = tables[t]
      if next < table.count {
        heap[0] = Cursor(key: firstBytes(table[next]), place: TextPlace(t, next))
      } else {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
      }
      sink(0)
    }
    if !group.isEmpty { try body(group) }
  }

  /// The first eight bytes as a number of the same order.
  static func firstBytes(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var key: UInt64 = 0
    for i in 0..<8 { key = key << 8 | (i < text.count ? UInt64(text[i]) : 0) }
    return key
  }
}
