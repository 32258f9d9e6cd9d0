// A set of byte strings that never changes and is asked often: open addressing over one array of
// bytes.
//
// Invariant: a member has exactly one slot; at least half of the slots are free, so every look-up
// ends.
// Cost: a look-up hashes the string and, as a rule, compares it with at most one member; no
// allocation.

import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// An immutable set of byte strings.
struct ByteStringSet: Sendable {
  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  private var hashes: [UInt64] = []
  /// The number of a member plus one, or 0 for a free slot. Their count is a power of two.
  private var slots: [UInt32] = []

  /// The number of members.
  var count: Int { hashes.count }

  /// Makes a set of `members`; a member that is given twice is in it once.
  init(_ members: [[UInt8]]) {
    var size = 8
    while size < 2 * members.count { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
    for member in members {
      member.withUnsafeBufferPointer { member in
        let hash = StableHash.of(member, seed: 0)
        let slot = slot(of: member, hash)
        if slots[slot] != 0 { return }
        hashes.append(hash)
        bytes += member
        starts.append(bytes.count)
        slots[slot] = UInt32(hashes.count)
      }
    }
  }

  /// Whether `text` is a member.
  func contains(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if hashes.isEmpty { return false }
    return slots[slot(of: text, StableHash.of(text, seed: 0))] != 0
  }

  /// The running hash of no bytes, from which `contains(_:running:)` starts.
  static let emptyHash = StableHash.start ^ StableHash.mix(0)

  /// Whether `text` is a member; `hash` is its running hash, from `emptyHash` on.
  func contains(_ text: UnsafeBufferPointer<UInt8>, running hash: UInt64) -> Bool {
    slots[slot(of: text, StableHash.mix(hash))] != 0
  }

  /// The slot that holds `text`, or the free one where it would be.
  private func slot(of text: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let i = Int(slots[slot]) - 1
      if hashes[i] == hash, holds(i, text) { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  /// Whether member `i` is `text`.
  private func holds(_ i: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard starts[i + 1] - starts[i] == text.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      guard let mine = bytes.baseAddress, let other = text.baseAddress else { return true }
      return memcmp(mine + starts[i], other, text.count) == 0
    }
  }
}
