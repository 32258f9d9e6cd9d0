// What is learned of one node, and what it is learned from.
//
// Invariant: features ascend; children ascend within a feature.

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

  /// The model without the weights whose magnitude is below `threshold`.
  func pruned(below threshold: Float) -> NodeModel {
    var result = NodeModel()
    for f in features.indices {
      let before = result.children.count
      for e in Int(offsets[f])..<Int(offsets[f + 1]) where abs(weights[e]) >= threshold {
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

/// One example as a node sees it.
struct NodeExample: Sendable {
  /// The context, an index of the node's contexts.
  var context: Int32
  var label: UInt32
  /// The child below which the label lies.
  var child: UInt32
  var count: UInt32
}
