// The first two bytes of each label, beside each other: a correction asks hundreds of followers whether
// they are near what was typed, and two bytes are enough to say no to most of them.
//
// Cost: two bytes per label, made once with the engine.

import QACIndex

/// The first two bytes of labels.
struct LabelHeads: Sendable {
  private var heads: [UInt16]

  init(_ view: IndexView) {
    heads = (0..<UInt32(view.labelCount)).map { label in
      let text = view.text(of: label)
      return UInt16(text[0]) << 8 | (text.count > 1 ? UInt16(text[1]) : 0)
    }
  }

  /// The first byte of `label`.
  @inline(__always)
  func first(_ label: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: heads[Int(label)] >> 8) }

  /// The second byte of `label`, or 0.
  @inline(__always)
  func second(_ label: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: heads[Int(label)]) }
}
