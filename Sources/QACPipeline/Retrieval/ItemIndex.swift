// Makes an index that has items and nothing else, to ask it while others are learned.

import QACIndex
import QACRetrieval
import QACText
import QACTraining

/// Indexes of items alone.
enum ItemIndex {
  /// An engine on an index that has `items`, and one label that means nothing.
  static func engine(of items: ItemContent) throws -> RetrievalEngine {
    var content = IndexContent(
      profile: .search, features: FeatureSpace(documentFrequencies: [:], documents: 0))
    content.labels = [Array("a".utf8)]
    content.surfaces = content.labels
    content.weights = [1]
    var root = NodeRecord()
    root.labelHigh = 1
    root.memberCount = 1
    content.nodes = [root]
    content.followerOffsets = [0, 0]
    content.items = items
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    guard let engine = try RetrievalEngine(verified: index) else {
      preconditionFailure("the index has items")
    }
    return engine
  }
}
