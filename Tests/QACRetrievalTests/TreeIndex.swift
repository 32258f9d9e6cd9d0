// An index that has nothing but a tree of items.

import QACIndex
import QACText

/// Makes indexes of a tree.
enum TreeIndex {
  /// The verified index of `tree`, whose features are `terms` terms and the bias.
  static func make(_ tree: ItemTreeContent, terms: Int) throws -> LabelIndex {
    let keys = (0..<terms).map { (StableHash.mix(UInt64($0)), 1) }
    let space = FeatureSpace(
      documentFrequencies: Dictionary(uniqueKeysWithValues: keys), documents: terms)
    return try make(tree, space)
  }

  /// The verified index of `tree`, whose features are those of `space` and the bias.
  static func make(_ tree: ItemTreeContent, _ space: FeatureSpace) throws -> LabelIndex {
    let count = tree.members.count
    var items = ItemContent(terms: space)
    items.ids = (0..<count).map { Array(String(1_000_000 + $0).utf8) }
    items.titles = items.ids
    items.payloads = items.ids.map { _ in [] }
    items.weights = items.ids.map { _ in 1 }
    items.uses = items.ids.map { _ in 0 }
    items.termKinds = (0..<space.count).map { _ in .word }
    items.bagOffsets = [UInt64](repeating: 0, count: count + 1)
    items.textLengths = items.ids.map { _ in 1 }
    items.holderLengths = items.textLengths
    items.tree = tree
    var content = IndexContent(
      profile: .search, features: FeatureSpace(documentFrequencies: [:], documents: 0))
    content.labels = [Array("a".utf8)]
    content.surfaces = content.labels
    content.weights = [1]
    content.followerOffsets = [0, 0]
    var root = NodeRecord()
    (root.labelHigh, root.memberCount) = (1, 1)
    content.nodes = [root]
    content.items = items
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    return index
  }
}
