// Makes an index that has items and nothing else, to ask it while others are learned.

import QACIndex
import QACRetrieval
import QACTraining

/// Indexes of items alone.
enum ItemIndex {
  /// An engine on an index that has `items`, and one label that means nothing.
  static func engine(of items: ItemContent) throws -> RetrievalEngine {
    let index = LabelIndex(items: items)
    try index.verify()
    guard let engine = try RetrievalEngine(verified: index) else {
      preconditionFailure("the index has items")
    }
    return engine
  }
}
