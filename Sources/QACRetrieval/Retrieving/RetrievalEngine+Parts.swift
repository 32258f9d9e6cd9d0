// Parts of a retrieval by themselves, to measure what each costs and finds.

import QACIndex

extension RetrievalEngine {
  /// Reads `query` into `scratch`, and finds nothing: the making of features.
  ///
  /// - Parameters:
  ///   - query: UTF-8 as typed; not yet normalised.
  ///   - scratch: Working memory of this engine.
  public func read(query: UnsafeBufferPointer<UInt8>, scratch: RetrievalScratch) {
    read(
      query: query, previous: UnsafeBufferPointer(start: nil, count: 0), added: nil,
      scratch: scratch)
  }

  /// Searches the tree alone for the query that was read last.
  ///
  /// - Parameters:
  ///   - beam: The most nodes that are expanded on each level, at least 1.
  ///   - limit: The most items.
  ///   - scratch: Working memory of this engine, into which the query was read.
  /// - Returns: The items, best first; valid until the next call.
  @discardableResult
  public func searchTree(beam: Int, limit: Int, scratch: RetrievalScratch) -> [UInt32] {
    let tree = items.tree
    scratch.query.treeFeatures.withUnsafeBufferPointer { features in
      scratch.query.treeValues.withUnsafeBufferPointer { values in
        scratch.tree.search(tree, features: features, values: values, beam: beam, limit: limit)
      }
    }
    return scratch.tree.items
  }
}
