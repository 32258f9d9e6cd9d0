// The implicit trie: children of a range of labels by their next scalar.

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

/// A few distinct scalars.
private struct ScalarSet {
  /// Two rows of the band at the most.
  var scalars = SIMD32<UInt32>()
  var count = 0

  @inline(__always)
  mutating func insert(_ scalar: UInt32) {
    for i in 0..<count where scalars[i] == scalar { return }
    scalars[count] = scalar
    count += 1
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
    // The others' labels cost an accent more, or what the node's own beginnings cost.
    node.stage = .others
    push(node, at: min(cost + TypoCosts.accent, node.path))
    let typed = typedScalars(node)
    for i in 0..<typed.count {
      let key = ScalarKey(typed.scalars[i])
      let low = partition(view, node.low, node.high, node.bytes) { $0 < key.key }
      if low == node.high || self.key(view, low, node.bytes).key != key.key { continue }
      let high = end(of: key.key, view, low, node.high, node.bytes)
      open(node, typed.scalars[i], key.count, low..<high)
    }
  }

  /// Opens the children of `node` whose scalar was not typed, at their cost of at least `cost`.
  mutating func expandOthers(_ node: Node, _ view: IndexView, _ cost: UInt8) {
    let scalars = typedScalars(node)
    var typed = SIMD32<UInt32>(repeating: UInt32.max)
    for i in 0..<scalars.count { typed[i] = ScalarKey(scalars.scalars[i]).key }
    if node.path <= cost {
      acceptOthers(node, view, typed)
      return
    }
    var low = node.low
    while low < node.high, isComplete {
      let key = key(view, low, node.bytes)
      let high = end(of: key.key, view, low, node.high, node.bytes)
      if !any(typed .== SIMD32(repeating: key.key)) {
        open(node, key.scalar, key.count, low..<high)
      }
      low = high
    }
  }

  /// Accepts the labels of `node` whose next key is not of `typed`: nothing below makes them cheaper.
  private mutating func acceptOthers(_ node: Node, _ view: IndexView, _ typed: SIMD32<UInt32>) {
    var rest = node
    rest.stage = .accepted
    var typed = typed
    while rest.low < node.high {
      let key = typed.min()
      typed.replace(with: UInt32.max, where: typed .== SIMD32(repeating: key))
      rest.high =
        key == UInt32.max
        ? node.high : partition(view, rest.low, node.high, node.bytes) { $0 < key }
      if rest.low < rest.high { push(rest, at: rest.path) }
      if rest.high == node.high { return }
      rest.low = end(of: key, view, rest.high, node.high, node.bytes)
    }
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
