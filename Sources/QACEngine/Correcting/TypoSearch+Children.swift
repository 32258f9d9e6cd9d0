// The implicit trie of a typo search: the children of a range of labels, by their next scalar.
//
// Invariant: a label is accepted once, with its final cost; a node is opened again at most once.
// Cost: a step per child; a row per child that may lead on.

import QACIndex
import QACText

extension TypoSearch {
  /// Opens the children of `node`: first those that were typed or cost less than a letter, and
  /// `node` again for the others; then, if it `isLate`, the others.
  mutating func expand(_ node: Node, _ view: IndexView) {
    var node = node
    // If a label ends here, it is no child.
    if view.text(of: node.low).count == Int(node.bytes) {
      accept(node, node.low..<node.low + 1)
      node.low += 1
    }
    if node.high - node.low <= Self.fewLabels || node.bytes >= LabelTrie.deepest {
      for label in node.low..<node.high { settle(label, node, view) }
      return
    }
    let isWhole = node.path <= ceiling
    let (near, far) = near(node, within: budget)
    var children = trie.children(of: node.low..<node.high, below: node.bytes, list: node.list, view)
    if node.isLate {
      // The labels of a child that is not entered cost what the node's beginnings do; such children
      // next to each other are one range.
      var run = node.low..<node.low
      repeat {
        let labels = children.labels
        let key = children.key(view, Int(node.bytes))
        let isNear = isNear(key, node, near)
        if !isNear, far > ceiling {
          run = run.lowerBound..<labels.upperBound
          continue
        }
        accept(node, run)
        run = labels.upperBound..<labels.upperBound
        if !isNear, !enter(key, children, node) { return }
      } while children.next()
      accept(node, run)
      return
    }
    let within = isWhole ? near : self.near(node, within: ceiling).firsts
    repeat {
      if !within.contains(children.first) {
        if within.ends(before: children.first) { break }
        continue
      }
      let key = children.key(view, Int(node.bytes))
      if isNear(key, node, within), !enter(key, children, node) { return }
    } while children.next()
    if isWhole || far <= ceiling {
      node.isLate = true
      open[Int(min(far, node.path))].append(node)
    }
  }

  /// Enters the child of `parent` at hand, by `key`; false if the allowance is spent.
  @inline(__always)
  private mutating func enter(
    _ key: ScalarKey, _ children: LabelTrie.Children, _ parent: Node
  ) -> Bool {
    guard visit() else { return false }
    var child = child(of: parent, by: key.scalar, bytes: key.count)
    let labels = children.labels
    child.low = labels.lowerBound
    child.high = labels.upperBound
    child.list = children.list
    child.isLate = false
    let bound = bound(child)
    if bound >= child.path {
      accept(child, labels)
    } else if bound <= ceiling {
      open[Int(bound)].append(child)
    }
    return true
  }

  /// Whether the scalar of `key` may follow `node` by something cheaper than just any letter
  /// dropped, added or replaced. `near` has the first bytes of all scalars that may.
  @inline(__always)
  private mutating func isNear(_ key: ScalarKey, _ node: Node, _ near: FirstBytes) -> Bool {
    let first = UInt8(truncatingIfNeeded: key.key >> 24)
    if first < 0x80 || !near.contains(first) { return near.contains(first) }
    let scalar = key.scalar
    if scalar == node.last || BaseLetters.isMark(scalar) { return true }
    let base = BaseLetters.base(of: scalar, in: bases)
    // All that is left has the base of a typed letter.
    if !missing.mayHold(base) { return false }
    let shift = Int(node.depth) - TypoRow.radius
    for k in node.row.places(within: budget).before(max(0, letters.count - shift))
    where letters[k + shift].base == base {
      return true
    }
    var isReversed = false
    forEachReversed(node) { other, _ in isReversed = isReversed || other == scalar }
    return isReversed
  }

  /// The first bytes of scalars that lead from `node` to a cost of at most `most` by something
  /// cheaper than just any letter dropped, added or replaced; and the least cost of just any
  /// letter.
  @inline(__always)
  private mutating func near(_ node: Node, within most: UInt8) -> (firsts: FirstBytes, far: UInt8) {
    var near = FirstBytes()
    let shift = Int(node.depth) - TypoRow.radius
    var least = TypoRow.never
    for k in node.row.places(within: budget) {
      let cost = node.row[k]
      least = min(least, cost)
      if cost <= most, k + shift < letters.count {
        let letter = letters[k + shift]
        near.insert(letter.scalar)
        if cost + TypoCosts.accent <= most {
          near.insert(letter.base)
          near.insert(letters: KeyNeighbours.bit(letter.base))
          near.insert(leads: letter.leads)
        }
        if cost + TypoCosts.neighbour <= most { near.insert(letters: letter.neighbours) }
      }
    }
    forEachReversed(node) { scalar, _ in near.insert(scalar) }
    if least + TypoCosts.cheapestShift <= most {
      near.insert(node.last)
      near.insert(TypoCosts.spaceLetter)
      near.insert(leads: BaseLetters.markLeads)
    }
    return (near, least + TypoCosts.letter + (node.depth == 0 ? TypoCosts.beginning : 0))
  }

  /// The first bytes of scalars that lead from `node` to a cost within `ceiling`, and maybe others.
  mutating func continuations(of node: Node) -> FirstBytes {
    let (near, far) = near(node, within: ceiling)
    return far > ceiling ? near : .all
  }

  /// Walks on from `node` along its label `label` as long as that can still change the label's
  /// cost; then accepts the label.
  private mutating func settle(_ label: UInt32, _ node: Node, _ view: IndexView) {
    let text = view.text(of: label)
    var node = node
    var bound: UInt8 = 0
    repeat {
      guard visit() else { return }
      let key = ScalarKey(text, Int(node.bytes))
      node = child(of: node, by: key.scalar, bytes: key.count)
      bound = self.bound(node)
    } while bound < node.path && bound <= ceiling && Int(node.bytes) < text.count
    accept(node, label..<label + 1)
  }

  /// Accepts `labels` at the cost of `node`'s beginnings.
  @inline(__always)
  private mutating func accept(_ node: Node, _ labels: Range<UInt32>) {
    if node.path > ceiling || labels.isEmpty { return }
    var node = node
    node.low = labels.lowerBound
    node.high = labels.upperBound
    node.isFinal = true
    open[Int(node.path)].append(node)
  }
}
