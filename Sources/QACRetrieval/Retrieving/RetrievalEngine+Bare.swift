// The engine of an index without items: it finds the items that were added, and nothing else.
//
// An index of items has at least one. So this one has an item without a text, which no query leads
// to, and which has an id that no item can have.

import QACIndex
import QACText

extension RetrievalEngine {
  /// An engine of an index that has no item to find. Added items have no inverse document
  /// frequencies there: every term counts alike.
  public static let bare: RetrievalEngine = {
    do {
      let index = try LabelIndex(bytes: IndexWriter.serialize(bareContent))
      try index.verify()
      if let engine = try RetrievalEngine(verified: index) { return engine }
    } catch {
      preconditionFailure("the bare index is good: \(error)")
    }
    preconditionFailure("the bare index has an item")
  }()

  /// Whether this is the engine of an index without items.
  public var isBare: Bool { self === Self.bare }

  private static var bareContent: IndexContent {
    var content = IndexContent(
      profile: .search, features: FeatureSpace(documentFrequencies: [:], documents: 0))
    content.labels = [Array("a".utf8)]
    content.surfaces = content.labels
    content.weights = [1]
    content.followerOffsets = [0, 0]
    var root = NodeRecord()
    root.labelHigh = 1
    root.memberCount = 1
    content.nodes = [root]
    var items = ItemContent(terms: FeatureSpace(documentFrequencies: [:], documents: 0))
    // An id has no control characters.
    items.ids = [[1]]
    items.titles = [[]]
    items.payloads = [[]]
    items.weights = [1]
    items.uses = [0]
    items.bagOffsets = [0, 0]
    items.textLengths = [0]
    items.holderLengths = [0]
    root.memberStart = 0
    items.tree.nodes = [root]
    items.tree.members = [0]
    items.tree.chunks = [NodeChunk()]
    content.items = items
    return content
  }
}
