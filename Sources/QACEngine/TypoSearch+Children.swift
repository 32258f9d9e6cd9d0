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

/// A few distinct scalars, in the order of their keys: those of ASCII as bits, the others as a list.
private struct ScalarSet {
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  /// Two rows of the band at the most, ascending.
  private var others = SIMD32<UInt32>()
  private var count = 0

  @inline(__always)
  mutating func insert(_ scalar: UInt32) {
    if scalar < 0x40 {
      low |= 1 << UInt64(scalar)
    } else if scalar < 0x80 {
      high |= 1 << UInt64(scalar & 0x3F)
    } else if !contains(scalar) {
      let key = ScalarKey(scalar).key
      var place = count
      while place > 0, ScalarKey(others[place - 1]).key > key {
        others[place] = others[place - 1]
        place -= 1
      }
      others[place] = scalar
      count += 1
    }
  }

  @inline(__always)
  func contains(_ scalar: UInt32) -> Bool {
    if scalar < 0x40 { return low >> UInt64(scalar) & 1 != 0 }
    if scalar < 0x80 { return high >> UInt64(scalar & 0x3F) & 1 != 0 }
    for i in 0..<count where others[i] == scalar { return true }
    return false
  }

  /// Calls `body` with each scalar, ascending, until it returns false.
  @inline(__always)
  func forEach(_ body: (UInt32) -> Bool) {
    var bits = low
    while bits != 0 {
      if !body(UInt32(bits.trailingZeroBitCount)) { return }
      bits &= bits - 1
    }
    bits = high
    while bits != 0 {
      if !body(0x40 + UInt32(bits.trailingZeroBitCount)) { return }
      bits &= bits - 1
    }
    for i in 0..<count where !body(others[i]) { return }
  }
}

extension TypoSearch {
  /// The scalar of `label` at byte `at`; all labels of an open node go on there.
  @inline(__always)
  private func key(_ view: IndexView, _ label: UInt32, _ at: Int32) -> ScalarKey {
    let start = Int(view.labelOffsets[Int(label)]) + Int(at)
    let first = view.labelText[start]
    if first < 0x80 { return ScalarKey(UInt32(first)) }
    return ScalarKey(
      UnsafeBufferPointer(
        rebasing: view.labelText[start..<Int(view.labelOffsets[Int(label) + 1])]), 0)
  }

  /// The first label of `low ..< high` whose next key is above `key`, by galloping from `low`.
  private func end(
    of key: UInt32, _ view: IndexView, _ low: UInt32, _ high: UInt32, _ at: Int32
  ) -> UInt32 {
    var low = low
    var step: UInt32 = 1
    while high - low > step, self.key(view, low + step, at).key <= key {
      low += step
      step *= 2
    }
    return partition(view, low, low + min(high - low, step), at) { $0 <= key }
  }

  /// The first label of `low ..< high` for whose next key `isBefore` is false.
  @inline(__always)
  private func partition(
    _ view: IndexView, _ low: UInt32, _ high: UInt32, _ at: Int32, _ isBefore: (UInt32) -> Bool
  ) -> UInt32 {
    var low = low
    var high = high
    while low < high {
      let middle = low + (high - low) / 2
      if isBefore(key(view, middle, at).key) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The scalars that would match a typed one below `node`.
  @inline(__always)
  private func typedScalars(_ node: Node) -> ScalarSet {
    var scalars = ScalarSet()
    let shift = Int(node.depth) - TypoRow.radius
    let end = min(node.row.last, letters.count - 1 - shift)
    var k = node.row.first
    while k <= end {
      if node.row[k] != TypoRow.never { scalars.insert(letters[k + shift].scalar) }
      k += 1
    }
    forEachReversed(node) { scalar, _ in scalars.insert(scalar) }
    return scalars
  }

  /// Opens the children of `node` whose scalar was typed, and `node` again for the others.
  mutating func expandTyped(_ node: Node, _ view: IndexView, _ cost: UInt8) {
    var node = node
    if view.text(of: node.low).count == Int(node.bytes) {
      if node.path <= ceiling {
        var label = node
        label.high = node.low + 1
        label.stage = .accepted
        push(label, at: node.path)
      }
      node.low += 1
    }
    if node.low == node.high { return }
    if node.high - node.low == 1 {
      // One label goes on in one way: nothing to put off.
      let key = key(view, node.low, node.bytes)
      open(node, key.scalar, key.count, node.low..<node.high)
      return
    }
    // The others' labels cost an accent more, or what the node's own beginnings cost.
    node.stage = .others
    push(node, at: min(cost + TypoCosts.accent, node.path))
    let typed = typedScalars(node)
    let rest = node
    typed.forEach { scalar in
      let key = ScalarKey(scalar)
      let low = partition(view, rest.low, rest.high, rest.bytes) { $0 < key.key }
      if low < rest.high, self.key(view, low, rest.bytes).key == key.key {
        let high = end(of: key.key, view, low, rest.high, rest.bytes)
        open(rest, scalar, key.count, low..<high)
      }
      return true
    }
  }

  /// Opens the children of `node` whose scalar was not typed, at their cost of at least `cost`.
  mutating func expandOthers(_ node: Node, _ view: IndexView, _ cost: UInt8) {
    let typed = typedScalars(node)
    if node.path <= cost {
      acceptOthers(node, view, typed)
      return
    }
    var low = node.low
    while low < node.high, isComplete {
      let key = key(view, low, node.bytes)
      let high = end(of: key.key, view, low, node.high, node.bytes)
      if !typed.contains(key.scalar) { open(node, key.scalar, key.count, low..<high) }
      low = high
    }
  }

  /// Accepts the labels of `node` whose next scalar is not of `typed`: nothing below makes them cheaper.
  private mutating func acceptOthers(_ node: Node, _ view: IndexView, _ typed: ScalarSet) {
    var rest = node
    rest.stage = .accepted
    typed.forEach { scalar in
      let key = ScalarKey(scalar).key
      rest.high = partition(view, rest.low, node.high, node.bytes) { $0 < key }
      if rest.low < rest.high { push(rest, at: rest.path) }
      if rest.high == node.high {
        rest.low = node.high
        return false
      }
      rest.low = end(of: key, view, rest.high, node.high, node.bytes)
      return rest.low < node.high
    }
    rest.high = node.high
    if rest.low < rest.high { push(rest, at: rest.path) }
  }

  /// Enters the child of `parent` by `scalar` where its labels may cost no more than the budget.
  private mutating func open(
    _ parent: Node, _ scalar: UInt32, _ bytes: Int, _ labels: Range<UInt32>
  ) {
    guard visit() else { return }
    var node = child(of: parent, by: scalar, bytes: bytes)
    node.low = labels.lowerBound
    node.high = labels.upperBound
    let bound = bound(node)
    if bound < node.path {
      push(node, at: bound)
    } else {
      node.stage = .accepted
      push(node, at: node.path)
    }
  }
}
