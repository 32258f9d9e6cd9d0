// The weights that are learned for one node, and the examples from which they are learned.
//
// Invariant: features ascend; children ascend within a feature.

import QACBinary
import QACIndex

/// The learned chunk of one node.
struct NodeModel: Sendable, Equatable {
  /// Features with at least one weight, ascending.
  var features: [UInt32] = []
  /// The index of each feature's first entry, and the number of entries; one more than `features`.
  var offsets: [UInt32] = [0]
  /// The child of each entry, ascending within a feature.
  var children: [UInt32] = []
  /// The weight of each entry.
  var weights: [Float] = []

  /// The model without the weights whose magnitude is below `threshold`. Weights of a feature and a
  /// child for which `isKept` is true stay.
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
  /// Whether `feature` has a weight.
  func has(_ feature: UInt32) -> Bool {
    let place = (0..<features.count).partitioningIndex { features[$0] >= feature }
    return place < features.count && features[place] == feature
  }

  /// Prunes the models of all nodes of a tree, in the order of `nodes`.
  ///
  /// A feature that stays somewhere below a child also stays with that child, however small its
  /// weight. So a search that finds none of a request's features at a child knows that there are
  /// none below it.
  ///
  /// - Complexity: O(weights x log(features of a node)).
  static func prune(_ models: inout [NodeModel], _ nodes: [NodeRecord], below threshold: Float) {
    // For each node the node whose features stay below it: the node itself, or that of its only
    // child.
    var lower = Array(models.indices)
    // Children come after their parents.
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

/// An example as a node sees it.
struct NodeExample: Sendable {
  /// The context, an index of the node's contexts.
  var context: Int32
  var label: UInt32
  /// The child below which the label lies.
  var child: UInt32
  var count: UInt32
}
