// Numbers distinct byte strings from 0 in order of first appearance.
//
// Layout: one arena with all bytes, the end of each string in it, and an open-addressing table of
// ids with linear probing, at most half full. The stored hashes spare most comparisons and all
// hashing when the table grows.
// Cost: one look-up some 30 ns for short strings. The hash lives in memory only: it may change.

/// A set of byte strings with dense ids.
struct ByteInterner {
  private var arena: [UInt8] = []
  private var ends: [Int] = []
  private var hashes: [UInt64] = []
  private var table = [UInt32](repeating: .max, count: 1024)

  /// The number of strings.
  var count: Int { ends.count }

  /// The bytes of string `id`.
  func bytes(_ id: Int) -> ArraySlice<UInt8> {
    arena[(id == 0 ? 0 : ends[id - 1])..<ends[id]]
  }

  /// Hands the bytes of string `id` to `body`.
  func withBytes<Result>(
    _ id: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    arena.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[(id == 0 ? 0 : ends[id - 1])..<ends[id]]))
    }
  }

  /// The order of two strings by their bytes: negative, 0, positive.
  func compare(_ a: Int, _ b: Int) -> Int {
    withBytes(a) { first in withBytes(b) { TextTable.compare(first, $0) } }
  }

  /// The id of `key`, which is added if it is new.
  mutating func intern(_ key: UnsafeBufferPointer<UInt8>) -> (id: Int, isNew: Bool) {
    let hash = Self.hash(key)
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while table[slot] != .max {
      let id = Int(table[slot])
      if hashes[id] == hash, equals(id, key) { return (id, false) }
      slot = (slot + 1) & mask
    }
    let id = ends.count
    precondition(id < Int(UInt32.max), "more than 2^32 - 1 distinct strings in one log")
    table[slot] = UInt32(id)
    arena.append(contentsOf: key)
    ends.append(arena.count)
    hashes.append(hash)
    if ends.count * 2 > table.count { grow() }
    return (id, true)
  }

  private func equals(_ id: Int, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = id == 0 ? 0 : ends[id - 1]
    guard ends[id] - start == key.count else { return false }
    return arena.withUnsafeBufferPointer { bytes in
      for i in 0..<key.count where bytes[start + i] != key[i] { return false }
      return true
    }
  }

  private mutating func grow() {
    let mask = table.count * 2 - 1
    table = [UInt32](repeating: .max, count: table.count * 2)
    for id in 0..<hashes.count {
      var slot = Int(truncatingIfNeeded: hashes[id]) & mask
      while table[slot] != .max { slot = (slot + 1) & mask }
      table[slot] = UInt32(id)
    }
  }

  private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var hash = UInt64(key.count) &* 0x9E37_79B9_7F4A_7C15
    let raw = UnsafeRawBufferPointer(key)
    var i = 0
    while i + 8 <= raw.count {
      hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: i, as: UInt64.self))
      i += 8
    }
    var rest: UInt64 = 0
    while i < raw.count {
      rest = rest << 8 | UInt64(raw[i])
      i += 1
    }
    return mix(hash ^ rest ^ 0xD6E8_FEB8_6659_FD93)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low
  }
}
