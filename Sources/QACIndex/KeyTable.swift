// Open addressing over 64-bit keys: where in parallel arrays the values of a key lie.
//
// A table has no slot at all or a power of two of them, at least 8, at most two thirds in use; a key
// is looked for from slot `mix(key) & (slots - 1)` on until it or a free slot is met.
// Invariant: keys are entered in ascending order, so that equal sets of keys give equal tables.
// Cost: a look-up is one or two probes expected.

public import QACText

/// Places keys in slots and finds them.
public enum KeyTable {
  /// The key of a free slot.
  public static let free: UInt64 = 0

  /// The slot of `key`, or nil.
  ///
  /// - Precondition: `slots` is empty, or of a power of two with a free slot; `key` is not `free`.
  @inlinable
  public static func slot(of key: UInt64, in slots: UnsafeBufferPointer<UInt64>) -> Int? {
    if slots.isEmpty { return nil }
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: StableHash.mix(key)) & mask
    while slots[slot] != free {
      if slots[slot] == key { return slot }
      slot = (slot &+ 1) & mask
    }
    return nil
  }

  /// For each slot of the table of `keys` (distinct, ascending), the position of its key or nil.
  ///
  /// - Complexity: O(`keys.count`) expected.
  static func positions(of keys: [UInt64]) -> [Int?] {
    if keys.isEmpty { return [] }
    var count = 8
    while count * 2 < keys.count * 3 { count *= 2 }
    var result = [Int?](repeating: nil, count: count)
    for (i, key) in keys.enumerated() {
      precondition(key != free && (i == 0 || key > keys[i - 1]), "keys ascend from 1")
      var slot = Int(truncatingIfNeeded: StableHash.mix(key)) & (count - 1)
      while result[slot] != nil { slot = (slot + 1) & (count - 1) }
      result[slot] = i
    }
    return result
  }
}
