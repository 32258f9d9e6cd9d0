// The greatest weight of a label below each node: what a search may hope to find there.

import QACIndex

extension IndexView {
  /// The greatest weight below each node, in the order of `nodes`.
  ///
  /// - Complexity: O(labels + nodes).
  func nodeMaxima() -> [UInt64] {
    var maxima = [UInt64](repeating: 0, count: nodes.count)
    // Children stand behind their parents.
    for i in nodes.indices.reversed() {
      let node = nodes[i]
      if node.isLeaf {
        for position in 0..<Int(node.memberCount) {
          maxima[i] = max(maxima[i], weight(at: position, of: node))
        }
        continue
      }
      if node.hasTerminal == 1 { maxima[i] = weight(of: node.labelLow) }
      for child in Int(node.firstChild)..<Int(node.firstChild + node.childCount) {
        maxima[i] = max(maxima[i], maxima[child])
      }
    }
    return maxima
  }
}
