// The heaviest labels or suffixes of a range, by the pyramid of block maxima.
//
// The search goes best-first from whole blocks down to single labels. It opens a block only while
// its maximum could still enter the result. Each block has a label that weighs its maximum. So of
// all blocks that may be opened, the k best, by maximum and then by place, hold the k best labels,
// and no more are kept.
//
// Invariant: the result is ordered by weight, descending, then id, ascending.
// Cost: O(k x fan-out x levels) for the k best, independent of the range's size.
// Source: Gog, Pibiri, Venturini, SIGIR 2020, §3 (top-k in a range); here a pyramid, not a succinct
// range-maximum structure.

import QACBinary
import QACIndex

/// Finds the heaviest of a range; holds the working memory of one thread.
struct PopularSearch {
  /// A block that may be opened: its maximum, its place and its level, in one number. The greatest
  /// number is opened first: the greatest maximum, and of equal ones the first place.
  private struct Block {
    let key: UInt64

    /// The bits of a place, in units of the least block.
    private static let placeMask: UInt64 = 0x1FFF_FFFF

    @inline(__always)
    init(maximum: UInt32, firstWeight: Int, level: Int) {
      let place = ~UInt64(firstWeight / IndexFormat.blockSize) & Self.placeMask
      key = UInt64(maximum) << 32 | place << 3 | UInt64(level)
    }

    var maximum: Double { Double(key >> 32) }
    var level: Int { Int(key & 7) }
    var firstWeight: Int { Int(~(key >> 3) & Self.placeMask) * IndexFormat.blockSize }
  }

  /// What the last search found, labels or suffixes; scores are weights.
  private(set) var top = TopLabels()
  /// The best blocks that may be opened, the best last.
  private var open: [Block] = []
  /// The most blocks that are kept: the limit, or all if some labels are passed over.
  private var mostOpen = Int.max
  /// The labels that the running search passes over.
  private var blocks: BlockedLabels?
  /// By level, the index of its first maximum, and the number of weights that one maximum covers.
  private let starts: [Int]
  private let sizes: [Int]

  /// Makes working memory for pyramids of `count` weights.
  init(count: Int) {
    starts = BlockMaxima.levelStarts(count: count)
    var size = 1
    sizes = starts.map { _ in
      size *= IndexFormat.blockSize
      return size
    }
  }

  /// Makes working memory for an index of `labelCount` labels.
  init(labelCount: Int) {
    self.init(count: labelCount)
  }

  /// Finds the `limit` labels of greatest weight in `range` that `blocks` does not hold; ties go by
  /// id.
  mutating func search(
    _ view: IndexView, range: Range<UInt32>, limit: Int, blocks: BlockedLabels? = nil
  ) {
    self.blocks = blocks
    defer { self.blocks = nil }
    search(view.labelWeights, Int(range.lowerBound)..<Int(range.upperBound), limit: limit)
  }

  /// Finds the `limit` greatest of `weights` in `range`; ties go by id.
  mutating func search(_ weights: WeightPyramid, _ range: Range<Int>, limit: Int) {
    top.reset(limit: limit)
    open.removeAll(keepingCapacity: true)
    if range.isEmpty || limit == 0 { return }
    let low = range.lowerBound
    let high = range.upperBound
    mostOpen = blocks == nil ? limit : Int.max
    cover(weights, low, high)
    while let block = open.popLast() {
      if block.maximum < top.bound { break }
      let first = block.firstWeight
      // Of equal weights the first ids are taken, and enough of them are found already.
      if block.maximum == top.bound, let last = top.items.last, first > last.label { continue }
      if block.level == 0 {
        let end = min(first + IndexFormat.blockSize, high)
        for id in max(first, low)..<end { offer(weights, id) }
      } else {
        let below = block.level - 1
        let child = first / sizes[below]
        let count = starts[block.level] - starts[below]
        for i in child..<min(child + IndexFormat.blockSize, count) { add(weights, level: below, i) }
      }
    }
  }

  /// Takes the weight `id` into the result if it is good enough and not blocked.
  @inline(__always)
  private mutating func offer(_ weights: WeightPyramid, _ id: Int) {
    let score = Double(weights[id])
    if score < top.bound { return }
    if let blocks, blocks.contains(UInt32(id)) { return }
    top.offer(ScoredLabel(label: UInt32(id), score: score))
  }

  /// Keeps a block of `level` to be opened, if its maximum is good enough.
  @inline(__always)
  private mutating func add(_ weights: WeightPyramid, level: Int, _ index: Int) {
    let maximum = weights.maxima[starts[level] + index]
    if Double(maximum) < top.bound { return }
    let block = Block(maximum: maximum, firstWeight: index * sizes[level], level: level)
    if open.count == mostOpen {
      if block.key < open[0].key { return }
      open.removeFirst()
    }
    var i = open.count
    open.append(block)
    while i > 0, open[i - 1].key > block.key {
      open[i] = open[i - 1]
      i -= 1
    }
    open[i] = block
  }

  /// Offers or opens what together covers `low ..< high`: single weights at the ends, and towards
  /// the middle whole blocks, ever larger.
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

  /// Keeps a block to be opened, or offers a single weight at level -1.
  @inline(__always)
  private mutating func openOrOffer(_ weights: WeightPyramid, _ level: Int, _ index: Int) {
    if level < 0 { offer(weights, index) } else { add(weights, level: level, index) }
  }
}
