// The rows of the edit distance's table: a node's row follows from its parent's, all nine cells at once.
//
// What the letter that leads to a node costs against each typed letter is worked out once a search, when it is first
// met, for all rows (`costs`).

extension TypoSearch {
  /// Letters whose costs are remembered at a time.
  static let rememberedLetters = 128

  /// Sets up what rows need of the typed letters.
  mutating func prepareRows() {
    rowCount = letters.count + TypoRow.radius + 2
    let size = rowCount * (Self.rememberedLetters + 1)
    if costs.count < size { costs = [TypoRow](repeating: .none, count: size) }
    for slot in known.indices { known[slot] = UInt32.max }
    let letters = letters
    fillCosts(from: extras) { i in letters[i - 1].extra }
  }

  /// Where in `costs` the rows begin of a typed letter's being one too many.
  @inline(__always)
  private var extras: Int { Self.rememberedLetters &* rowCount }

  /// Where in `costs` the rows begin of what it costs that `letter` stands for a typed letter: 0 where that is the letter.
  @inline(__always)
  private mutating func replacements(by letter: UInt32) -> Int {
    let slot = Int(letter) & (Self.rememberedLetters - 1)
    if known[slot] != letter { remember(letter, at: slot) }
    return slot &* rowCount
  }

  private mutating func remember(_ letter: UInt32, at slot: Int) {
    known[slot] = letter
    let folded = LetterFolding.fold(letter, in: foldings)
    let bit = KeyNeighbours.bit(folded)
    let letters = letters
    let first = slot * rowCount
    fillCosts(from: first) { i in
      Self.replacing(letters[i - 1], by: letter, folded, bit, isLast: i == letters.count)
    }
    // Nothing stands before the first letter of a label.
    for k in TypoRow.radius + 1..<TypoRow.width where costs[first + 1][k] > 0 {
      costs[first + 1][k] = min(costs[first + 1][k] + TypoCosts.beginning, TypoRow.never)
    }
  }

  /// Fills the rows from `first` on, but row 0, with what `cost` says of the typed letters i around each: those errors
  /// cost more that stand at the first letter.
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

  /// What it costs that `letter` stands for `typed`, away from the beginning.
  @inline(__always)
  private static func replacing(
    _ typed: Letter, by letter: UInt32, _ folded: UInt32, _ bit: UInt32, isLast: Bool
  ) -> UInt8 {
    if typed.scalar == letter { return 0 }
    if typed.folded == folded { return TypoCosts.accent }
    if typed.neighbours & bit != 0 { return TypoCosts.neighbour + (isLast ? TypoCosts.ending : 0) }
    return isLast ? TypoRow.never : TypoCosts.substitution
  }

  /// The node of all labels, with the row of the empty text.
  func root(_ labelCount: Int) -> Node {
    var node = Node(low: 0, high: UInt32(labelCount))
    node.row[TypoRow.radius] = 0
    var cost: UInt8 = 0
    for i in 1...TypoRow.radius where i <= letters.count {
      cost = min(TypoRow.never, cost + letters[i - 1].extra + TypoCosts.beginning)
      node.row[TypoRow.radius + i] = cost <= budget ? cost : TypoRow.never
    }
    return node
  }

  /// The child of `parent` by the scalar `letter` of `bytes` bytes, with its row and path; its range
  /// is the parent's.
  mutating func child(of parent: Node, by letter: UInt32, bytes: Int) -> Node {
    var node = parent
    node.above = parent.row
    node.bytes += Int32(bytes)
    node.depth += 1
    node.last = letter
    let j = Int(node.depth)
    let here = replacements(by: letter)
    // Cell k of this row is the letter i = j + k - radius; in other rows it is reached from k - 1 to k + 1.
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
      if !reversed.isEmpty { row = least(row, parent, j, reversed) }
    }
    row = row.within(budget)
    // A letter too many, and another, for as long as that is less.
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

  /// The lesser of `row`, the `j`-th, and what it costs that two letters at `reversed` are in the wrong order.
  private func least(
    _ row: TypoRow, _ parent: Node, _ j: Int, _ reversed: TypoRow.Places
  ) -> TypoRow {
    var cost = parent.above + TypoRow(repeating: TypoCosts.transposition)
    let second = 2 - j + TypoRow.radius
    if j == 2 {
      cost = cost + TypoRow(repeating: TypoCosts.beginning)
    } else if second >= 0 {
      cost[second] += TypoCosts.beginning
    }
    return TypoRow.least(row, cost.only(reversed))
  }

  /// The least cost below `node` of a label whose cost is not that of `node`'s own beginnings.
  mutating func bound(_ node: Node) -> UInt8 {
    var bound = TypoRow.never
    // D[all] is in the path already; a letter more only adds to it.
    let all = letters.count - Int(node.depth) + TypoRow.radius
    for k in node.row.places(within: budget).before(max(0, all)) {
      bound = min(bound, node.row[k])
    }
    forEachReversed(node) { _, cost in bound = min(bound, cost) }
    return bound
  }

  /// Calls `body` with each typed letter that, next in the label, would make two letters in the wrong
  /// order, and the cost up to there.
  @inline(__always)
  mutating func forEachReversed(_ node: Node, _ body: (UInt32, UInt8) -> Void) {
    if node.depth == 0 || budget < TypoCosts.transposition { return }
    let j = Int(node.depth)
    let affordable = node.above.places(within: budget - TypoCosts.transposition)
    let last = replacements(by: node.last)
    // The letter behind the one that the next row reaches from `above`.
    for k in affordable.intersection(costs[last + j + 1].places(within: 0)) {
      body(letters[j - 1 + k - TypoRow.radius].scalar, node.above[k] + TypoCosts.transposition)
    }
  }
}
