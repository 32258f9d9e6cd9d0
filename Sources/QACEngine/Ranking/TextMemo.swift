// Remembers what was worked out of texts on earlier keys: a person's next prefix extends the last one,
// so most candidates come again, and much of what features read of them has not changed.
//
// A key is the hash of the text, mixed with hashes of all else that the value depends on. Two keys
// that are equal by chance, with odds of 1 to 2^64, would share a value.
//
// Invariant: it returns what was put in under that key. An empty slot holds a key that belongs to
// another slot.
// Cost: a look-up reads one slot; 1,024 slots of 8 bytes and the value. It belongs to one thread
// and one index, and serves all sessions: none of them has to keep one.

/// Values by hash; a later one takes the place of an earlier one in the same slot.
struct TextMemo<Value> {
  private static var count: Int { 1024 }

  private struct Slot {
    var key: UInt64
    var value: Value
  }

  private var slots: [Slot]

  /// Remembers nothing; `value` fills the memory.
  init(_ value: Value) {
    slots = (0..<UInt64(Self.count)).map { Slot(key: $0 ^ 1, value: value) }
  }

  /// The value under `key`, or nil.
  @inline(__always)
  func find(_ key: UInt64) -> Value? {
    let slot = Self.slot(of: key)
    return slots[slot].key == key ? slots[slot].value : nil
  }

  /// Remembers `value` under `key`.
  @inline(__always)
  mutating func insert(_ value: Value, _ key: UInt64) {
    slots[Self.slot(of: key)] = Slot(key: key, value: value)
  }

  @inline(__always)
  private static func slot(of key: UInt64) -> Int { Int(truncatingIfNeeded: key) & (count - 1) }
}
