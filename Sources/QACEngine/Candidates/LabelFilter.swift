// Says at once of most texts that they are neither a label nor an alias of the index: a Bloom filter
// of their hashes, made with the engine.
//
// A session's own queries, and texts that were composed, are mostly no labels, and a binary search
// that finds nothing takes as long as one that finds something.
//
// Invariant: it never denies a label or an alias. Of other texts it takes about one in a hundred
// for one; then the search decides.
// Cost: two bytes per label and alias; one load per question, of a hash that is at hand anyway.
// Source: Putze, Sanders, Singler, WEA 2007 (blocked Bloom filters); here a block is one word.

import QACIndex
import QACText

/// The hashes of an index's labels and aliases, roughly.
struct LabelFilter: Sendable {
  /// Bits per text.
  private static let density = 16

  private var blocks: [UInt64]

  init(_ view: IndexView) {
    let count = view.labelCount + view.aliases.count
    blocks = [UInt64](repeating: 0, count: max(1, count * Self.density / UInt64.bitWidth))
    for label in 0..<UInt32(view.labelCount) { insert(view.text(of: label)) }
    for alias in 0..<view.aliases.count { insert(view.aliases[alias]) }
  }

  private mutating func insert(_ text: UnsafeBufferPointer<UInt8>) {
    let hash = StableHash.of(text, seed: 0)
    blocks[place(of: hash)] |= Self.bits(of: hash)
  }

  /// Whether a text with this hash (`StableHash.of`, seed 0) may be a label or an alias: false only
  /// if it is neither.
  @inline(__always)
  func mayHold(_ hash: UInt64) -> Bool {
    let bits = Self.bits(of: hash)
    return blocks[place(of: hash)] & bits == bits
  }

  /// The upper half of the hash chooses the block.
  @inline(__always)
  private func place(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: (hash >> 32) &* UInt64(blocks.count) >> 32)
  }

  /// Three bits of the lower half.
  @inline(__always)
  private static func bits(of hash: UInt64) -> UInt64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63) | 1 << (hash >> 12 & 63)
  }
}
