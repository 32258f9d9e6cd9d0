// What a search asks of every node: the weight of all labels below it, that of the heaviest one, and
// which of its children are heaviest.
//
// Most of a node's children, and most labels of a leaf, are too light for a result. In the order of
// weight, a search reads those that are heavy enough, and one more.
//
// Invariant: the ranks of a node hold each of its children once (of a leaf, its members), the
// heaviest first, and of equal ones the first.
// Cost: 24 bytes per node and 4 per label and node, made with the engine in one pass over labels
// and nodes, and a sort of each node's children.

import QACIndex

/// Sums over all labels below one node; whole numbers, exact below 2^53.
struct NodeSummary {
  /// The sum of their weights.
  var mass: Double
  /// The greatest of their weights.
  var greatest: Double
  /// Where the node's ranks begin.
  fileprivate(set) var firstRank: UInt32 = 0
}

/// The summaries of all nodes of one index.
struct NodeSummaries: Sendable {
  private var list: [NodeSummary]
  /// For each node its children by weight, as numbers from its first child on; for each leaf its
  /// members by weight, as positions.
  private var ranked: [UInt32] = []

  /// The summaries of the nodes of `view`.
  ///
  /// - Complexity: O(labels + nodes), and a sort of each node's children.
  fileprivate init(_ view: IndexView) {
    list = view.nodes.map {
      NodeSummary(mass: Double(view.mass(of: $0, at: 0..<Int($0.memberCount))), greatest: 0)
    }
    // Children come after their parents, so going backwards meets them first.
    for i in view.nodes.indices.reversed() {
      let node = view.nodes[i]
      let count = Int(node.isLeaf ? node.memberCount : node.childCount)
      let weights = (0..<count).map { place in
        node.isLeaf
          ? Double(view.weight(at: place, of: node)) : list[Int(node.firstChild) + place].greatest
      }
      let order = weights.indices.sorted { a, b in
        weights[a] != weights[b] ? weights[a] > weights[b] : a < b
      }
      list[i].firstRank = UInt32(ranked.count)
      ranked += order.map { UInt32($0) }
      let terminal = node.isLeaf || node.hasTerminal == 0 ? 0 : view.weight(of: node.labelLow)
      list[i].greatest = max(order.first.map { weights[$0] } ?? 0, Double(terminal))
    }
  }

  /// The summary of node `i`.
  @inline(__always)
  subscript(i: Int) -> NodeSummary { list[i] }

  /// The ranks of the children of node `i`, which has `count` of them; of a leaf, of its members.
  @inline(__always)
  func ranks(of i: Int, count: UInt32) -> Range<Int> {
    let first = Int(list[i].firstRank)
    return Range(uncheckedBounds: (first, first &+ Int(count)))
  }

  /// The child, as a number from the first one on, or the member at a rank of its node.
  @inline(__always)
  func place(_ rank: Int) -> Int { Int(ranked[rank]) }
}

extension IndexView {
  /// The summaries of all nodes.
  func nodeSummaries() -> NodeSummaries { NodeSummaries(self) }
}
