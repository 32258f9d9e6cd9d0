// Labels whose beginning is within a small weighted edit distance of the typed prefix.
//
// Labels are sorted, so they are a trie without being stored as one: a node is a range of labels that
// agree in their first bytes, and `LabelTrie` tells where its children begin. The walk
// carries one row of the edit distance's table a node: D[i] is the least cost of turning the first i
// typed scalars into the node's text. A label's cost is the least D[all] over its own beginnings
// (prefix edit distance), and stays what it is below a node where no other cell of the row is cheaper:
// there the whole range is accepted, and its most popular labels are read off the pyramid of maxima.
//
//     typed "hte"      ""  --h-->  "h"  --t-->  "ht"   no label
//                                   |---h e-->  "the" ...
//
// Nodes are taken in the order of the least cost that their labels can have, so the cheapest
// corrections come first and the search ends where `limit` are found. A node is expanded in two steps:
// first the children that match what was typed or but for an accent, a neighbouring key, a letter twice or
// a space; all others only once it is their turn, for they cost a letter dropped, added or replaced.
//
// Invariant: the result has the `limit` least labels by (cost, weight descending, label id) of all with
// 0 < cost <= budget that cost at most `TypoCosts.slack` more than the cheapest of them and are not
// blocked, unless `isComplete` is false; each label once.
// Cost: O(nodes x band), and for a node that is expanded a step a child; at most `nodeLimit` nodes.
// No allocation once the working memory has grown.
// Source: Ji, Li, Li, Feng, WWW 2009 ("Efficient interactive fuzzy keyword search", prefix edit
// distance on a trie); Ukkonen 1985 for the band. We differ: weighted errors, an implicit trie,
// best-first instead of key by key.

import QACIndex

/// A label and how it was reached.
struct TypoMatch: Equatable {
  /// The label.
  var label: UInt32
  /// The cost of the errors; 1 is one full error.
  var cost: Float
  /// The bytes of the label's text that stand for what was typed.
  var alignedBytes: Int32
}

/// Finds corrected labels; holds the working memory of one thread.
struct TypoSearch {
  /// Nodes whose rows are computed at the most, unless the caller says otherwise.
  ///
  /// Best-first, the corrections of real logs are found within some hundred; this bounds the others.
  static let nodeLimit = 512
  /// A node of no more labels is not divided: each of them is walked by itself, which takes less.
  static let fewLabels: UInt32 = 4
  /// Scalars of the longest prefix that is corrected.
  static let longestPrefix = 256

  struct Node {
    var low: UInt32
    var high: UInt32
    /// Bytes and scalars of the node's text.
    var bytes: Int32 = 0
    var depth: Int32 = 0
    /// The last scalar of the node's text.
    var last: UInt32 = 0
    /// Bytes of the beginning with the least D[all].
    var aligned: Int32 = 0
    /// The least D[all] of the node's beginnings.
    var path: UInt8 = TypoRow.never
    /// Whether all labels have their final cost, `path`.
    var isFinal = false
    /// Whether those children are open already that cost less than a letter.
    var isLate = false
    /// The node's row of the table.
    var row = TypoRow.none
    /// The row of the parent, for letters in the wrong order.
    var above = TypoRow.none
  }

  /// The typed scalars with what the rows need to know of them.
  struct Letter {
    var scalar: UInt32
    var folded: UInt32
    var neighbours: UInt32
    /// The first bytes of scalars beyond ASCII that are this letter but for accent and case.
    var leads: UInt64
    /// The cost of this letter's being one too many.
    var extra: UInt8
  }

  /// What is known of all texts that begin with one letter.
  private struct Beginning {
    /// The search that this belongs to, from 1.
    var search: UInt64 = 0
    var node = Node(low: 0, high: 0)
    var bound = TypoRow.never
    /// What may come next where the cost is not that of the letter alone.
    var next = FirstBytes()
  }

  /// The labels found by the last search, best first.
  private(set) var matches: [TypoMatch] = []
  /// Whether the last search ended before it ran out of nodes.
  private(set) var isComplete = true
  /// The weights of all labels that the last search accepted, found or beyond the limit.
  private(set) var mass: UInt64 = 0
  /// Nodes of the last search.
  private(set) var visited = 0

  var letters: [Letter] = []
  /// What errors may cost: cells above it are not kept.
  var budget: UInt8 = 0
  /// What they may still cost now that something is found, at most the budget.
  var ceiling: UInt8 = 0
  /// What errors at each typed letter cost, `rowCount` rows each: that a letter stands for it, by the last bits of that
  /// letter, and at last that it is one too many.
  var costs: [TypoRow] = []
  /// The letters that have rows there, by their last bits.
  var known = [UInt32](repeating: UInt32.max, count: TypoSearch.rememberedLetters)
  /// The rows that the typed letters have, and one more.
  var rowCount = 0
  let foldings = LetterFolding.table
  let masks = KeyNeighbours.masks
  let leads = LetterFolding.leads

  let trie: LabelTrie
  /// Open nodes by the least cost of their labels.
  var open: [[Node]]
  /// The root of the last search.
  private var top = Node(low: 0, high: 0)
  /// Searches so far, and what the last of them knows of texts by their first letter, if that is ASCII.
  private var searches: UInt64 = 0
  private var beginnings = [Beginning](repeating: Beginning(), count: 0x80)
  private var popular: PopularSearch
  private var weights: [UInt64] = []
  private var nodesLeft = 0
  private var blocks: BlockedLabels?

  /// Makes working memory for an index of `labelCount` labels, which are the leaves of `trie`.
  init(labelCount: Int, trie: LabelTrie) {
    popular = PopularSearch(labelCount: labelCount)
    self.trie = trie
    open = [[Node]](repeating: [], count: Int(TypoCosts.greatestBudget) + 1)
  }

  /// Finds the labels that `prefix` may have been meant to begin; those that it begins are not among
  /// them.
  ///
  /// - Parameters:
  ///   - view: A verified index.
  ///   - prefix: Normalised UTF-8.
  ///   - limit: How many labels at the most.
  ///   - greatestCost: What the errors may cost together, if that is less than the prefix's budget.
  ///   - nodeLimit: How many nodes at the most.
  ///   - blocks: Labels that are not to be found; nil for none.
  mutating func search(
    _ view: IndexView, prefix: UnsafeBufferPointer<UInt8>, limit: Int, greatestCost: Float = 2,
    nodeLimit: Int = TypoSearch.nodeLimit, blocks: BlockedLabels? = nil
  ) {
    reset()
    self.blocks = blocks
    defer { self.blocks = nil }
    nodesLeft = nodeLimit
    guard limit > 0, read(prefix) else { return }
    let most = max(0, min(Float(TypoCosts.greatestBudget), greatestCost * Float(TypoCosts.unit)))
    budget = min(budget, UInt8(most))
    ceiling = budget
    top = root(view.labelCount)
    searches += 1
    open[0].append(top)
    var settled = 0
    for cost in 0...Int(budget) where cost <= Int(ceiling) {
      while let node = open[cost].popLast() {
        if !node.isFinal {
          expand(node, view)
        } else if cost > 0 {
          collect(node, view, limit, settled)
        }
      }
      if settled == 0, !matches.isEmpty { ceiling = min(budget, UInt8(cost) + TypoCosts.slack) }
      settled = matches.count
      if settled >= limit { break }
    }
    visited = nodeLimit - nodesLeft
  }

  /// The cost of `text` for the prefix last searched for, and the bytes of it that stand for the prefix;
  /// nil where it begins with the prefix or costs more than what was found may.
  ///
  /// - Complexity: O(length of the prefix), less where the text differs early.
  mutating func distance(
    to text: UnsafeBufferPointer<UInt8>
  ) -> (cost: Float, alignedBytes: Int32)? {
    if budget == 0 || text.isEmpty { return nil }
    var node = top
    var bound: UInt8 = 0
    if text[0] < 0x80 {
      // Most texts begin with two letters that are too wrong already.
      let start = beginning(Int(text[0]))
      (node, bound) = (start.node, start.bound)
      if node.path > ceiling, bound > ceiling || text.count > 1 && !start.next.contains(text[1]) {
        return nil
      }
    }
    while bound < node.path, bound <= ceiling, Int(node.bytes) < text.count {
      let key = ScalarKey(text, Int(node.bytes))
      node = child(of: node, by: key.scalar, bytes: key.count)
      bound = self.bound(node)
    }
    if node.path == 0 || node.path > ceiling { return nil }
    return (Float(node.path) / Float(TypoCosts.unit), node.aligned)
  }

  /// The beginning of texts with the ASCII letter `first`.
  ///
  /// - Complexity: O(1) once it was asked for.
  @inline(__always)
  private mutating func beginning(_ first: Int) -> Beginning {
    if beginnings[first].search != searches {
      let node = child(of: top, by: UInt32(first), bytes: 1)
      beginnings[first] = Beginning(
        search: searches, node: node, bound: bound(node), next: continuations(of: node))
    }
    return beginnings[first]
  }

  /// Forgets the last search.
  mutating func reset() {
    matches.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    letters.removeAll(keepingCapacity: true)
    for i in open.indices { open[i].removeAll(keepingCapacity: true) }
    isComplete = true
    visited = 0
    mass = 0
    budget = 0
  }

  /// Overwrites what was typed last.
  mutating func wipe() {
    for i in letters.indices {
      letters[i].scalar = 0
      letters[i].folded = 0
    }
    letters.removeAll(keepingCapacity: true)
  }

  /// Reads the typed scalars and sets the budget; false where nothing is to be corrected.
  private mutating func read(_ prefix: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    var previous = UInt32.max
    while at < prefix.count {
      if letters.count == Self.longestPrefix { return false }
      let key = ScalarKey(prefix, at)
      let folded = LetterFolding.fold(key.scalar, in: foldings)
      letters.append(
        Letter(
          scalar: key.scalar, folded: folded, neighbours: KeyNeighbours.mask(folded, in: masks),
          leads: leads[LetterFolding.leadPlace(folded)],
          extra: TypoCosts.shift(key.scalar, after: previous)))
      previous = key.scalar
      at += key.count
    }
    let last = letters.count - 1
    if last >= 2, letters[last].scalar != letters[last - 1].scalar || previous == 0x20 {
      letters[last].extra = TypoRow.never
    }
    budget = TypoCosts.budget(scalars: letters.count)
    if budget == 0 { return false }
    prepareRows()
    return true
  }

  /// Takes a node from the allowance; false where there is none left.
  mutating func visit() -> Bool {
    if nodesLeft == 0 {
      isComplete = false
      return false
    }
    nodesLeft -= 1
    return true
  }

  /// Enters the best labels of an accepted node among those of its cost, which begin at `settled`.
  private mutating func collect(_ node: Node, _ view: IndexView, _ limit: Int, _ settled: Int) {
    mass += view.mass(of: node.low..<node.high)
    if node.high - node.low == 1 {
      if blocks?.contains(node.low) == true { return }
      offer(node.low, view.weight(of: node.low), node, limit, settled)
      return
    }
    popular.search(view, range: node.low..<node.high, limit: limit - settled, blocks: blocks)
    for found in popular.top.items {
      if !offer(found.label, view.weight(of: found.label), node, limit, settled) { return }
    }
  }

  /// Enters a label in the order of weight and id; false where it comes too late.
  @discardableResult
  private mutating func offer(
    _ label: UInt32, _ weight: UInt64, _ node: Node, _ limit: Int, _ settled: Int
  ) -> Bool {
    var place = matches.count
    while place > settled,
      weight > weights[place - 1]
        || (weight == weights[place - 1] && label < matches[place - 1].label)
    {
      place -= 1
    }
    if place >= limit { return false }
    if matches.count == limit {
      matches.removeLast()
      weights.removeLast()
    }
    matches.insert(
      TypoMatch(
        label: label, cost: Float(node.path) / Float(TypoCosts.unit), alignedBytes: node.aligned),
      at: place)
    weights.insert(weight, at: place)
    return true
  }
}
