// The tree of the items: balanced 2-means down to the leaves, then several levels as one.
//
//     items --> 2 halves --> 4 --> 8 ... --> 2^d leaves of about the same size
//
// With 2^b children per node, b levels of halves become one level of the tree; the root has fewer
// children where d is no multiple of b.
//
// Invariant: the children of a node partition its items; all leaves are on the same level, no leaf
// is empty, and the sizes of two leaves differ by at most one. The nodes are in breadth-first
// order. The items of a leaf ascend.
// Determinism: every division has a seed of its own, so the number of threads does not show.
// Cost: that of `BalancedHalves`, d times.
// Source: Yu et al. 2022 (arXiv:2010.05878), §3.1.

import QACIndex
import QACText

/// The shape of the items' tree.
struct ItemClusters: Sendable {
  /// The nodes in breadth-first order, without chunks.
  private(set) var nodes: [NodeRecord] = []
  /// The items in the order of the leaves.
  private(set) var members: [UInt32]
  /// The numbers of the nodes of each level, the root first.
  private(set) var levels: [Range<Int>] = []

  /// Clusters the items of `vectors`, at least one; with an order, items that stand side by side in
  /// it are the clusters.
  init(_ vectors: ItemEmbeddings, order: [UInt32]? = nil, settings: ItemTreeSettings) {
    var depth = 0
    let leafSize = max(2, settings.leafSize)
    while vectors.count > leafSize << depth { depth += 1 }
    var parts = [order ?? (0..<UInt32(vectors.count)).map { $0 }]
    // The sizes of the parts per level of halves.
    var sizes = [parts.map(\.count)]
    for level in 0..<depth {
      if order == nil {
        parts = Self.halves(of: parts, level: level, vectors, settings)
      } else {
        parts = parts.flatMap { part in
          let middle = (part.count + 1) / 2
          return [Array(part[..<middle]), Array(part[middle...])]
        }
      }
      sizes.append(parts.map(\.count))
    }
    members = order == nil ? parts.flatMap { $0 } : parts.flatMap { $0.sorted() }
    addNodes(sizes, bits: settings.branchingBits)
  }

  /// Divides every part; working memory is shared by pieces of several parts.
  private static func halves(
    of parts: [[UInt32]], level: Int, _ vectors: ItemEmbeddings, _ settings: ItemTreeSettings
  ) -> [[UInt32]] {
    let pieces = min(parts.count, mostPieces)
    return Parallel.map(pieces, threads: settings.threads) { piece in
      var halves = BalancedHalves(vectors, rounds: settings.clusterRounds)
      var result: [[UInt32]] = []
      for i in piece * parts.count / pieces..<(piece + 1) * parts.count / pieces {
        let seed = StableHash.mix(settings.seed ^ StableHash.mix(UInt64(level) << 32 | UInt64(i)))
        let (first, second) = halves.divide(parts[i], seed: seed)
        result += [first, second]
      }
      return result
    }.flatMap { $0 }
  }

  /// The most pieces of work per level.
  static let mostPieces = 64

  private mutating func addNodes(_ sizes: [[Int]], bits: Int) {
    let depth = sizes.count - 1
    // The levels of halves that are levels of the tree.
    var levels = [0]
    var next = depth % bits == 0 ? bits : depth % bits
    while next <= depth {
      levels.append(next)
      next += bits
    }
    for (i, level) in levels.enumerated() {
      var start = 0
      self.levels.append(nodes.count..<nodes.count + sizes[level].count)
      let first = nodes.count + sizes[level].count
      let children = i + 1 < levels.count ? 1 << (levels[i + 1] - level) : 0
      for (part, size) in sizes[level].enumerated() {
        var node = NodeRecord()
        node.memberStart = UInt32(start)
        node.memberCount = UInt32(size)
        node.childCount = UInt32(children)
        node.firstChild = children == 0 ? 0 : UInt32(first + part * children)
        nodes.append(node)
        start += size
      }
    }
  }
}
