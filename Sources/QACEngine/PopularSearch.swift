// The most popular labels of a range, by the pyramid of block maxima.
//
// Best-first from whole blocks down to labels: a block is opened only while its maximum could still
// enter the result. Equal weights come in the order of label ids.
// Cost: O(k x fan-out x levels) for the k best, independent of the range's size.
// Source: Gog, Pibiri, Venturini, SIGIR 2020, §3 (top-k in a range); here a pyramid, not a succinct
// range-maximum structure.

import QACIndex

/// Finds the most popular labels of a range; holds the working memory of one thread.
struct PopularSearch {
  private struct Block {
    var weight: UInt32
    /// The level above the labels, or -1 for a label itself.
    var level: Int
    var index: Int
  }

  /// The labels found by the last search; scores are weights.
  private(set) var top = TopLabels()
  private var open: [Block] = []
  private let starts: [Int]
  private let count: Int

  /// Makes working memory for an index of `labelCount` labels.
  init(labelCount: Int) {
    starts = BlockMaxima.levelStarts(count: labelCount)
    count = labelCount
  }

  /// Finds the `limit` labels of greatest weight in `range`, ties by id.
  mutating func search(_ view: IndexView, range: Range<UInt32>, limit: Int) {
    top.reset(limit: limit)
    open.removeAll(keepingCapacity: true)
    if range.isEmpty || limit == 0 { return }
    let low = Int(range.lowerBound)
    let high = Int(range.upperBound)
    cover(view, low, high)
    while let i = best() {
      let block = open.remove(at: i)
      if Double(block.weight) < top.bound { break }
      let first = block.index * IndexFormat.blockSize
      if block.level == 0 {
        let last = min(first + IndexFormat.blockSize, high)
        for label in max(first, low)..<last { offer(view, label) }
      } else {
        let size = starts[block.level] - starts[block.level - 1]
        for child in first..<min(first + IndexFormat.blockSize, size) {
          add(view, level: block.level - 1, child)
        }
      }
    }
  }

  @inline(__always)
  private mutating func offer(_ view: IndexView, _ label: Int) {
    let score = Double(view.weight(of: UInt32(label)))
    if score >= top.bound { top.offer(ScoredLabel(label: UInt32(label), score: score)) }
  }

  @inline(__always)
  private mutating func add(_ view: IndexView, level: Int, _ index: Int) {
    let weight = view.blockMaxima[starts[level] + index]
    if Double(weight) >= top.bound {
      open.append(Block(weight: weight, level: level, index: index))
    }
  }

  /// Opens blocks that together cover `low ..< high`: single labels at the ends, then ever larger
  /// whole blocks inwards.
  private mutating func cover(_ view: IndexView, _ low: Int, _ high: Int) {
    let size = IndexFormat.blockSize
    var low = low
    var high = high
    var level = -1
    while low < high {
      let top = level + 1 >= starts.count - 1
      let innerLow = (low + size - 1) / size
      let innerHigh = high / size
      if top || innerLow >= innerHigh {
        for i in low..<high { openOrOffer(view, level, i) }
        return
      }
      for i in low..<innerLow * size { openOrOffer(view, level, i) }
      for i in innerHigh * size..<high { openOrOffer(view, level, i) }
      low = innerLow
      high = innerHigh
      level += 1
    }
  }

  @inline(__always)
  private mutating func openOrOffer(_ view: IndexView, _ level: Int, _ index: Int) {
    if level < 0 { offer(view, index) } else { add(view, level: level, index) }
  }

  /// The open block of greatest weight; of equal ones the first in label order.
  private func best() -> Int? {
    guard !open.isEmpty else { return nil }
    var best = 0
    for i in 1..<open.count where open[i].weight > open[best].weight { best = i }
    return best
  }
}
