// The rows of the edit distance's table: a node's row follows from its parent's, all nine cells at
// once.
//
// What a letter of a label costs against each typed letter is computed when the search meets that
// letter for the first time, for all rows at once (`costs`).
//
// Invariant: a cell is the least cost of its beginnings if that is within the budget, else
// `TypoRow.never`.
// Cost: a dozen operations on words per row; per letter that is met, one step per typed letter.

import QACText

extension TypoSearch {
  /// The number of letters for which costs are remembered at a time.
  static let rememberedLetters = 128

  /// Prepares what rows need to know of the typed letters.
  mutating func prepareRows() {
    rowCount = letters.count + TypoRow.radius + 2
    let size = rowCount * (Self.rememberedLetters + 1)
    if costs.count < size { costs = [TypoRow](repeating: .none, count: size) }
    for slot in known.indices { known[slot] = UInt32.max }
    let letters = letters
    fillCosts(from: extras) { i in letters[i - 1].extra }
  }

  /// Index in `costs` of the first row of extra-letter costs.
  @inline(__always)
  private var extras: Int { Self.rememberedLetters &* rowCount }

  /// Index in `costs` of the first row of what it costs if `letter` stands for a typed letter. For
  /// the same letter that is 0.
  @inline(__always)
  private mutating func replacements(by letter: UInt32) -> Int {
    let slot = Int(letter) & (Self.rememberedLetters - 1)
    if known[slot] != letter { remember(letter, at: slot) }
    return slot &* rowCount
  }

  private mutating func remember(_ letter: UInt32, at slot: Int) {
    known[slot] = letter
    let base = BaseLetters.base(of: letter, in: bases)
    let bit = KeyNeighbours.bit(base)
    let letters = letters
    let first = slot * rowCount
    fillCosts(from: first) { i in
      Self.replacing(
        letters[i - 1], by: letter, base: base, bit: bit, isLast: i == letters.count)
    }
    // An error at the first letter of a label stands at the beginning.
    for k in TypoRow.radius + 1..<TypoRow.width where costs[first + 1][k] > 0 {
      costs[first + 1][k] = min(costs[first + 1][k] + TypoCosts.beginning, TypoRow.never)
    }
  }

  /// Fills the block from `first` on, except row 0, with what `cost` says of each typed letter i
  /// around the row. Errors at the first typed letter cost more.
  @inline(__always)
  private mutating func fillCosts(from first: Int, _ cost: (_ i: Int) -> UInt8) {
    var row = TypoRow.none
    for i in 1..<rowCount + TypoRow.radius {
      var error = i <= letters.count ? cost(i) : TypoRow.never
      if i == 1, error > 0 { error += TypoCosts.beginning }
      row = row.movedDown(filling: min(error, TypoRow.never))
      // Row j ends with the letter j + radius.
      if i > TypoRow.radius { costs[first + i - TypoRow.radius] = row }
    }
  }

  /// What it costs if `letter` stands for `typed`, away from the beginning. `base` and `bit` are
  /// those of `letter`.
  @inline(__always)
  private static func replacing(
    _ typed: Letter, by letter: UInt32, base: UInt32, bit: UInt32, isLast: Bool
  ) -> UInt8 {
    if typed.scalar == letter { return 0 }
    if typed.base == base { return TypoCosts.accent }
    if typed.neighbours & bit != 0 { return TypoCosts.neighbour + (isLast ? TypoCosts.ending : 0) }
    return isLast ? TypoRow.never : TypoCosts.substitution
  }

  /// The node of all labels, with the row of the empty text.
  func root(_ labelCount: Int) -> Node {
    var node = Node(low: 0, high: UInt32(labelCount), list: trie.rootList)
    node.row[TypoRow.radius] = 0
    var cost: UInt8 = 0
    for i in 1...TypoRow.radius where i <= letters.count {
      cost = min(TypoRow.never, cost + letters[i - 1].extra + TypoCosts.beginning)
      node.row[TypoRow.radius + i] = cost <= budget ? cost : TypoRow.never
    }
    return node
  }

  /// The child of `parent` by the scalar `letter` of `bytes` bytes, with its row and path; its
  /// range is the parent's.
  mutating func child(of parent: Node, by letter: UInt32, bytes: Int) -> Node {
    var node = parent
    node.above = parent.row
    node.bytes += Int32(bytes)
    node.depth += 1
    node.last = letter
    let j = Int(node.depth)
    let here = replacements(by: letter)
    // Cell k of this row is the typed letter i = j + k - radius. In the row above, that letter is
    // cell k + 1, and the letter before it cell k.
    let missing = TypoCosts.shift(letter, after: j == 1 ? UInt32.max : parent.last)
    var added = parent.row.movedDown() + TypoRow(repeating: missing)
    if j == 1 {
      added = added + TypoRow(repeating: TypoCosts.beginning)
    } else if j <= TypoRow.radius {
      added[TypoRow.radius - j] += TypoCosts.beginning
    }
    var row = TypoRow.least(added, parent.row + costs[here + j])
    if j > 1, letter != parent.last {
      let before = replacements(by: parent.last)
      let reversed = costs[before + j].places(within: 0)
        .intersection(costs[here + j - 1].places(within: 0))
      if !reversed.isEmpty {
        row = least(row, parent: parent, depth: j, reversed: reversed)
      }
    }
    row = row.within(budget)
    // One letter too many, and another one, as long as that costs less.
    while true {
      let less = TypoRow.least(row, row.movedUp() + costs[extras + j])
      if less == row { break }
      row = less
    }
    node.row = row.within(budget)
    let all = letters.count - j + TypoRow.radius
    if all >= 0, all < TypoRow.width, node.row[all] < node.path {
      node.path = node.row[all]
      node.aligned = node.bytes
    }
    return node
  }

  /// The lesser of `row`, that of `depth`, and what it costs if two letters at `reversed` are in
  /// the wrong order.
  private func least(
    _ row: TypoRow, parent: Node, depth: Int, reversed: TypoRow.Places
  ) -> TypoRow {
    var cost = parent.above + TypoRow(repeating: TypoCosts.transposition)
    let second = 2 - depth + TypoRow.radius
    if depth == 2 {
      cost = cost + TypoRow(repeating: TypoCosts.beginning)
    } else if second >= 0 {
      cost[second] += TypoCosts.beginning
    }
    return TypoRow.least(row, cost.only(reversed))
  }

  /// The least cost below `node` of a label whose cost is not that of `node`'s own beginnings.
  mutating func bound(_ node: Node) -> UInt8 {
    var bound = TypoRow.never
    // D[all] is in the path already; one more letter only adds to it.
    let all = letters.count - Int(node.depth) + TypoRow.radius
    for k in node.row.places(within: budget).before(max(0, all)) {
      bound = min(bound, node.row[k])
    }
    forEachReversed(node) { _, cost in bound = min(bound, cost) }
    return bound
  }

  /// Calls `body` with each typed letter that, next in the label, would make two letters in the
  /// wrong order, and the cost up to there.
  @inline(__always)
  mutating func forEachReversed(_ node: Node, _ body: (UInt32, UInt8) -> Void) {
    if node.depth == 0 || budget < TypoCosts.transposition { return }
    let j = Int(node.depth)
    let affordable = node.above.places(within: budget - TypoCosts.transposition)
    let last = replacements(by: node.last)
    // Behind such a cell of `above`, `last` is the second typed letter. If the first one comes now,
    // the two are in the wrong order.
    for k in affordable.intersection(costs[last + j + 1].places(within: 0)) {
      body(letters[j - 1 + k - TypoRow.radius].scalar, node.above[k] + TypoCosts.transposition)
    }
  }
}
