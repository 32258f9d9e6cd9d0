// Builds the label tree: a trie on top, balanced clusters below.
//
//     root                       trie, levels 0 ..< trieDepth: one child per next scalar,
//      |-- a                     and a terminal label where a label ends
//      |-- b --+-- cluster       below: balanced k-means over the labels' n-gram vectors,
//      |       |-- cluster       until a node has at most leafSize labels
//      |       `-- ...
//      `-- c (leaf: labels)
//
// Invariant: the children of a node partition its labels. The node list is in breadth-first order,
// so the children of one node are neighbours in it. The members of a cluster ascend.
// Source: Yadav et al. 2021 (arXiv:2012.07654), §4.2 (trie on top, 2-means below). We differ: the
// branching is a setting, and clusters keep ordered member lists, to compute masses under a prefix.

import QACBinary
import QACIndex
import QACText

/// The tree of an index, as the arrays of `IndexContent`.
struct LabelTree: Sendable {
  var nodes: [NodeRecord] = []
  var members: [UInt32] = []
}

/// Builds label trees.
struct TreeBuilder {
  let labels: [[UInt8]]
  let features: FeatureSpace
  let settings: BuildSettings

  /// A node under construction.
  private struct Draft: Sendable {
    /// Its labels, ascending.
    var labels: [UInt32]
    var isContiguous: Bool
    var trieDepth: Int
    var hasTerminal = false
    var children: [Draft] = []
  }

  /// Builds the tree.
  func build() -> LabelTree {
    let root = trieNode(0..<UInt32(labels.count), depth: 0, prefixBytes: 0)
    return flatten(clusterLeaves(root))
  }

  /// Grows the trie. Nodes that are too large at its last level stay leaves for now.
  private func trieNode(_ range: Range<UInt32>, depth: Int, prefixBytes: Int) -> Draft {
    var draft = Draft(labels: Array(range), isContiguous: true, trieDepth: depth)
    if range.count <= settings.leafSize || depth >= settings.trieDepth { return draft }
    var start = range.lowerBound
    if labels[Int(start)].count == prefixBytes {
      draft.hasTerminal = true
      start += 1
    }
    while start < range.upperBound {
      let scalar = nextScalar(of: start, at: prefixBytes)
      var end = start + 1
      while end < range.upperBound, nextScalar(of: end, at: prefixBytes) == scalar { end += 1 }
      draft.children.append(
        trieNode(start..<end, depth: depth + 1, prefixBytes: prefixBytes + scalar.count))
      start = end
    }
    return draft
  }

  private func nextScalar(of label: UInt32, at offset: Int) -> ArraySlice<UInt8> {
    let text = labels[Int(label)]
    var end = offset + 1
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return text[offset..<end]
  }

  /// Splits the trie's large leaves into clusters, each leaf on its own, in parallel.
  private func clusterLeaves(_ root: Draft) -> Draft {
    var large: [Draft] = []
    func collect(_ draft: Draft) {
      if draft.children.isEmpty, draft.labels.count > settings.leafSize { large.append(draft) }
      draft.children.forEach(collect)
    }
    collect(root)
    let order = large.indices.sorted {
      (large[$0].labels.count, $1) > (large[$1].labels.count, $0)
    }
    let tasks = large
    let clustered = Parallel.map(order.count, threads: settings.threads) {
      split(tasks[order[$0]])
    }
    var replacement: [UInt32: Draft] = [:]
    for draft in clustered { replacement[draft.labels[0]] = draft }
    func replace(_ draft: Draft) -> Draft {
      if draft.children.isEmpty {
        return draft.labels.count > settings.leafSize
          ? replacement[draft.labels[0]] ?? draft : draft
      }
      var copy = draft
      copy.children = draft.children.map(replace)
      return copy
    }
    return replace(root)
  }

  private func split(_ draft: Draft) -> Draft {
    let vectors = features.withView { view in
      draft.labels.map { label in
        labels[Int(label)].withUnsafeBufferPointer { NGramFeaturizer.vector(of: $0, in: view) }
      }
    }
    return split(draft, vectors)
  }

  private func split(_ draft: Draft, _ vectors: [SparseVector]) -> Draft {
    let count = draft.labels.count
    if count <= settings.leafSize { return draft }
    let leaves = (count + settings.leafSize - 1) / settings.leafSize
    let k = min(settings.branching, leaves)
    let seed = settings.seed ^ StableHash.mix(UInt64(draft.labels[0]) << 32 | UInt64(count))
    let assignment = BalancedKMeans.cluster(
      vectors, k: k, rounds: settings.clusterRounds, seed: seed)
    var result = draft
    for c in 0..<k {
      let chosen = draft.labels.indices.filter { assignment[$0] == c }
      let child = Draft(
        labels: chosen.map { draft.labels[$0] }, isContiguous: false, trieDepth: draft.trieDepth)
      result.children.append(split(child, chosen.map { vectors[$0] }))
    }
    result.children.sort { $0.labels[0] < $1.labels[0] }
    return result
  }

  private func flatten(_ root: Draft) -> LabelTree {
    var tree = LabelTree()
    var queue = [root]
    var next = 0
    while next < queue.count {
      let draft = queue[next]
      next += 1
      var node = NodeRecord()
      node.labelLow = draft.labels[0]
      node.labelHigh = draft.labels[draft.labels.count - 1] + 1
      node.memberCount = UInt32(draft.labels.count)
      node.trieDepth = UInt32(draft.trieDepth)
      node.hasTerminal = draft.hasTerminal ? 1 : 0
      node.childCount = UInt32(draft.children.count)
      node.firstChild = draft.children.isEmpty ? 0 : UInt32(queue.count)
      if !draft.isContiguous, node.labelHigh - node.labelLow != node.memberCount {
        node.memberStart = UInt32(tree.members.count)
        tree.members += draft.labels
      }
      tree.nodes.append(node)
      queue += draft.children
    }
    return tree
  }
}
