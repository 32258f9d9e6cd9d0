// The rows of the edit distance's table: a node's row follows from its parent's.

extension TypoSearch {
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
  func child(of parent: Node, by letter: UInt32, bytes: Int) -> Node {
    var node = parent
    node.above = parent.row
    node.row = TypoRow()
    node.bytes += Int32(bytes)
    node.depth += 1
    node.last = letter
    let j = Int(node.depth)
    let folded = LetterFolding.fold(letter, in: foldings)
    let bit = KeyNeighbours.bit(folded)
    let missing = TypoCosts.shift(letter, after: j == 1 ? UInt32.max : parent.last)
    // Cell k of this row is the letter i; cells of other rows reach it from k - 1 to k + 1.
    let shift = j - TypoRow.radius
    var k = max(-shift, 0, min(parent.row.first - 1, parent.above.first))
    let end = min(letters.count - shift, TypoRow.width - 1)
    let reached = max(parent.row.last, parent.above.last)
    var before = TypoRow.never
    while k <= end, k <= reached || before != TypoRow.never {
      let i = k + shift
      var cost = TypoRow.never
      if k + 1 < TypoRow.width {
        cost = parent.row[k + 1] + missing + (j == 1 || i == 0 ? TypoCosts.beginning : 0)
      }
      if i > 0 {
        let typed = letters[i - 1]
        if typed.scalar == letter {
          cost = min(cost, parent.row[k])
        } else {
          var replaced = TypoCosts.accent
          if typed.folded != folded {
            let isBeside = typed.neighbours & bit != 0
            let isLast = i == letters.count
            replaced =
              isBeside
              ? TypoCosts.neighbour + (isLast ? TypoCosts.ending : 0)
              : isLast ? TypoRow.never : TypoCosts.substitution
          }
          cost = min(
            cost, parent.row[k] + replaced + (j == 1 || i == 1 ? TypoCosts.beginning : 0))
        }
        cost = min(cost, before + typed.extra + (i == 1 ? TypoCosts.beginning : 0))
        if i > 1, j > 1, typed.scalar == parent.last, letters[i - 2].scalar == letter,
          letter != parent.last
        {
          let penalty = i == 2 || j == 2 ? TypoCosts.beginning : 0
          cost = min(cost, parent.above[k] + TypoCosts.transposition + penalty)
        }
      }
      before = cost <= budget ? cost : TypoRow.never
      node.row[k] = before
      k += 1
    }
    let all = letters.count - shift
    if all >= 0, all < TypoRow.width, node.row[all] < node.path {
      node.path = node.row[all]
      node.aligned = node.bytes
    }
    return node
  }

  /// The least cost below `node` of a label whose cost is not that of `node`'s own beginnings.
  func bound(_ node: Node) -> UInt8 {
    let shift = Int(node.depth) - TypoRow.radius
    var bound = TypoRow.never
    // D[all] is in the path already; a letter more only adds to it.
    let end = min(node.row.last, letters.count - 1 - shift)
    var k = node.row.first
    while k <= end {
      bound = min(bound, node.row[k])
      k += 1
    }
    forEachReversed(node) { _, cost in bound = min(bound, cost) }
    return bound
  }

  /// Calls `body` with each typed letter that, next in the label, would make two letters in the wrong
  /// order, and the cost up to there.
  @inline(__always)
  func forEachReversed(_ node: Node, _ body: (UInt32, UInt8) -> Void) {
    let shift = Int(node.depth) - 1 - TypoRow.radius
    let end = min(node.above.last, letters.count - 2 - shift)
    var k = node.above.first
    while k <= end {
      let cost = node.above[k] + TypoCosts.transposition
      if cost <= budget, letters[k + shift + 1].scalar == node.last {
        body(letters[k + shift].scalar, cost)
      }
      k += 1
    }
  }
}
