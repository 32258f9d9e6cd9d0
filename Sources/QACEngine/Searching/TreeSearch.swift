// Best-first search of the label tree under the hard prefix constraint: exact top k.
//
// Every node c carries the mass m_R(c) of the labels below it that match the prefix (labels in R =
// [lo, hi)), and a lift: the product, over the choices on its path, of exp(s_c) m_R(p) / Z(p),
// where s_c = w_c . x and Z(p) = sum over the siblings c' of m_R(c') exp(s_c'). A node's score is
// m_R(c) x lift(c) = m_R(root) x P(c | x, R). So scores never grow on the way down, and the search
// may stop when the best open node scores below the k-th label found.
//
// With zero weights every lift is exactly 1: masses are whole numbers below 2^53, and Z(p) is then
// exactly m_R(p). So labels come in the order of weight: this is most popular completion, ties
// included. A node with one child in R has no choice to make and passes its lift on unchanged.
//
// Features nest (docs/index-format.md): if a chunk has no entry of the request's features for a
// child, there is none below that child either. Such a child is plain, and most are. Its labels
// score weight x lift, so the greatest weight below bounds them, far closer than their mass does,
// and no chunk below is read. A label reaches that bound. So if a node has more plain children than
// labels are wanted, the k greatest of their bounds are scores of k labels; the least of these is
// the floor, and no child below it is opened. Children and labels are read in the order of weight
// (`NodeSummaries`), up to the first that is too light.
//
// Invariant: the result is ordered by score, descending, then label id, ascending.
// Cost: for each expanded node O(look-ups of the request's features in its chunk + children that
// are heavy enough), O(arity) if the range cuts the node.
// Source: docs/design.md, "QACEngine"; the search is uniform-cost search (best-first with an
// admissible bound), in place of the beam of Yu et al. 2022 (arXiv:2010.05878), §3.

import QACBinary
import QACIndex
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Searches one index's tree; holds the working memory of one thread.
struct TreeSearch {
  /// A node that may be expanded.
  private struct Open {
    /// At least the score of each label below.
    var score: Double
    var lift: Double
    var node: UInt32
    var level: Int32
    /// The request's features that may be known at the node and below. If there is none, the node
    /// is plain, and the score is that of its best label.
    var known: FeatureSet
  }

  /// Some of a request's features, by their places; those from `lastBit` on share that bit.
  private struct FeatureSet {
    private static let lastBit = 63

    private(set) var bits: UInt64

    static let none = FeatureSet(bits: 0)

    /// The first `count` features.
    @inline(__always)
    static func first(_ count: Int) -> FeatureSet {
      FeatureSet(bits: count > lastBit ? UInt64.max : 1 << UInt64(count) - 1)
    }

    @inline(__always)
    var isEmpty: Bool { bits == 0 }

    /// Calls `body` with the place of each of them, of `count` features.
    @inline(__always)
    func forEach(of count: Int, _ body: (Int) -> Void) {
      var left = bits
      while left != 0 {
        let i = left.trailingZeroBitCount
        left &= left &- 1
        if i == Self.lastBit {
          for i in i..<count { body(i) }
        } else {
          body(i)
        }
      }
    }

    @inline(__always)
    mutating func insert(_ i: Int) { bits |= 1 << UInt64(min(i, Self.lastBit)) }
  }

  /// The labels found by the last search, best first; scores are m_R(root) x P(label).
  private(set) var top = TopLabels()
  private var open: [Open] = []
  private var childScore: [Double]
  /// By child, the features for which the chunk that is being read has entries.
  private var childKnown: [FeatureSet]
  /// The children with such entries, and the m_R of each.
  private var scored: [Int] = []
  private var childMass: [Double] = []
  /// What is below each node.
  private let summaries: NodeSummaries
  /// A score that as many labels as are wanted reach.
  private var floor = -Double.infinity
  /// Whether no label is passed over: only then there can be a floor.
  private var findsAll = true
  /// How many nodes that are not plain were expanded on each level.
  private var expandedAtLevel: [Int] = []
  /// The labels that the running search passes over: they count for the masses, but are not found.
  private var blocks: BlockedLabels?

  /// Makes working memory for a tree with at most `arity` children per node, and with these
  /// summaries of its nodes (`IndexView.nodeSummaries`).
  init(arity: Int, summaries: NodeSummaries) {
    childScore = [Double](repeating: 0, count: arity)
    childKnown = [FeatureSet](repeating: .none, count: arity)
    self.summaries = summaries
  }

  /// Finds the `limit` labels in `range` that score best for the request features `x`.
  ///
  /// - Parameters:
  ///   - view: A verified index.
  ///   - range: The labels that match the prefix.
  ///   - x: The request's features.
  ///   - limit: The most labels.
  ///   - blocks: Labels that are passed over; nil for none.
  ///   - beam: The most nodes, at least one, that are expanded on each level; nil for the exact
  ///     result. Plain nodes do not count: they cost little, and their bounds are exact, so none of
  ///     them is left out.
  mutating func search(
    _ view: IndexView, range: Range<UInt32>, features x: borrowing SparseVector, limit: Int,
    blocks: BlockedLabels? = nil, beam: Int? = nil
  ) {
    top.reset(limit: limit)
    self.blocks = blocks
    defer { self.blocks = nil }
    floor = -Double.infinity
    findsAll = blocks == nil
    open.removeAll(keepingCapacity: true)
    expandedAtLevel.removeAll(keepingCapacity: true)
    if range.isEmpty || limit == 0 { return }
    push(
      Open(
        score: Double(view.mass(of: range)), lift: 1, node: 0, level: 0,
        known: .first(x.count)))
    while let best = pop() {
      if isHopeless(best.score) { break }
      if let beam, !best.known.isEmpty {
        let level = Int(best.level)
        while expandedAtLevel.count <= level { expandedAtLevel.append(0) }
        if expandedAtLevel[level] >= max(1, beam) { continue }
        expandedAtLevel[level] += 1
      }
      expand(best, in: view, range: range, features: x)
    }
  }

  private mutating func expand(
    _ parent: Open, in view: IndexView, range: Range<UInt32>, features x: borrowing SparseVector
  ) {
    let node = view.nodes[Int(parent.node)]
    if parent.known.isEmpty {
      expandPlain(parent, node, in: view, range: range)
    } else if node.isLeaf {
      expandLeaf(parent, node, in: view, range: range, features: x)
    } else {
      expandInner(parent, node, in: view, range: range, features: x)
    }
  }

  /// Whether nothing that scores at most `score` can be among the best. Rounding may lift a child
  /// above its parent by an ulp or two; the slack keeps ties exact.
  @inline(__always)
  private func isHopeless(_ score: Double) -> Bool {
    score * (1 + 1e-9) < max(top.bound, floor)
  }

  /// Takes `label` into the result if it is good enough and not blocked.
  @inline(__always)
  private mutating func offer(_ label: UInt32, _ score: Double) {
    if score < top.bound { return }
    if let blocks, blocks.contains(label) { return }
    top.offer(ScoredLabel(label: label, score: score))
  }

  /// e^s, kept in bounds so that no weight, however large, makes a score infinite or no number.
  @inline(__always)
  private static func odds(_ s: Double) -> Double { exp(min(max(s, -100), 100)) }

  /// Adds the scores of the children, as the chunk of `node` has them for the features in `known`,
  /// to `childScore`. Returns whether it has any. `clear` undoes this.
  @inline(__always)
  private mutating func score(
    _ node: NodeRecord, in view: IndexView, known: FeatureSet, features x: borrowing SparseVector
  ) -> Bool {
    let chunk = view.chunk(of: node)
    known.forEach(of: x.count) { i in
      let value = Double(x.values[i])
      chunk.forEachEntry(of: x.ids[i]) { child, weight in
        if childKnown[child].isEmpty { scored.append(child) }
        childScore[child] += value * Double(weight)
        childKnown[child].insert(i)
      }
    }
    return !scored.isEmpty
  }

  /// Forgets the scores of a node's children.
  @inline(__always)
  private mutating func clear() {
    for child in scored {
      childScore[child] = 0
      childKnown[child] = .none
    }
    scored.removeAll(keepingCapacity: true)
  }

  /// Expands a plain node: its labels score weight x lift.
  private mutating func expandPlain(
    _ parent: Open, _ node: NodeRecord, in view: IndexView, range: Range<UInt32>
  ) {
    if node.isLeaf {
      offerPlain(
        view.members(of: node, in: range), of: node, Int(parent.node), lift: parent.lift, in: view)
      return
    }
    if node.hasTerminal == 1, range.contains(node.labelLow) {
      offer(node.labelLow, Double(view.weight(of: node.labelLow)) * parent.lift)
    }
    pushPlain(
      children(of: node, view, in: range), of: parent, node, in: view, range: range)
  }

  /// Whether all labels below `node` are in `range`.
  @inline(__always)
  private static func isWhole(_ node: NodeRecord, in range: Range<UInt32>) -> Bool {
    range.lowerBound <= node.labelLow && node.labelHigh <= range.upperBound
  }

  /// Opens the plain ones among `children` of the node `parent`.
  private mutating func pushPlain(
    _ children: Range<Int>, of parent: Open, _ node: NodeRecord, in view: IndexView,
    range: Range<UInt32>
  ) {
    let isWhole = Self.isWhole(node, in: range)
    let ranks = summaries.ranks(of: Int(parent.node), count: node.childCount)
    if isWhole, findsAll, children.count / 2 > top.limit { raiseFloor(ranks, parent.lift, node) }
    if Self.isNarrow(children, of: node.childCount) {
      for c in children where isPlain(c, of: node) {
        pushPlain(c, of: parent, isWhole: isWhole, in: view, range: range)
      }
      return
    }
    for rank in ranks {
      let c = Int(node.firstChild) &+ summaries.place(rank)
      if !children.contains(c) || !isPlain(c, of: node) { continue }
      // The others are no heavier.
      if !pushPlain(c, of: parent, isWhole: isWhole, in: view, range: range) { return }
    }
  }

  /// Opens the plain child `c` of `parent` if it has labels in `range`; false if it is too light.
  /// `isWhole` says that all labels below the parent are in the range.
  @inline(__always)
  @discardableResult
  private mutating func pushPlain(
    _ c: Int, of parent: Open, isWhole: Bool, in view: IndexView, range: Range<UInt32>
  ) -> Bool {
    let bound = summaries[c].greatest * parent.lift
    if isHopeless(bound) { return false }
    if !isWhole, !Self.isWhole(view.nodes[c], in: range),
      view.members(of: view.nodes[c], in: range).isEmpty
    {
      return true
    }
    push(
      Open(
        score: bound, lift: parent.lift, node: UInt32(c), level: parent.level + 1, known: .none))
    return true
  }

  /// Whether so few of `count` places are left that they are read in their own order.
  @inline(__always)
  private static func isNarrow(_ places: Range<Int>, of count: UInt32) -> Bool {
    places.count &* 4 < Int(count)
  }

  /// Whether child `c` of the node that is being read has no score.
  @inline(__always)
  private func isPlain(_ c: Int, of node: NodeRecord) -> Bool {
    childKnown[c &- Int(node.firstChild) &+ Int(node.hasTerminal)].isEmpty
  }

  /// Raises the floor to the least of the `top.limit` greatest bounds of plain children, which
  /// `ranks` has, all of them whole: each bound is the score of a label.
  private mutating func raiseFloor(_ ranks: Range<Int>, _ lift: Double, _ node: NodeRecord) {
    var left = top.limit
    for rank in ranks {
      let c = Int(node.firstChild) &+ summaries.place(rank)
      if !isPlain(c, of: node) { continue }
      let bound = summaries[c].greatest * lift
      if bound <= floor { return }
      left -= 1
      if left == 0 {
        floor = bound
        return
      }
    }
  }

  /// Expands a leaf that has features of the request.
  private mutating func expandLeaf(
    _ parent: Open, _ node: NodeRecord, in view: IndexView, range: Range<UInt32>,
    features x: borrowing SparseVector
  ) {
    let positions = view.members(of: node, in: range)
    if positions.count == 1 {
      let position = positions.lowerBound
      let weight = view.weight(at: position, of: node)
      offer(view.member(position, of: node), Double(weight) * parent.lift)
      return
    }
    if !score(node, in: view, known: parent.known, features: x) {
      expandPlain(parent, node, in: view, range: range)
      return
    }
    // A label without a score counts with its weight; sums of whole numbers are exact.
    let mass = Double(view.mass(of: node, at: positions))
    var total = mass
    childMass.removeAll(keepingCapacity: true)
    for position in scored {
      let weight =
        positions.contains(position) ? Double(view.weight(at: position, of: node)) : 0
      childMass.append(weight)
      total -= weight
    }
    for (weight, position) in zip(childMass, scored) where weight > 0 {
      childScore[position] = Self.odds(childScore[position])
      total += weight * childScore[position]
    }
    let lift = parent.lift * (mass / total)
    for (weight, position) in zip(childMass, scored) where positions.contains(position) {
      let score = weight * (lift * childScore[position])
      if score >= top.bound { offer(view.member(position, of: node), score) }
    }
    offerPlain(positions, of: node, Int(parent.node), lift: lift, in: view)
    clear()
  }

  /// Offers those labels at `positions` of a leaf, which is node `number`, that have no score. They
  /// score weight x lift, so the heaviest come first, up to one that is too light.
  @inline(__always)
  private mutating func offerPlain(
    _ positions: Range<Int>, of node: NodeRecord, _ number: Int, lift: Double, in view: IndexView
  ) {
    // Where the heaviest label does not reach the bound, none does.
    if summaries[number].greatest * lift < top.bound { return }
    if Self.isNarrow(positions, of: node.memberCount) {
      for position in positions where childKnown[position].isEmpty {
        offerMember(position, of: node, lift: lift, in: view)
      }
      return
    }
    for rank in summaries.ranks(of: number, count: node.memberCount) {
      let position = summaries.place(rank)
      if !positions.contains(position) || !childKnown[position].isEmpty { continue }
      let score = Double(view.weight(at: position, of: node)) * lift
      if score < top.bound { return }
      offer(view.member(position, of: node), score)
    }
  }

  /// Offers the label at `position` of a leaf, which scores weight x lift.
  @inline(__always)
  private mutating func offerMember(
    _ position: Int, of node: NodeRecord, lift: Double, in view: IndexView
  ) {
    let score = Double(view.weight(at: position, of: node)) * lift
    if score >= top.bound { offer(view.member(position, of: node), score) }
  }

  /// The child nodes of `node` that may hold labels of `range`.
  ///
  /// The children of a trie node stand in the order of their labels, so binary search finds the
  /// first and the last of them. Clusters lie across each other, so all are returned.
  @inline(__always)
  private func children(
    of node: NodeRecord, _ view: IndexView, in range: Range<UInt32>
  ) -> Range<Int> {
    let first = Int(node.firstChild)
    let all = first..<first + Int(node.childCount)
    if !view.isTrie(node) || Self.isWhole(node, in: range) { return all }
    let low = all.partitioningIndex { view.nodes[$0].labelHigh > range.lowerBound }
    return
      low..<(low..<all.upperBound).partitioningIndex {
        view.nodes[$0].labelLow >= range.upperBound
      }
  }

  /// Expands an inner node that has features of the request.
  private mutating func expandInner(
    _ parent: Open, _ node: NodeRecord, in view: IndexView, range: Range<UInt32>,
    features x: borrowing SparseVector
  ) {
    let terminal = node.hasTerminal == 1 && range.contains(node.labelLow)
    let children = children(of: node, view, in: range)
    if !terminal, children.count == 1 {
      push(
        Open(
          score: parent.score, lift: parent.lift, node: UInt32(children.lowerBound),
          level: parent.level + 1, known: parent.known))
      return
    }
    if !score(node, in: view, known: parent.known, features: x) {
      expandPlain(parent, node, in: view, range: range)
      return
    }
    // Child 0 of the chunk is the terminal label, if the node has one.
    let shift = Int(node.hasTerminal) - Int(node.firstChild)
    let isWhole = Self.isWhole(node, in: range)
    let whole =
      isWhole
      ? summaries[Int(parent.node)].mass
      : Double(view.mass(of: node, at: view.members(of: node, in: range)))
    // A child without a score counts with its mass; sums of whole numbers are exact.
    var total = whole
    childMass.removeAll(keepingCapacity: true)
    for i in scored {
      var mass = 0.0
      if i < Int(node.hasTerminal) {
        if terminal { mass = Double(view.weight(of: node.labelLow)) }
      } else if children.contains(i - shift) {
        let child = i - shift
        mass =
          isWhole
          ? summaries[child].mass
          : Double(
            view.mass(of: view.nodes[child], at: view.members(of: view.nodes[child], in: range)))
      }
      childMass.append(mass)
      total -= mass
    }
    for (mass, i) in zip(childMass, scored) where mass > 0 {
      childScore[i] = Self.odds(childScore[i])
      total += mass * childScore[i]
    }
    var parent = parent
    parent.lift *= whole / total
    // The plain children come first: they may raise the floor for the rest.
    pushPlain(children, of: parent, node, in: view, range: range)
    for (mass, i) in zip(childMass, scored) where mass > 0 {
      let lift = parent.lift * childScore[i]
      let score = mass * lift
      if i < Int(node.hasTerminal) {
        offer(node.labelLow, score)
      } else if !isHopeless(score) {
        push(
          Open(
            score: score, lift: lift, node: UInt32(i - shift), level: parent.level + 1,
            known: childKnown[i]))
      }
    }
    if terminal, childKnown[0].isEmpty {
      offer(node.labelLow, Double(view.weight(of: node.labelLow)) * parent.lift)
    }
    clear()
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
