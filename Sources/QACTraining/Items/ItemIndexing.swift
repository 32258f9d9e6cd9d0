// The first of the three steps of retrieval, which an embedder may replace: index, match, rank.
//
// Indexing decides which items lie side by side in the tree. The search skips whole branches, so
// items that are meant by the same queries belong into one. The other steps are `ItemMatching` and
// `ItemRanking` of QACRetrieval.
// Source: Chang et al., KDD 2021 (arXiv:2106.12657), §3 (indexing, matching, ranking).

/// Decides which items lie side by side in the tree.
public protocol ItemIndexing: Sendable {
  /// The items in the order of the tree's leaves.
  ///
  /// - Parameter set: The items and the queries that led to them.
  /// - Returns: Every index of `set.items` once; nil clusters them by what they are about.
  func order(of set: ItemSet) -> [UInt32]?
}

/// What is done unless an embedder says otherwise: balanced clusters of embeddings.
public struct ClusteredItems: ItemIndexing {
  /// Makes the usual step.
  public init() {}

  /// Leaves the order to the clusters.
  public func order(of set: ItemSet) -> [UInt32]? { nil }
}
