// What is learned of one node, and what it is learned from.
//
// Invariant: features ascend; children ascend within a feature.

import QACIndex

/// The learned chunk of one node.
struct NodeModel: Sendable, Equatable {
  /// Features with at least one weight, ascending.
  var features: [UInt32] = []
  /// Where each feature's entries begin; one more than `features`.
  var offsets: [UInt32] = [0]
  /// The child of each entry, ascending within a feature.
  var children: [UInt32] = []
  /// The weight of each entry.
  var weights: [Float] = []

  /// The model without the weights whose magnitude is below `threshold`, but for those that `isKept`
  /// says are kept, by feature and child.
  func pruned(below threshold: Float, isKept: (UInt32, UInt32) -> Bool) -> NodeModel {
    var result = NodeModel()
    for f in features.indices {
      let before = result.children.count
      for e in Int(offsets[f])..<Int(offsets[f + 1])
      where abs(weights[e]) >= threshold || isKept(features[f], children[e]) {
        result.children.append(children[e])
        result.weights.append(weights[e])
      }
      if result.children.count > before {
        result.features.append(features[f])
        result.offsets.append(UInt32(result.children.count))
      }
    }
    return result
  }
}

extension NodeModel {
  /// Whether a weight is left for `feature`.
  func has(_ feature: UInt32) -> Bool {
    var low = 0
    var high = features.count
    while low < high {
      let middle = (low + high) / 2
      if features[middle] < feature { low = middle + 1 } else { high = middle }
    }
    return low < features.count && features[low] == feature
  }

  /// Prunes the models of all nodes of a tree, in the order of `nodes`.
  ///
  /// A feature that is left below a child stays with that child, however small its weight: a search that
  /// meets none of a request's features at a child then knows that there are none below it.
  ///
  /// - Complexity: O(weights x log(features of a node)).
  static func prune(_ models: inout [NodeModel], _ nodes: [NodeRecord], below threshold: Float) {
    // The node whose features are those left below each node: itself, or its only child's.
    var lower = Array(models.indices)
    // Children stand behind their parents.
    for i in nodes.indices.reversed() {
      let node = nodes[i]
      if node.arity < 2, !node.isLeaf { lower[i] = lower[Int(node.firstChild)] }
      models[i] = models[i].pruned(below: threshold) { feature, child in
        if node.isLeaf || child < node.hasTerminal { return false }
        return models[lower[Int(node.firstChild + child - node.hasTerminal)]].has(feature)
      }
    }
  }
}

/// One example as a node sees it.
struct NodeExample: Sendable {
  /// The context, an index of the node's contexts.
  var context: Int32
  var label: UInt32
  /// The child below which the label lies.
  var child: UInt32
  var count: UInt32
}
