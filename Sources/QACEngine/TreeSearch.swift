// Best-first search of the label tree under the hard prefix constraint: exact top k.
//
// Every node c carries the mass m_R(c) of the labels below it that match the prefix (labels in
// R = [lo, hi)), and a lift: the product, over the choices on its path, of exp(s_c) m_R(p) / Z(p),
// where s_c = w_c . x and Z(p) = sum over the siblings c' of m_R(c') exp(s_c'). A node's score is
// m_R(c) x lift(c) = m_R(root) x P(c | x, R), so scores never grow on the way down, and the search
// may stop when the best open node scores below the k-th label found.
//
// With zero weights every lift is exactly 1 (masses are whole numbers below 2^53, and Z(p) is then
// exactly m_R(p)), so labels come in order of weight: this is most popular completion, ties included.
// A node with one child in R has no choice to make and passes its lift on unchanged.
//
// Invariant: the result is ordered by score, descending, then label id, ascending.
// Cost: for each expanded node O(arity + look-ups of the request's features in its chunk).
// Source: docs/design.md, "The index"; the search is uniform-cost search (best-first with an
// admissible bound), in place of the beam of Yu et al. 2022 (arXiv:2010.05878), §3.

import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// A label found by a search, with its score.
struct ScoredLabel {
  var label: UInt32
  var score: Double

  @inline(__always)
  func precedes(_ other: ScoredLabel) -> Bool {
    score > other.score || (score == other.score && label < other.label)
  }
}

/// The best k of a stream of scored labels, kept in order.
struct TopLabels {
  private(set) var items: [ScoredLabel] = []
  private(set) var limit = 0

  mutating func reset(limit: Int) {
    items.removeAll(keepingCapacity: true)
    items.reserveCapacity(min(limit, 1000) + 1)
    self.limit = limit
  }

  /// The score that a label must reach to enter.
  @inline(__always)
  var bound: Double { items.count < limit ? -Double.infinity : items[items.count - 1].score }

  @inline(__always)
  mutating func offer(_ candidate: ScoredLabel) {
    if items.count == limit {
      guard let last = items.last, candidate.precedes(last) else { return }
      items.removeLast()
    }
    var i = items.count
    while i > 0, candidate.precedes(items[i - 1]) { i -= 1 }
    items.insert(candidate, at: i)
  }
}

/// Searches one index's tree; holds the working memory of one thread.
struct TreeSearch {
  private struct Open {
    var score: Double
    var lift: Double
    var node: UInt32
    var level: Int32
  }

  /// The labels found by the last search, best first; scores are m_R(root) x P(label).
  private(set) var top = TopLabels()
  private var open: [Open] = []
  private var childScore: [Double]
  private var expandedAtLevel: [Int] = []
  /// What the running search passes over: it counts for the masses, but is not found.
  private var blocks: BlockedLabels?

  /// Makes working memory for trees whose nodes have at most `arity` children.
  init(arity: Int) {
    childScore = [Double](repeating: 0, count: arity)
  }

  /// Forgets the labels found.
  mutating func reset() { top.reset(limit: 0) }

  /// Finds the `limit` labels in `range` that score best for the request features `x`.
  ///
  /// - Parameters:
  ///   - view: A verified index.
  ///   - range: The labels that match the prefix.
  ///   - x: The request's features.
  ///   - limit: How many labels at the most.
  ///   - blocks: What is passed over.
  ///   - beam: How many nodes (one at least) are expanded on each level; nil for the exact result.
  mutating func search(
    _ view: IndexView, range: Range<UInt32>, features x: borrowing SparseVector, limit: Int,
    blocks: BlockedLabels? = nil, beam: Int? = nil
  ) {
    top.reset(limit: limit)
    self.blocks = blocks
    defer { self.blocks = nil }
    open.removeAll(keepingCapacity: true)
    expandedAtLevel.removeAll(keepingCapacity: true)
    if range.isEmpty || limit == 0 { return }
    push(Open(score: Double(view.mass(of: range)), lift: 1, node: 0, level: 0))
    while let best = pop() {
      // Rounding may lift a child above its parent by an ulp or two; the slack keeps ties exact.
      if best.score * (1 + 1e-9) < top.bound { break }
      if let beam {
        let level = Int(best.level)
        while expandedAtLevel.count <= level { expandedAtLevel.append(0) }
        if expandedAtLevel[level] >= max(1, beam) { continue }
        expandedAtLevel[level] += 1
      }
      expand(best, view, range, x)
    }
  }

  private mutating func expand(
    _ parent: Open, _ view: IndexView, _ range: Range<UInt32>, _ x: borrowing SparseVector
  ) {
    let node = view.nodes[Int(parent.node)]
    if node.isLeaf {
      expandLeaf(parent, node, view, range, x)
    } else {
      expandInner(parent, node, view, range, x)
    }
  }

  /// Takes `label` into the result, if it is good enough and not blocked.
  @inline(__always)
  private mutating func offer(_ label: UInt32, _ score: Double) {
    if score < top.bound { return }
    if let blocks, blocks.contains(label) { return }
    top.offer(ScoredLabel(label: label, score: score))
  }

  /// e^s, kept in bounds so that no weights, however large, make a score infinite or no number.
  @inline(__always)
  private static func odds(_ s: Double) -> Double { exp(min(max(s, -100), 100)) }

  /// Adds the chunk's scores of the children to `childScore`; `clear` undoes it.
  @inline(__always)
  private mutating func score(_ node: NodeRecord, _ view: IndexView, _ x: borrowing SparseVector) {
    for i in 0..<x.count {
      let value = Double(x.values[i])
      for e in view.entries(of: x.ids[i], in: node) {
        childScore[Int(view.entryChildren[e])] += value * Double(view.entryWeights[e])
      }
    }
  }

  @inline(__always)
  private mutating func clear(_ node: NodeRecord, _ view: IndexView, _ x: borrowing SparseVector) {
    for i in 0..<x.count {
      for e in view.entries(of: x.ids[i], in: node) {
        childScore[Int(view.entryChildren[e])] = 0
      }
    }
  }

  private mutating func expandLeaf(
    _ parent: Open, _ node: NodeRecord, _ view: IndexView, _ range: Range<UInt32>,
    _ x: borrowing SparseVector
  ) {
    let positions = view.members(of: node, in: range)
    if positions.count == 1 {
      let label = view.member(positions.lowerBound, of: node)
      offer(label, Double(view.weight(of: label)) * parent.lift)
      return
    }
    score(node, view, x)
    var total = 0.0
    for position in positions {
      let weight = Double(view.weight(of: view.member(position, of: node)))
      let s = childScore[position]
      if s != 0 {
        childScore[position] = Self.odds(s)
        total += weight * childScore[position]
      } else {
        total += weight
      }
    }
    let lift = parent.lift * (Double(view.mass(of: node, at: positions)) / total)
    for position in positions {
      let label = view.member(position, of: node)
      let factor = childScore[position]
      let score = Double(view.weight(of: label)) * (factor == 0 ? lift : lift * factor)
      offer(label, score)
    }
    clear(node, view, x)
  }

  private mutating func expandInner(
    _ parent: Open, _ node: NodeRecord, _ view: IndexView, _ range: Range<UInt32>,
    _ x: borrowing SparseVector
  ) {
    let terminal = node.hasTerminal == 1 && range.contains(node.labelLow)
    var masses = terminal ? 1 : 0
    var onlyChild = 0
    for c in 0..<Int(node.childCount) {
      let child = view.nodes[Int(node.firstChild) + c]
      if !view.members(of: child, in: range).isEmpty {
        masses += 1
        onlyChild = c
      }
    }
    if masses == 1 {
      if terminal {
        offer(node.labelLow, Double(view.weight(of: node.labelLow)) * parent.lift)
      } else {
        push(
          Open(
            score: parent.score, lift: parent.lift, node: node.firstChild + UInt32(onlyChild),
            level: parent.level + 1))
      }
      return
    }
    score(node, view, x)
    let shift = Int(node.hasTerminal)
    var parentMass = 0.0
    var total = 0.0
    if terminal {
      let weight = Double(view.weight(of: node.labelLow))
      parentMass += weight
      total += childScore[0] == 0 ? weight : weight * Self.odds(childScore[0])
    }
    for c in 0..<Int(node.childCount) {
      let child = view.nodes[Int(node.firstChild) + c]
      let mass = Double(view.mass(of: child, at: view.members(of: child, in: range)))
      parentMass += mass
      let s = childScore[c + shift]
      total += s == 0 ? mass : mass * Self.odds(s)
    }
    let lift = parent.lift * (parentMass / total)
    if terminal {
      let factor = childScore[0] == 0 ? lift : lift * Self.odds(childScore[0])
      offer(node.labelLow, Double(view.weight(of: node.labelLow)) * factor)
    }
    for c in 0..<Int(node.childCount) {
      let child = view.nodes[Int(node.firstChild) + c]
      let positions = view.members(of: child, in: range)
      if positions.isEmpty { continue }
      let s = childScore[c + shift]
      let childLift = s == 0 ? lift : lift * Self.odds(s)
      let score = Double(view.mass(of: child, at: positions)) * childLift
      if score * (1 + 1e-9) >= top.bound {
        push(
          Open(
            score: score, lift: childLift, node: node.firstChild + UInt32(c),
            level: parent.level + 1))
      }
    }
    clear(node, view, x)
  }

  // A binary heap, greatest score first; equal scores by node, so that the order is total.

  @inline(__always)
  private func before(_ a: Open, _ b: Open) -> Bool {
    a.score > b.score || (a.score == b.score && a.node < b.node)
  }

  private mutating func push(_ item: Open) {
    open.append(item)
    var i = open.count - 1
    while i > 0 {
      let parent = (i - 1) / 2
      if !before(item, open[parent]) { break }
      open[i] = open[parent]
      i = parent
    }
    open[i] = item
  }

  private mutating func pop() -> Open? {
    guard let first = open.first else { return nil }
    let item = open.removeLast()
    if open.isEmpty { return first }
    var i = 0
    while true {
      var child = 2 * i + 1
      if child >= open.count { break }
      if child + 1 < open.count, before(open[child + 1], open[child]) { child += 1 }
      if !before(open[child], item) { break }
      open[i] = open[child]
      i = child
    }
    open[i] = item
    return first
  }
}
