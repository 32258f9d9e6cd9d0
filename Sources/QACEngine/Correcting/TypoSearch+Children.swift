// The implicit trie: children of a range of labels by their next scalar.

import QACBinary
import QACIndex

/// The scalar at a place of a text: its bytes as one number, in the order of the bytes.
struct ScalarKey: Equatable {
  /// The bytes, first in the highest place; unused places are zero.
  var key: UInt32
  /// The number of bytes.
  var count: Int

  /// Reads the scalar at `at`, within `text`; of malformed UTF-8 at least a byte.
  @inline(__always)
  init(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) {
    let first = text[at]
    var wanted = 1
    if first >= 0xC0 { wanted = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4 }
    count = min(wanted, text.count - at)
    key = UInt32(first) << 24
    for i in 1..<max(1, count) { key |= UInt32(text[at + i]) << UInt32(24 - 8 * i) }
  }

  /// The key of an ASCII character.
  @inline(__always)
  init(ascii byte: UInt8) { (key, count) = (UInt32(byte) << 24, 1) }

  /// The Unicode scalar's value; for malformed bytes some number of their own.
  @inline(__always)
  var scalar: UInt32 {
    let (a, b) = (key >> 24, key >> 16 & 0x3F)
    let (c, d) = (key >> 8 & 0x3F, key & 0x3F)
    switch count {
    case 1: return a < 0x80 ? a : 0x11_0000 | a
    case 2: return (a & 0x1F) << 6 | b
    case 3: return (a & 0x0F) << 12 | b << 6 | c
    default: return (a & 0x07) << 18 | b << 12 | c << 6 | d
    }
  }

  /// The key and number of bytes of `scalar` in UTF-8.
  @inline(__always)
  init(_ scalar: UInt32) {
    let tail = 0x80 | scalar & 0x3F
    switch scalar {
    case ..<0x80: (key, count) = (scalar << 24, 1)
    case ..<0x800: (key, count) = ((0xC0 | scalar >> 6) << 24 | tail << 16, 2)
    case ..<0x1_0000:
      key = (0xE0 | scalar >> 12) << 24 | (0x80 | scalar >> 6 & 0x3F) << 16 | tail << 8
      count = 3
    case ..<0x11_0000:
      key = (0xF0 | scalar >> 18) << 24 | (0x80 | scalar >> 12 & 0x3F) << 16
      key |= (0x80 | scalar >> 6 & 0x3F) << 8 | tail
      count = 4
    default: (key, count) = (scalar << 24, 1)
    }
  }
}

/// First bytes of scalars in UTF-8: characters of ASCII, and what others begin with.
struct FirstBytes {
  private var ascii: (low: UInt64, high: UInt64) = (0, 0)
  /// From 0xC0 on.
  private var leads: UInt64 = 0

  @inline(__always)
  mutating func insert(_ scalar: UInt32) {
    if scalar < 0x40 {
      ascii.low |= 1 &<< UInt64(scalar)
    } else if scalar < 0x80 {
      ascii.high |= 1 &<< UInt64(scalar & 0x3F)
    } else {
      leads |= LetterFolding.lead(scalar)
    }
  }

  /// Inserts the letters a to z whose bits `letters` has, and their capitals.
  @inline(__always)
  mutating func insert(letters: UInt32) {
    ascii.high |= UInt64(letters) &<< 33 | UInt64(letters) &<< 1
  }

  /// Inserts what scalars begin with of which `leads` has the bits.
  @inline(__always)
  mutating func insert(leads: UInt64) { self.leads |= leads }

  /// All of them.
  @inline(__always)
  static var all: FirstBytes {
    FirstBytes(ascii: (UInt64.max, UInt64.max), leads: UInt64.max)
  }

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    let bit = UInt64(byte & 0x3F)
    if byte < 0x80 { return (byte < 0x40 ? ascii.low : ascii.high) &>> bit & 1 != 0 }
    // What is no UTF-8 is looked at more closely.
    return byte < 0xC0 || leads &>> bit & 1 != 0
  }

  /// Whether nothing from `byte` on is in.
  @inline(__always)
  func ends(before byte: UInt8) -> Bool {
    byte >= 0xC0 && leads &>> UInt64(byte & 0x3F) == 0
  }
}

extension TypoSearch {
  /// Opens the children of `node` that were typed or cost less than a letter, and `node` again for
  /// the others; where `isLate`, these.
  mutating func expand(_ node: Node, _ view: IndexView) {
    var node = node
    let text = view.text(of: node.low)
    // What leads to the first child: behind a label that ends here, the next one says it.
    var first: UInt8?
    if text.count > Int(node.bytes) {
      first = text[Int(node.bytes)]
    } else {
      accept(node, node.low..<node.low + 1)
      node.low += 1
    }
    if node.high - node.low <= Self.fewLabels || node.bytes >= LabelTrie.deepest {
      for label in node.low..<node.high { settle(label, node, view) }
      return
    }
    let isWhole = node.path <= ceiling
    let (near, far) = near(node, within: budget)
    var children = trie.children(of: node.low..<node.high, below: node.bytes, first: first)
    if node.isLate {
      // Labels that go on in no other way cost what the node's beginnings do: neighbours are one range.
      var run = node.low..<node.low
      repeat {
        let labels = children.labels
        let key = key(children.first, labels.lowerBound, node, view)
        let isNear = isNear(key, node, near)
        if !isNear, far > ceiling {
          run = run.lowerBound..<labels.upperBound
          continue
        }
        accept(node, run)
        run = labels.upperBound..<labels.upperBound
        if !isNear, !enter(key, labels, node) { return }
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
      let key = key(children.first, children.labels.lowerBound, node, view)
      if isNear(key, node, within), !enter(key, children.labels, node) { return }
    } while children.next()
    if isWhole || far <= ceiling {
      node.isLate = true
      open[Int(min(far, node.path))].append(node)
    }
  }

  @inline(__always)
  private func key(
    _ first: UInt8, _ label: UInt32, _ node: Node, _ view: IndexView
  ) -> ScalarKey {
    first < 0x80
      ? ScalarKey(ascii: first) : ScalarKey(view.text(of: label), Int(node.bytes))
  }

  /// Enters the child of `parent` by `key`; false where the allowance ends.
  @inline(__always)
  private mutating func enter(_ key: ScalarKey, _ labels: Range<UInt32>, _ parent: Node) -> Bool {
    guard visit() else { return false }
    var child = child(of: parent, by: key.scalar, bytes: key.count)
    child.low = labels.lowerBound
    child.high = labels.upperBound
    child.isLate = false
    let bound = bound(child)
    if bound >= child.path {
      accept(child, labels)
    } else if bound <= ceiling {
      open[Int(bound)].append(child)
    }
    return true
  }

  /// Whether the scalar of `key` leads from `node` on other than by a letter dropped, added or replaced at
  /// will: `near` are the first bytes of those that do.
  @inline(__always)
  private mutating func isNear(_ key: ScalarKey, _ node: Node, _ near: FirstBytes) -> Bool {
    let first = UInt8(truncatingIfNeeded: key.key >> 24)
    if first < 0x80 || !near.contains(first) { return near.contains(first) }
    let scalar = key.scalar
    if scalar == node.last || LetterFolding.isMark(scalar) { return true }
    let folded = LetterFolding.fold(scalar, in: foldings)
    let shift = Int(node.depth) - TypoRow.radius
    for k in node.row.places(within: budget).before(max(0, letters.count - shift))
    where letters[k + shift].folded == folded {
      return true
    }
    var isReversed = false
    forEachReversed(node) { other, _ in isReversed = isReversed || other == scalar }
    return isReversed
  }

  /// The first bytes of scalars that lead from `node` to a cost of at most `most` other than by a letter
  /// dropped, added or replaced at will; and what those that are cost at the least.
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
          near.insert(letter.folded)
          near.insert(letters: KeyNeighbours.bit(letter.folded))
          near.insert(leads: letter.leads)
        }
        if cost + TypoCosts.neighbour <= most { near.insert(letters: letter.neighbours) }
      }
    }
    forEachReversed(node) { scalar, _ in near.insert(scalar) }
    if least + TypoCosts.cheapestShift <= most {
      near.insert(node.last)
      near.insert(0x20)
      near.insert(leads: LetterFolding.markLeads)
    }
    return (near, least + TypoCosts.letter + (node.depth == 0 ? TypoCosts.beginning : 0))
  }

  /// The first bytes of scalars that lead from `node` to a cost that what was found allows, and maybe others.
  mutating func continuations(of node: Node) -> FirstBytes {
    let (near, far) = near(node, within: ceiling)
    return far > ceiling ? near : .all
  }

  /// Walks on from `node` along its label `label` for as long as that can still change the label's cost,
  /// and enters the label.
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

  /// Enters `labels`, whose cost is that of `node`'s beginnings.
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
