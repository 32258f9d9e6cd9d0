// Labels whose beginning is within a small weighted edit distance of the typed prefix.
//
// Labels are sorted, so they are a trie without being stored as one: a node is a range of labels
// that agree in their first bytes, and `LabelTrie` tells where its children begin. The walk
// computes one row of the edit distance's table per node: D[i] is the least cost of turning the
// first i typed scalars into the node's text. A label's cost is the least D[all] over its own
// beginnings (prefix edit distance). Below a node where no other cell of the row is cheaper, that
// cost cannot change: there the whole range is accepted, and its most popular labels are read off
// the pyramid of maxima.
//
//     typed "hte"      ""  --h-->  "h"  --t-->  "ht"   no label
//                                   |---h e-->  "the" ...
//
// The search takes the node first whose labels can have the least cost, so the cheapest corrections
// come first, and it ends when `limit` are found. A node is expanded in two steps. First come the
// children that match what was typed, or differ from it by an accent, a neighbouring key, a doubled
// letter or a space. All other children cost a letter dropped, added or replaced, and wait until it
// is the turn of that cost.
//
// Invariant: of all labels with 0 < cost <= budget that cost at most `TypoCosts.slack` more than
// the cheapest of them and are not blocked, the result has the `limit` least by (cost, weight
// descending, label id). If `isComplete` is false, it may have others; it has no label twice.
// Cost: O(nodes x band), and one step per child of an expanded node; at most `nodeLimit` nodes. No
// allocation once the working memory has grown.
// Source: Ji, Li, Li, Feng, WWW 2009 ("Efficient interactive fuzzy keyword search", prefix edit
// distance on a trie); Ukkonen 1985 for the band. We differ: weighted errors, an implicit trie,
// best-first instead of key by key.

import QACIndex
import QACText

/// A label and how it was reached.
struct TypoMatch: Equatable {
  /// The label.
  var label: UInt32
  /// The cost of the errors; 1 is one full error.
  var cost: Float
  /// The bytes of the label's text that stand for what was typed.
  var alignedBytes: Int32
}

extension TypoMatch {
  /// Whether errors of this `cost` change too much of a text of `letters` scalars whose first one
  /// is right: more than one full error in fewer than eight letters.
  static func isFarFetched(_ cost: Float, letters: Int) -> Bool { letters < 8 && cost > 1 }
}

/// Finds corrected labels; holds the working memory of one thread.
struct TypoSearch {
  /// The most nodes for which a row is computed, unless the caller says otherwise.
  ///
  /// Best-first search finds the corrections of real logs within some hundred nodes; this bounds
  /// all others.
  static let nodeLimit = 512
  /// A node of at most so many labels is not divided: walking each label by itself takes less.
  static let fewLabels: UInt32 = 4
  /// Scalars of the longest prefix that is corrected.
  static let longestPrefix = 256

  /// A beginning that some labels share, and what it costs so far.
  struct Node {
    /// The labels: from `low` up to but not including `high`.
    var low: UInt32
    var high: UInt32
    /// The number of the list of its children (`LabelTrie`).
    var list = LabelTrie.noList
    /// Bytes and scalars of the node's text.
    var bytes: Int32 = 0
    var depth: Int32 = 0
    /// The last scalar of the node's text.
    var last: UInt32 = 0
    /// The bytes of the node's beginning that has the least D[all].
    var aligned: Int32 = 0
    /// The least D[all] over the node's beginnings.
    var path: UInt8 = TypoRow.never
    /// Whether all labels have their final cost, `path`.
    var isFinal = false
    /// Whether the children that cost less than a letter are open already.
    var isLate = false
    /// The node's row of the table.
    var row = TypoRow.none
    /// The row of the parent, for letters in the wrong order.
    var above = TypoRow.none
  }

  /// The typed scalars with what the rows need to know of them.
  struct Letter {
    var scalar: UInt32
    /// Without accent and case.
    var base: UInt32
    /// The letters on keys beside it, as `KeyNeighbours` has them.
    var neighbours: UInt32
    /// The first bytes of the scalars beyond ASCII that differ from this letter in accent and case
    /// alone.
    var leads: UInt64
    /// What it costs if this letter is one too many.
    var extra: UInt8
  }

  /// What is known of all texts that begin with one letter, or with two.
  private struct Beginning {
    /// The search that this belongs to, from 1.
    var search: UInt64 = 0
    /// The first letter, where there are two.
    var first: UInt8 = 0
    var node = Node(low: 0, high: 0)
    var bound = TypoRow.never
    /// The first bytes of scalars that may come next (`continuations`).
    var next = FirstBytes()
  }

  /// The labels found by the last search, best first.
  private(set) var matches: [TypoMatch] = []
  /// Whether the last search ended before it ran out of nodes.
  private(set) var isComplete = true
  /// The weights of all labels that the last search accepted, found or beyond the limit.
  private(set) var mass: UInt64 = 0
  /// The number of nodes of the last search.
  private(set) var visited = 0

  var letters: [Letter] = []
  /// What errors may cost together: cells above it are not kept.
  var budget: UInt8 = 0
  /// What errors may still cost now that something is found, at most the budget.
  var ceiling: UInt8 = 0
  /// What errors at each typed letter cost, in blocks of `rowCount` rows: a block for each
  /// remembered letter that may stand for a typed one, by the last bits of that letter; then a
  /// block for extra letters.
  var costs: [TypoRow] = []
  /// The letters that have a block there, by their last bits.
  var known = [UInt32](repeating: UInt32.max, count: TypoSearch.rememberedLetters)
  /// The rows of a block: those that the typed letters need, and one more.
  var rowCount = 0
  // Copies of the tables, so that reading one does not check first whether it was made.
  let bases = BaseLetters.table
  let masks = KeyNeighbours.masks
  let leads = BaseLetters.leads

  let trie: LabelTrie
  /// Open nodes by the least cost of their labels.
  var open: [[Node]]
  /// The root of the last search.
  private var top = Node(low: 0, high: 0)
  /// The number of searches so far, and what the last one knows of texts by their first letter, if
  /// that is ASCII.
  private var searches: UInt64 = 0
  private var beginnings = [Beginning](repeating: Beginning(), count: 0x80)
  /// The number of pairs of letters of which that is remembered.
  private static let rememberedPairs = 256
  /// The same of texts by their first two letters.
  private var pairs = [Beginning](repeating: Beginning(), count: TypoSearch.rememberedPairs)
  /// What the typed letters cost that a text does not have.
  private(set) var missing = MissingCosts()
  private var popular: PopularSearch
  /// The weights of `matches`.
  private var weights: [UInt64] = []
  private var nodesLeft = 0
  private var blocks: BlockedLabels?

  /// Makes working memory for an index of `labelCount` labels, which are the leaves of `trie`.
  init(labelCount: Int, trie: LabelTrie) {
    popular = PopularSearch(labelCount: labelCount)
    self.trie = trie
    open = [[Node]](repeating: [], count: Int(TypoCosts.greatestBudget) + 1)
  }

  /// Finds the labels of which `prefix` may be a mistyped beginning; labels that begin with it are
  /// not among them.
  ///
  /// - Parameters:
  ///   - view: A verified index.
  ///   - prefix: Normalised UTF-8.
  ///   - limit: The most labels.
  ///   - greatestCost: What the errors may cost together, in full errors; the prefix's budget also
  ///     holds.
  ///   - nodeLimit: The most nodes.
  ///   - blocks: Labels that are passed over; nil for none.
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
    if view.labelCount > 0 { open[0].append(top) }
    var settled = 0
    for cost in 0...Int(budget) where cost <= Int(ceiling) {
      while let node = open[cost].popLast() {
        if !node.isFinal {
          expand(node, view)
        } else if cost > 0 {
          collect(node, in: view, limit: limit, settled: settled)
        }
      }
      if settled == 0, !matches.isEmpty { ceiling = min(budget, UInt8(cost) + TypoCosts.slack) }
      settled = matches.count
      if settled >= limit { break }
    }
    visited = nodeLimit - nodesLeft
  }

  /// What `text` costs for the prefix last searched for, and how many of its bytes stand for the
  /// prefix; nil if it begins with the prefix, or costs more than a correction beside those found
  /// may.
  ///
  /// - Complexity: O(length of the prefix), less if the text differs early.
  mutating func distance(
    to text: UnsafeBufferPointer<UInt8>
  ) -> (cost: Float, alignedBytes: Int32)? {
    // The first letters of most texts cost too much already.
    if text.isEmpty || !mayFind(text[0], text.count > 1 ? text[1] : 0) { return nil }
    var node = top
    var bound: UInt8 = 0
    if text[0] < 0x80 {
      (node, bound) = (beginnings[Int(text[0])].node, beginnings[Int(text[0])].bound)
      if text.count > 2, text[1] < 0x80, bound < node.path, bound <= ceiling {
        let pair = learn(text[0], text[1])
        (node, bound) = (pairs[pair].node, pairs[pair].bound)
        if node.path > ceiling, bound > ceiling || !pairs[pair].next.contains(text[2]) {
          return nil
        }
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

  /// Whether `distance` may find a text of these letters: false only if it does not.
  @inline(__always)
  func mayFind(_ letters: LetterSet) -> Bool {
    budget > 0 && missing.mayBe(within: ceiling, letters)
  }

  /// Whether `distance` may find a text that begins with these two bytes; the second is 0 where it
  /// is not known, or there is none. False only if it does not.
  ///
  /// - Complexity: O(1) after the first call with `first` in a search.
  @inline(__always)
  mutating func mayFind(_ first: UInt8, _ second: UInt8) -> Bool {
    if budget == 0 { return false }
    if first >= 0x80 { return true }
    learn(Int(first))
    if beginnings[Int(first)].node.path <= ceiling { return true }
    return beginnings[Int(first)].bound <= ceiling
      && (second == 0 || beginnings[Int(first)].next.contains(second))
  }

  /// Finds out what is known of texts that begin with the ASCII letter `first`, once per search.
  @inline(__always)
  private mutating func learn(_ first: Int) {
    if beginnings[first].search == searches { return }
    let node = child(of: top, by: UInt32(first), bytes: 1)
    beginnings[first] = Beginning(
      search: searches, node: node, bound: bound(node), next: continuations(of: node))
  }

  /// Finds out what is known of texts that begin with two ASCII letters, the first of which may be
  /// found; returns its place in `pairs`.
  @inline(__always)
  private mutating func learn(_ first: UInt8, _ second: UInt8) -> Int {
    let place = (Int(first) << 5 ^ Int(second)) & (Self.rememberedPairs - 1)
    if pairs[place].search != searches || pairs[place].node.last != UInt32(second)
      || pairs[place].first != first
    {
      let node = child(
        of: beginnings[Int(first)].node, by: UInt32(second), bytes: 1)
      pairs[place] = Beginning(
        search: searches, first: first, node: node, bound: bound(node),
        next: continuations(of: node))
    }
    return place
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
      letters[i].base = 0
    }
    letters.removeAll(keepingCapacity: true)
  }

  /// Reads the typed scalars and sets the budget; false if there is nothing to correct.
  private mutating func read(_ prefix: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    var previous = UInt32.max
    while at < prefix.count {
      if letters.count == Self.longestPrefix { return false }
      let key = ScalarKey(prefix, at)
      let base = BaseLetters.base(of: key.scalar, in: bases)
      letters.append(
        Letter(
          scalar: key.scalar, base: base, neighbours: KeyNeighbours.mask(base, in: masks),
          leads: leads[BaseLetters.leadPlace(base)],
          extra: TypoCosts.shift(key.scalar, after: previous)))
      previous = key.scalar
      at += key.count
    }
    let last = letters.count - 1
    if last >= 2 {
      let isDoubled = letters[last].scalar == letters[last - 1].scalar
      if !isDoubled || previous == TypoCosts.spaceLetter { letters[last].extra = TypoRow.never }
    }
    missing.reset()
    for i in letters.indices { missing.add(letters[i], isFirst: i == 0, isLast: i == last) }
    budget = TypoCosts.budget(scalars: letters.count)
    if budget == 0 { return false }
    prepareRows()
    return true
  }

  /// Takes a node from the allowance; false if none is left.
  mutating func visit() -> Bool {
    if nodesLeft == 0 {
      isComplete = false
      return false
    }
    nodesLeft -= 1
    return true
  }

  /// Enters the best labels of an accepted node among the matches of its cost, which begin at
  /// `settled`.
  private mutating func collect(_ node: Node, in view: IndexView, limit: Int, settled: Int) {
    mass += view.mass(of: node.low..<node.high)
    if node.high - node.low == 1 {
      if blocks?.contains(node.low) == true { return }
      offer(
        node.low, weight: view.weight(of: node.low), of: node, limit: limit, settled: settled)
      return
    }
    popular.search(view, range: node.low..<node.high, limit: limit - settled, blocks: blocks)
    for found in popular.top.items {
      let isIn = offer(
        found.label, weight: view.weight(of: found.label), of: node, limit: limit,
        settled: settled)
      if !isIn { return }
    }
  }

  /// Enters a label in the order of weight and id; false if it comes behind the last place.
  @discardableResult
  private mutating func offer(
    _ label: UInt32, weight: UInt64, of node: Node, limit: Int, settled: Int
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
