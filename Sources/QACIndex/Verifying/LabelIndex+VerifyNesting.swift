// Checks that features nest: every feature in a node's chunk is also in the chunk above it, for
// that node.
//
// A search relies on it: if the chunk of a node has no entry of a child for any feature of the
// request, then no chunk below that child has one, and the child's labels are in the order of their
// weights.

import QACText

extension LabelIndex {
  /// Checks that each feature of a chunk has an entry for the node in the chunk of its parent. A
  /// node with one child has no choice to make and no chunk; its child is checked against the chunk
  /// above.
  ///
  /// - Complexity: O(entries of the chunks x entries of a bucket).
  func verifyNesting() throws(IndexError) {
    let v = view
    // For each node the nearest node above it with a choice, and the number of the child that leads
    // here.
    var chooser = [Int](repeating: -1, count: v.nodes.count)
    var child = [UInt32](repeating: 0, count: v.nodes.count)
    for (i, node) in v.nodes.enumerated() {
      if node.arity < 2 {
        try demand(v.chunk(of: node).isEmpty, .nodes, "node \(i) has a chunk but no choice")
      }
      for c in 0..<Int(node.childCount) {
        let below = Int(node.firstChild) + c
        chooser[below] = node.arity < 2 ? chooser[i] : i
        child[below] = node.arity < 2 ? child[i] : UInt32(c) + node.hasTerminal
      }
      if chooser[i] < 0 { continue }
      let above = v.chunk(of: v.nodes[chooser[i]])
      var unknown: UInt32?
      v.chunk(of: node).forEachEntry(features: v.features.count) { feature, _, _ in
        var isKnown = false
        above.forEachEntry(of: feature) { other, _ in
          if other == Int(child[i]) { isKnown = true }
        }
        if !isKnown { unknown = feature }
      }
      try demand(
        unknown == nil, .chunks, "feature \(unknown ?? 0) of node \(i) is unknown above it")
    }
  }
}
