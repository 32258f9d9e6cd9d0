// The rows of the edit distance's table: one a node, a band around the diagonal.
//
// Row j holds D[i] for j - radius <= i <= j + radius: a cell further off needs more letters dropped or
// added than the budget pays for. Cells above the budget are `never`.

extension TypoSearch {
  /// The node of all labels, with the row of the empty text.
  func root(_ labelCount: Int) -> Node {
    var node = Node(low: 0, high: UInt32(labelCount))
    node.row[Self.radius] = 0
    var cost: UInt8 = 0
    for i in 1...Self.radius where i <= letters.count {
      cost = min(Self.never, cost + letters[i - 1].extra + TypoCosts.beginning)
      node.row[Self.radius + i] = cost <= budget ? cost : Self.never
    }
    return node
  }

  /// The child of `parent` by the scalar `letter` of `bytes` bytes, with its row and path; its range
  /// is the parent's.
  func child(of parent: Node, by letter: UInt32, bytes: Int) -> Node {
    let radius = Self.radius
    let j = Int(parent.depth) + 1
    let folded = LetterFolding.fold(letter, in: foldings)
    let bit = KeyNeighbours.bit(folded)
    let missing = TypoCosts.shift(letter, after: parent.depth == 0 ? UInt32.max : parent.last)
    var node = parent
    node.above = parent.row
    node.row = Row(repeating: Self.never)
    node.bytes += Int32(bytes)
    node.depth += 1
    node.last = letter
    node.stage = .typed
    let low = max(0, j - radius)
    let high = min(letters.count, j + radius)
    if low <= high {
      for i in low...high {
        let k = i - j + radius
        let atStart = j == 1 || i == 0
        var cost = Self.never
        if k + 1 <= 2 * radius {
          cost = parent.row[k + 1] + missing + (atStart ? TypoCosts.beginning : 0)
        }
        if i > 0 {
          let typed = letters[i - 1]
          let atFirst = j == 1 || i == 1
          let penalty = atFirst ? TypoCosts.beginning : 0
          if typed.scalar == letter {
            cost = min(cost, parent.row[k])
          } else if typed.folded == folded {
            cost = min(cost, parent.row[k] + TypoCosts.accent + penalty)
          } else if typed.neighbours & bit != 0 {
            cost = min(cost, parent.row[k] + TypoCosts.neighbour + penalty)
          } else {
            cost = min(cost, parent.row[k] + TypoCosts.substitution + penalty)
          }
          if k > 0 {
            let first = i == 1 ? TypoCosts.beginning : 0
            cost = min(cost, node.row[k - 1] + typed.extra + first)
          }
          if i > 1, j > 1, typed.scalar == parent.last, letters[i - 2].scalar == letter,
            letter != parent.last
          {
            let first = i == 2 || j == 2 ? TypoCosts.beginning : 0
            cost = min(cost, parent.above[k] + TypoCosts.transposition + first)
          }
        }
        node.row[k] = cost <= budget ? cost : Self.never
      }
    }
    let all = letters.count - j + radius
    if all >= 0, all <= 2 * radius, node.row[all] < node.path {
      node.path = node.row[all]
      node.aligned = node.bytes
    }
    return node
  }

  /// The least cost below `node` of a label whose cost is not that of `node`'s own beginnings.
  func bound(_ node: Node) -> UInt8 {
    let radius = Self.radius
    let j = Int(node.depth)
    var bound = Self.never
    // D[all] is in the path already; a letter more only adds to it.
    for k in 0...2 * radius {
      let i = j + k - radius
      if i >= 0, i < letters.count { bound = min(bound, node.row[k]) }
    }
    forEachReversed(node) { _, cost in bound = min(bound, cost) }
    return bound
  }

  /// Calls `body` with each typed letter that, next in the label, would make two letters in the wrong
  /// order, and the cost up to there.
  @inline(__always)
  func forEachReversed(_ node: Node, _ body: (UInt32, UInt8) -> Void) {
    let j = Int(node.depth)
    if j == 0 { return }
    for k in 0...2 * Self.radius {
      let i = j - 1 + k - Self.radius
      if i < 0 || i + 1 >= letters.count { continue }
      let cost = node.above[k] + TypoCosts.transposition
      if cost <= budget, letters[i + 1].scalar == node.last { body(letters[i].scalar, cost) }
    }
  }
}
