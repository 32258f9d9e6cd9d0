// What a search asks of every node: the weight of all labels below it, and of the heaviest one.
//
// Cost: 16 bytes per node, made with the engine in one pass over labels and nodes.

import QACIndex

/// Sums over all labels below one node; whole numbers, exact below 2^53.
struct NodeSummary {
  /// The sum of their weights.
  var mass: Double
  /// The greatest of their weights.
  var greatest: Double
}

extension IndexView {
  /// The summary of each node, in the order of `nodes`.
  ///
  /// - Complexity: O(labels + nodes).
  func nodeSummaries() -> [NodeSummary] {
    var summaries = nodes.map {
      NodeSummary(mass: Double(mass(of: $0, at: 0..<Int($0.memberCount))), greatest: 0)
    }
    // Children come after their parents, so going backwards meets them first.
    for i in nodes.indices.reversed() {
      let node = nodes[i]
      var greatest = 0.0
      if node.isLeaf {
        for position in 0..<Int(node.memberCount) {
          greatest = max(greatest, Double(weight(at: position, of: node)))
        }
      } else {
        if node.hasTerminal == 1 { greatest = Double(weight(of: node.labelLow)) }
        for child in Int(node.firstChild)..<Int(node.firstChild + node.childCount) {
          greatest = max(greatest, summaries[child].greatest)
        }
      }
      summaries[i].greatest = greatest
    }
    return summaries
  }
}
