// Beam search of the items' tree.
//
// On each level the best nodes are expanded, as many as the beam is wide. A child scores the
// product of the transformed scores on its path, exp(-max(0, 1 - s)^3) for the score s of its
// classifier. So scores only fall on the way down, and a classifier that is surer than its margin
// says no more than one that reaches it. What is added up is the negative logarithm of the product:
// the penalty.
//
// Results and open nodes are keys of 64 bits, the penalty's bits above the number: the bits of
// numbers that are not negative are in their order.
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
  private var found: [UInt64] = []
  private var childScores: [Float] = []

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
    found.removeAll(keepingCapacity: true)
    level.removeAll(keepingCapacity: true)
    level.append(0)
    while !level.isEmpty {
      below.removeAll(keepingCapacity: true)
      for key in level { expand(key, in: tree, features: features, values: values) }
      keep(max(1, beam), of: &below)
      swap(&level, &below)
    }
    keep(max(0, limit), of: &found)
    found.sort()
    for key in found {
      items.append(UInt32(truncatingIfNeeded: key))
      scores.append(exp(-Self.penalty(of: key)))
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
    childScores.removeAll(keepingCapacity: true)
    childScores.append(contentsOf: repeatElement(0, count: arity))
    let chunk = tree.chunk(of: node)
    childScores.withUnsafeMutableBufferPointer { scores in
      for i in features.indices {
        let value = values[i]
        chunk.forEachEntry(of: features[i]) { child, weight in scores[child] += value * weight }
      }
      chunk.forEachEntry(of: tree.bias) { child, weight in scores[child] += weight }
    }
    let penalty = Self.penalty(of: key)
    for child in 0..<arity {
      // Written so that what is no number costs nothing.
      let gap = 1 - childScores[child]
      let sum = gap > 0 ? penalty + gap * gap * gap : penalty
      let bits = UInt64(sum.bitPattern) << 32
      if node.isLeaf {
        found.append(bits | UInt64(tree.members[Int(node.memberStart) + child]))
      } else {
        below.append(bits | UInt64(Int(node.firstChild) + child))
      }
    }
  }
}
