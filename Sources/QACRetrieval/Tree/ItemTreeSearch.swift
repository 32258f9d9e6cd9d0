// Beam search of the items' tree.
//
// On each level the best nodes are expanded, as many as the beam is wide. A child scores the
// product of the transformed scores on its path, exp(-max(0, 1 - s)^3) for the score s of its
// classifier. So scores only fall on the way down, and a classifier that is surer than its margin
// says no more than one that reaches it. What is added up is the negative logarithm of the product:
// the penalty.
//
// Results and open nodes are keys of 64 bits, the penalty's bits above the number: the bits of
// numbers that are not negative are in their order. Nodes are expanded best first, and those that
// are already worse than the worst item of the result are passed over.
//
// Invariant: the result is ordered by score, descending, then by item, ascending. With a beam at
// least as wide as the widest level, it is the best of all items.
// Cost: for each expanded node one look-up per feature in its chunk, and O(children). After the
// first searches nothing is allocated.
// Source: Yu et al. 2022 (arXiv:2010.05878), §3.3 (beam search; the product of scores; l3-hinge is
// the default of libpecos); Etter et al., WWW 2022 (MSCM), §3 (one look-up for all children).

import QACBinary
public import QACIndex

#if canImport(Glibc)
  import Glibc
#endif

/// Searches trees of items; holds the working memory of one thread, and the last result.
public struct ItemTreeSearch {
  /// The items that the last search found, best first.
  public private(set) var items: [UInt32] = []
  /// Their scores, in (0, 1]: 1 for classifiers that are all sure.
  public private(set) var scores: [Float] = []
  private var level: [UInt64] = []
  private var below: [UInt64] = []
  private var found = TopKeys()
  private var childScores: [Float] = []
  private var buckets: [(bucket: ChunkView.Bucket, head: UInt64)] = []

  /// Makes working memory.
  public init() {}

  /// Forgets the last result.
  public mutating func reset() {
    items.removeAll(keepingCapacity: true)
    scores.removeAll(keepingCapacity: true)
  }

  /// Finds the `limit` items that score best among those that the beam reaches.
  ///
  /// - Parameters:
  ///   - tree: A verified tree.
  ///   - features: The query's features, each below the bias, each once.
  ///   - values: Their values, finite.
  ///   - beam: The most nodes that are expanded on each level, at least 1.
  ///   - limit: The most items.
  public mutating func search(
    _ tree: ItemTreeView, features: UnsafeBufferPointer<UInt32>,
    values: UnsafeBufferPointer<Float>, beam: Int, limit: Int
  ) {
    reset()
    found.reset(limit: max(0, limit))
    level.removeAll(keepingCapacity: true)
    level.append(0)
    while !level.isEmpty {
      below.removeAll(keepingCapacity: true)
      sortLevel()
      for key in level {
        // Penalties only grow on the way down, so no item below could be among the best.
        if ~key >> 32 < found.threshold >> 32 { continue }
        expand(key, in: tree, features: features, values: values)
      }
      keep(max(1, beam), of: &below)
      swap(&level, &below)
    }
    found.sort()
    for i in 0..<found.count {
      let key = ~found[i]
      items.append(UInt32(truncatingIfNeeded: key))
      scores.append(exp(-Self.penalty(of: key)))
    }
  }

  /// The most nodes that are put in order.
  private static let mostSorted = 128

  /// Puts the nodes of a level in order, if there are few: then what is found first is best, and
  /// later nodes are passed over.
  private mutating func sortLevel() {
    if level.count > Self.mostSorted { return }
    level.withUnsafeMutableBufferPointer { keys in
      for i in keys.indices.dropFirst() {
        let key = keys[i]
        var j = i
        while j > 0, keys[j - 1] > key {
          keys[j] = keys[j - 1]
          j -= 1
        }
        keys[j] = key
      }
    }
  }

  /// Drops all but the best `count` keys.
  private func keep(_ count: Int, of keys: inout [UInt64]) {
    if keys.count <= count { return }
    keys.withUnsafeMutableBufferPointer { Selection.putLeast(count, first: $0) }
    keys.removeLast(keys.count - count)
  }

  @inline(__always)
  private static func penalty(of key: UInt64) -> Float {
    Float(bitPattern: UInt32(truncatingIfNeeded: key >> 32))
  }

  private mutating func expand(
    _ key: UInt64, in tree: ItemTreeView, features: UnsafeBufferPointer<UInt32>,
    values: UnsafeBufferPointer<Float>
  ) {
    let node = tree.nodes[Int(truncatingIfNeeded: key & 0xFFFF_FFFF)]
    let arity = node.arity
    sumScores(tree.chunk(of: node), arity, tree.bias, features, values)
    let penalty = Self.penalty(of: key)
    childScores.withUnsafeBufferPointer { scores in
      for child in 0..<arity {
        // Written so that what is no number costs nothing.
        let gap = 1 - scores[child]
        let sum = gap > 0 ? penalty + gap * gap * gap : penalty
        let bits = UInt64(sum.bitPattern) << 32
        if node.isLeaf {
          let key = ~(bits | UInt64(tree.members[Int(node.memberStart) + child]))
          if key > found.threshold { found.offer(key) }
        } else {
          below.append(bits | UInt64(Int(node.firstChild) + child))
        }
      }
    }
  }

  /// Puts the scores of a node's children into `childScores`.
  private mutating func sumScores(
    _ chunk: ChunkView, _ arity: Int, _ bias: UInt32, _ features: UnsafeBufferPointer<UInt32>,
    _ values: UnsafeBufferPointer<Float>
  ) {
    childScores.removeAll(keepingCapacity: true)
    childScores.append(contentsOf: repeatElement(0, count: arity))
    if chunk.isEmpty { return }
    buckets.removeAll(keepingCapacity: true)
    for feature in features {
      let bucket = chunk.bucket(of: feature)
      buckets.append((bucket, chunk.head(of: bucket)))
    }
    childScores.withUnsafeMutableBufferPointer { scores in
      buckets.withUnsafeBufferPointer { buckets in
        for i in features.indices where !buckets[i].bucket.isEmpty {
          let value = values[i]
          chunk.forEachEntry(
            of: features[i], in: buckets[i].bucket, head: buckets[i].head
          ) { child, weight in scores[child] += value * weight }
        }
      }
      chunk.forEachEntry(of: bias) { child, weight in scores[child] += weight }
    }
  }
}
