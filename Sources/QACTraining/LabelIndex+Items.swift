// Builds an index of items in memory: the shortest way from texts to retrieval.
//
// The index has one label, which means nothing, since an index has labels.
// Invariant: equal items, examples and settings give equal bytes.
// Cost: that of `ItemContentBuilder`, and a copy of the bytes.

public import QACIndex
import QACText

extension LabelIndex {
  /// Builds an index of the items of `set`, at least one, in memory.
  ///
  /// - Parameters:
  ///   - set: The items and the queries that led to them.
  ///   - settings: The settings.
  ///   - indexing: Which items lie side by side in the tree.
  public convenience init(
    items set: ItemSet, settings: ItemSettings = ItemSettings(),
    indexing: some ItemIndexing = ClusteredItems()
  ) {
    self.init(items: ItemContentBuilder(set, settings: settings).build(indexing: indexing))
  }

  /// An index in memory that has `items` and no labels to speak of.
  package convenience init(items: ItemContent) {
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
    do throws(IndexError) {
      try self.init(bytes: IndexWriter.serialize(content))
    } catch {
      preconditionFailure("the writer made a file that the reader refuses: \(error)")
    }
  }
}

extension ItemSet.Item {
  /// Makes an item of texts as they are written.
  public init(_ id: String, title: String, text: String = "", payload: String = "") {
    let normalizer = Normalizer(.search)
    self.init(
      id: Array(id.utf8), title: Array(title.utf8), payload: Array(payload.utf8),
      titleForm: normalizer.normalize(title), textForm: normalizer.normalize(text))
  }
}

extension ItemSet.Example {
  /// Makes an example of a query as it was typed, and the number of the item that it led to.
  public init(_ query: String, item: Int, count: Float = 1) {
    self.init(query: Normalizer(.search).normalize(query), item: item, count: count)
  }
}
