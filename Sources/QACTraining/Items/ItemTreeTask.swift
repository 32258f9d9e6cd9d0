// What all nodes of a tree of items are trained from.

import QACIndex

/// Examples, clusters and settings.
struct ItemTreeTask: Sendable {
  let examples: ItemRows
  let pairs: ItemPairs
  let clusters: ItemClusters
  let settings: ItemTreeSettings
  /// The number of features; the last is the bias.
  let features: Int
  /// The number of pairs of the members before each place, and of all.
  private let pairsBefore: [Int]

  init(
    examples: ItemRows, pairs: ItemPairs, clusters: ItemClusters, settings: ItemTreeSettings,
    features: Int
  ) {
    self.examples = examples
    self.pairs = pairs
    self.clusters = clusters
    self.settings = settings
    self.features = features
    var before = [0]
    for item in clusters.members {
      before.append(before[before.count - 1] + pairs.range(of: Int(item)).count)
    }
    pairsBefore = before
  }

  /// The number of pairs of the items below node `number`.
  func pairCount(ofNode number: Int) -> Int {
    let node = clusters.nodes[number]
    let start = Int(node.memberStart)
    return pairsBefore[start + Int(node.memberCount)] - pairsBefore[start]
  }
}
