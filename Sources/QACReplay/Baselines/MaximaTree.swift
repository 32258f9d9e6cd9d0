// Growing scores by position, and the k best positions of any range.
//
// This is a complete binary tree in one array: the leaves hold the scores, and every inner node
// holds the greater score of its two children. The k best of a range are found by a best-first
// search from the O(log n) nodes that cover it.
//
// Invariant: node i is the maximum of nodes 2i and 2i + 1; an unset score is minus infinity and is
// never found. Order: score descending, then position ascending.
// Cost: O(log n) per change; O(k log n) nodes are opened for the k best, each found by a scan of
// the open ones.

/// Growing scores by position, with the best of any range.
struct MaximaTree {
  private var nodes: [Double]
  private let leaves: Int

  /// Makes a tree of `count` positions without scores.
  init(count: Int) {
    var size = 1
    while size < count { size *= 2 }
    leaves = size
    nodes = [Double](repeating: -.infinity, count: 2 * size)
  }

  /// The score of `position`; minus infinity if it has none.
  subscript(position: Int) -> Double { nodes[leaves + position] }

  /// Sets the score of `position`, which must not shrink.
  mutating func raise(_ position: Int, to score: Double) {
    var i = leaves + position
    while i > 0, nodes[i] < score {
      nodes[i] = score
      i /= 2
    }
  }

  /// The positions of the `limit` best scores in `range`, best first.
  func best(_ limit: Int, in range: Range<Int>) -> [Int] {
    var open: [(node: Int, first: Int)] = []
    var low = leaves + range.lowerBound
    var high = leaves + range.upperBound
    var width = 1
    while low < high {
      if low & 1 == 1 {
        open.append((low, low * width - leaves))
        low += 1
      }
      if high & 1 == 1 {
        high -= 1
        open.append((high, high * width - leaves))
      }
      low /= 2
      high /= 2
      width *= 2
    }
    var found: [Int] = []
    while found.count < limit, let i = first(of: open) {
      let (node, position) = open.remove(at: i)
      if nodes[node] == -.infinity { break }
      if node >= leaves {
        found.append(position)
        continue
      }
      var span = 1
      while node * span * 2 < leaves { span *= 2 }
      open.append((2 * node, position))
      open.append((2 * node + 1, position + span))
    }
    return found
  }

  /// The index of the open node with the greatest score; at a tie the first by position.
  private func first(of open: [(node: Int, first: Int)]) -> Int? {
    guard !open.isEmpty else { return nil }
    var best = 0
    for i in 1..<open.count {
      let (a, b) = (nodes[open[i].node], nodes[open[best].node])
      if a > b || (a == b && open[i].first < open[best].first) { best = i }
    }
    return best
  }
}
