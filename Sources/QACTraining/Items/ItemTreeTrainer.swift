// Trains the tree of the items: XR-Linear.
//
//     examples --> embeddings of items --> clusters --> classifiers of every node's children
//
// Nodes are trained one after the other while they have many examples: then their children are the
// pieces of work. The other nodes are pieces of work by themselves.
//
// Invariant: the result depends only on the examples, the number of items and the settings, not on
// the number of threads.
// Cost: O(levels x components of the examples x children of a node x passes of the descent).
// Source: Yu et al., JMLR 2022 (arXiv:2010.05878), §3; Chang et al., KDD 2021 (arXiv:2106.12657),
// for product retrieval. docs/retrieval.md says where we differ.

public import QACIndex

/// Trains trees of items.
public struct ItemTreeTrainer {
  /// Nodes with at least this many pairs of example and item have their children trained in
  /// parallel.
  private static let manyPairs = 20_000

  private let items: Int
  private let terms: Int
  private let settings: ItemTreeSettings

  /// Makes a trainer.
  ///
  /// - Parameters:
  ///   - items: The number of items, at least 1.
  ///   - terms: The number of terms; the bias is the feature behind them.
  ///   - settings: The settings.
  public init(items: Int, terms: Int, settings: ItemTreeSettings) {
    precondition(items > 0, "a tree has items")
    self.items = items
    self.terms = terms
    self.settings = settings
  }

  /// Trains a tree.
  ///
  /// - Parameters:
  ///   - examples: Rows whose items are below the number of items, and whose features are below the
  ///     number of terms.
  ///   - order: All items in the order of the leaves; nil clusters them.
  /// - Returns: The tree; each item is a member of one leaf, with examples or without.
  public func train(_ examples: ItemRows, order: [UInt32]? = nil) -> ItemTreeContent {
    precondition(order == nil || order?.count == items, "every item has a place in the order")
    let pairs = ItemPairs(examples, items: items)
    let embeddings = ItemEmbeddings(
      examples, of: pairs, features: terms, threads: settings.threads)
    let clusters = ItemClusters(embeddings, order: order, settings: settings)
    var tree = ItemTreeContent()
    tree.nodes = clusters.nodes
    tree.members = clusters.members
    tree.chunks = chunks(
      ItemTreeTask(
        examples: examples, pairs: pairs, clusters: clusters, settings: settings,
        features: terms + 1))
    return tree
  }

  private func chunks(_ task: ItemTreeTask) -> [NodeChunk] {
    var chunks = [NodeChunk](repeating: NodeChunk(), count: task.clusters.nodes.count)
    guard settings.negatives == .matcherAware else {
      train(Array(chunks.indices), of: task, mistaken: [:], into: &chunks)
      return chunks
    }
    var matcher = ItemMatcher(task)
    for level in task.clusters.levels {
      train(Array(level), of: task, mistaken: matcher.mistaken(), into: &chunks)
      matcher.descend(chunks)
    }
    return chunks
  }

  private func train(
    _ numbers: [Int], of task: ItemTreeTask, mistaken: [Int: [UInt32]],
    into chunks: inout [NodeChunk]
  ) {
    let isLarge = numbers.map { task.pairCount(ofNode: $0) >= Self.manyPairs }
    var trainer = ItemNodeTrainer(task)
    for (i, node) in numbers.enumerated() where isLarge[i] {
      chunks[node] = trainer.train(node, mistaken: mistaken[node] ?? [], threads: settings.threads)
    }
    let small = numbers.indices.filter { !isLarge[$0] }.map { numbers[$0] }
    let pieces = min(small.count, ItemClusters.mostPieces)
    let found = Parallel.map(pieces, threads: settings.threads) { piece in
      var trainer = ItemNodeTrainer(task)
      // Every piece has nodes of all levels.
      return stride(from: piece, to: small.count, by: pieces).map {
        (node: small[$0], chunk: trainer.train(small[$0], mistaken: mistaken[small[$0]] ?? []))
      }
    }
    for part in found { for (node, chunk) in part { chunks[node] = chunk } }
  }
}
