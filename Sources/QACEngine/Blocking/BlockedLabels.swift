// The labels of one index that a block list blocks, one bit each. They are found once; then a
// search asks about every label that it meets.
//
// Invariant: bit n is set exactly if `list` blocks the text of label n.
// Cost: finding them takes a binary search for each exact and prefix rule, and one pass over the
// labels if there are word rules or patterns. Adding or removing a rule costs the labels that it
// hits, one pass if it is a word rule or a pattern, and a copy of n/8 bytes.

public import QACIndex

/// What must not be suggested from one index: its blocked labels, and the rules for other texts.
public final class BlockedLabels: Sendable {
  /// The rules.
  public let list: BlockList
  /// The number of blocked labels.
  public let count: Int
  /// The index.
  public let index: LabelIndex
  private let bits: [UInt64]

  /// Finds the labels of `index` that `list` blocks.
  ///
  /// - Precondition: The list's profile is the index's.
  public convenience init(_ list: BlockList, in index: LabelIndex) {
    precondition(list.profile == index.profile, "a block list of another profile")
    let view = index.view
    var bits = [UInt64](repeating: 0, count: (view.labelCount + 63) / 64)
    for text in list.exact {
      if let label = text.withUnsafeBufferPointer({ view.label(of: $0) }) {
        bits.set(label, true)
      }
    }
    for prefix in list.prefixes.all {
      for label in prefix.withUnsafeBufferPointer({ view.range(ofPrefix: $0) }) {
        bits.set(label, true)
      }
    }
    if list.needsScan {
      for label in 0..<UInt32(view.labelCount) where list.scanBlocks(view.text(of: label)) {
        bits.set(label, true)
      }
    }
    self.init(list, bits: bits, index: index)
  }

  private init(_ list: BlockList, bits: [UInt64], index: LabelIndex) {
    self.list = list
    self.index = index
    self.bits = bits
    count = bits.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Whether no text is blocked, label or not.
  public var isEmpty: Bool { list.isEmpty }

  /// Whether `label` is blocked.
  ///
  /// - Precondition: `label` is a label of the index.
  public func contains(_ label: UInt32) -> Bool {
    bits[Int(label >> 6)] & (1 << UInt64(label & 63)) != 0
  }

  /// These blocked labels after `rule` is added to the list.
  public func adding(_ rule: BlockRule, in index: LabelIndex) -> BlockedLabels {
    var bits = bits
    for label in Self.labels(hitBy: rule, in: index) { bits.set(label, true) }
    return BlockedLabels(
      BlockList(list.rules + [rule], profile: list.profile), bits: bits, index: index)
  }

  /// These blocked labels after `rule` is removed from the list.
  public func removing(_ rule: BlockRule, in index: LabelIndex) -> BlockedLabels {
    let rest = BlockList(list.rules.filter { $0 != rule }, profile: list.profile)
    var bits = bits
    for label in Self.labels(hitBy: rule, in: index) {
      bits.set(label, rest.blocks(index.view.text(of: label)))
    }
    return BlockedLabels(rest, bits: bits, index: index)
  }

  /// The labels of `index` that `rule` alone blocks, ascending.
  ///
  /// - Complexity: O(log labels + hits) for exact and prefix rules, O(labels) for others.
  public static func labels(hitBy rule: BlockRule, in index: LabelIndex) -> [UInt32] {
    let view = index.view
    let list = BlockList([rule], profile: index.profile)
    if list.needsScan {
      return (0..<UInt32(view.labelCount)).filter { list.scanBlocks(view.text(of: $0)) }
    }
    let exact = list.exact.compactMap { $0.withUnsafeBufferPointer { view.label(of: $0) } }
    return exact
      + list.prefixes.all.flatMap { $0.withUnsafeBufferPointer { view.range(ofPrefix: $0) } }
  }
}

extension [UInt64] {
  /// Sets the bit of `label`, or clears it.
  fileprivate mutating func set(_ label: UInt32, _ value: Bool) {
    let bit: UInt64 = 1 << UInt64(label & 63)
    if value { self[Int(label >> 6)] |= bit } else { self[Int(label >> 6)] &= ~bit }
  }
}
