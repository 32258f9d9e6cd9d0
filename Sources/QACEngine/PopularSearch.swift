// The heaviest labels or suffixes of a range, by the pyramid of block maxima.
//
// Best-first from whole blocks down to single ones: a block is opened only while its maximum could still
// enter the result. Equal weights come in the order of ids.
// Cost: O(k x fan-out x levels) for the k best, independent of the range's size.
// Source: Gog, Pibiri, Venturini, SIGIR 2020, §3 (top-k in a range); here a pyramid, not a succinct
// range-maximum structure.

import QACBinary
import QACIndex

/// Finds the heaviest of a range; holds the working memory of one thread.
struct PopularSearch {
  private struct Block {
    var weight: UInt32
    /// The level above the weights, or -1 for a weight itself.
    var level: Int
    var index: Int
  }

  /// What the last search found, labels or suffixes; scores are weights.
  private(set) var top = TopLabels()
  private var open: [Block] = []
  /// What the running search passes over.
  private var blocks: BlockedLabels?
  private let starts: [Int]

  /// Makes working memory for pyramids of `count` weights.
  init(count: Int) {
    starts = BlockMaxima.levelStarts(count: count)
  }

  /// Makes working memory for an index of `labelCount` labels.
  init(labelCount: Int) {
    self.init(count: labelCount)
  }

  /// Finds the `limit` labels of greatest weight in `range` that `blocks` does not hold, ties by id.
  mutating func search(
    _ view: IndexView, range: Range<UInt32>, limit: Int, blocks: BlockedLabels? = nil
  ) {
    self.blocks = blocks
    defer { self.blocks = nil }
    search(view.labelWeights, Int(range.lowerBound)..<Int(range.upperBound), limit: limit)
  }

  /// Finds the `limit` greatest of `weights` in `range`, ties by id.
  mutating func search(_ weights: WeightPyramid, _ range: Range<Int>, limit: Int) {
    top.reset(limit: limit)
    open.removeAll(keepingCapacity: true)
    if range.isEmpty || limit == 0 { return }
    let low = range.lowerBound
    let high = range.upperBound
    cover(weights, low, high)
    while let i = best() {
      let block = open.remove(at: i)
      if Double(block.weight) < top.bound { break }
      let first = block.index * IndexFormat.blockSize
      if block.level == 0 {
        let last = min(first + IndexFormat.blockSize, high)
        for id in max(first, low)..<last { offer(weights, id) }
      } else {
        let size = starts[block.level] - starts[block.level - 1]
        for child in first..<min(first + IndexFormat.blockSize, size) {
          add(weights, level: block.level - 1, child)
        }
      }
    }
  }

  @inline(__always)
  private mutating func offer(_ weights: WeightPyramid, _ id: Int) {
    let score = Double(weights[id])
    if score < top.bound { return }
    if let blocks, blocks.contains(UInt32(id)) { return }
    top.offer(ScoredLabel(label: UInt32(id), score: score))
  }

  @inline(__always)
  private mutating func add(_ weights: WeightPyramid, level: Int, _ index: Int) {
    let weight = weights.maxima[starts[level] + index]
    if Double(weight) >= top.bound {
      open.append(Block(weight: weight, level: level, index: index))
    }
  }

  /// Opens blocks that together cover `low ..< high`: single ones at the ends, then ever larger
  /// whole blocks inwards.
  private mutating func cover(_ weights: WeightPyramid, _ low: Int, _ high: Int) {
    let size = IndexFormat.blockSize
    var low = low
    var high = high
    var level = -1
    while low < high {
      let top = level + 1 >= starts.count - 1
      let innerLow = (low + size - 1) / size
      let innerHigh = high / size
      if top || innerLow >= innerHigh {
        for i in low..<high { openOrOffer(weights, level, i) }
        return
      }
      for i in low..<innerLow * size { openOrOffer(weights, level, i) }
      for i in innerHigh * size..<high { openOrOffer(weights, level, i) }
      low = innerLow
      high = innerHigh
      level += 1
    }
  }

  @inline(__always)
  private mutating func openOrOffer(_ weights: WeightPyramid, _ level: Int, _ index: Int) {
    if level < 0 { offer(weights, index) } else { add(weights, level: level, index) }
  }

  /// The open block of greatest weight; of equal ones the first that was opened.
  private func best() -> Int? {
    guard !open.isEmpty else { return nil }
    var best = 0
    for i in 1..<open.count where open[i].weight > open[best].weight { best = i }
    return best
  }
}
