// The rows of the edit distance's table: a node's row follows from its parent's, all nine cells at once.
//
// What the letter that leads to a node costs against each typed letter is worked out once a search, when it is first
// met, for all rows (`replacements`).

extension TypoSearch {
  /// Letters whose costs are remembered at a time.
  static let rememberedLetters = 128

  /// Sets up what rows need of the typed letters.
  mutating func prepareRows() {
    rowCount = letters.count + TypoRow.radius + 2
    if replacements.count < rowCount * Self.rememberedLetters {
      replacements = [TypoRow](repeating: .none, count: rowCount * Self.rememberedLetters)
    }
    for slot in known.indices { known[slot] = UInt32.max }
    extras.removeAll(keepingCapacity: true)
    extras.append(.none)
    var band = TypoRow.none
    for i in 1..<rowCount + TypoRow.radius {
      var cost = TypoRow.never
      if i <= letters.count {
        cost = min(letters[i - 1].extra + (i == 1 ? TypoCosts.beginning : 0), TypoRow.never)
      }
      band = band.movedDown(filling: cost)
      // Row j ends with the letter j + radius.
      if i > TypoRow.radius { extras.append(band) }
    }
  }

  /// Where in `replacements` the rows begin of what it costs that `letter` stands for a typed letter: 0 where
  /// that is the letter.
  @inline(__always)
  private mutating func replacements(by letter: UInt32) -> Int {
    let slot = Int(letter) & (Self.rememberedLetters - 1)
    if known[slot] != letter { remember(letter, at: slot) }
    return slot &* rowCount
  }

  private mutating func remember(_ letter: UInt32, at slot: Int) {
    known[slot] = letter
    let first = slot * rowCount
    let folded = LetterFolding.fold(letter, in: foldings)
    let bit = KeyNeighbours.bit(folded)
    var band = TypoRow.none
    for i in 1..<rowCount + TypoRow.radius {
      var cost = TypoRow.never
      if i <= letters.count {
        cost = replacing(letters[i - 1], by: letter, folded, bit, isLast: i == letters.count)
        if i == 1, cost > 0 { cost = min(cost + TypoCosts.beginning, TypoRow.never) }
      }
      band = band.movedDown(filling: cost)
      if i > TypoRow.radius { replacements[first + i - TypoRow.radius] = band }
    }
    // Nothing stands before the first letter of a label.
    var row = replacements[first + 1]
    for k in TypoRow.radius + 1..<TypoRow.width where row[k] > 0 {
      row[k] = min(row[k] + TypoCosts.beginning, TypoRow.never)
    }
    replacements[first + 1] = row
  }

  /// What it costs that `letter` stands for `typed`, away from the beginning.
  @inline(__always)
  private func replacing(
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
    var row = TypoRow.least(added, parent.row + replacements[here + j])
    if j > 1, letter != parent.last {
      let before = replacements(by: parent.last)
      let reversed = replacements[before + j].places(within: 0)
        .intersection(replacements[here + j - 1].places(within: 0))
      if !reversed.isEmpty { row = least(row, parent, j, reversed) }
    }
    row = row.within(budget)
    // A letter too many, and another, for as long as that is less.
    while true {
      let less = TypoRow.least(row, row.movedUp() + extras[j])
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
    for k in affordable.intersection(replacements[last + j + 1].places(within: 0)) {
      body(letters[j - 1 + k - TypoRow.radius].scalar, node.above[k] + TypoCosts.transposition)
    }
  }
}
