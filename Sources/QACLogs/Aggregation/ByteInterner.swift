// Numbers distinct byte strings from 0, in order of first appearance.
//
// Layout: one arena with all bytes; the end of each string in it; and an open-addressing table with
// linear probing, at most half full, which holds each id with half of its string's hash. So other
// strings are nearly always skipped without a look at their bytes.
// Cost: three places in memory per look-up, however many strings there are. The hash never leaves
// memory, so it may change.

#if canImport(Glibc)
  import Glibc
#endif

/// A set of byte strings with dense ids.
struct ByteInterner {
  private var arena: [UInt8] = []
  private var ends: [Int] = []
  /// For each slot: `free`, or the upper half of a string's hash above the string's id.
  private var table = [UInt64](repeating: Self.free, count: 1024)
  private static let free = UInt64.max

  /// The number of strings.
  var count: Int { ends.count }

  /// The bytes of string `id`.
  func bytes(_ id: Int) -> ArraySlice<UInt8> {
    arena[(id == 0 ? 0 : ends[id - 1])..<ends[id]]
  }

  /// Calls `body` with the bytes of string `id`.
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

  /// The id of `key`, which is added if it is new, and whether it was.
  mutating func intern(_ key: UnsafeBufferPointer<UInt8>) -> (id: Int, isNew: Bool) {
    let hash = Self.hash(key)
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while table[slot] != Self.free {
      let id = Int(table[slot] & 0xFFFF_FFFF)
      if table[slot] >> 32 == hash >> 32, equals(id, key) { return (id, false) }
      slot = (slot + 1) & mask
    }
    let id = ends.count
    precondition(id < Int(UInt32.max), "more than 2^32 - 1 distinct strings in one log")
    table[slot] = Self.entry(hash, id)
    arena.append(contentsOf: key)
    ends.append(arena.count)
    if ends.count * 2 > table.count { grow() }
    return (id, true)
  }

  private func equals(_ id: Int, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
    withBytes(id) { own in
      guard own.count == key.count, let a = own.baseAddress, let b = key.baseAddress else {
        return own.count == key.count
      }
      return memcmp(a, b, key.count) == 0
    }
  }

  private static func entry(_ hash: UInt64, _ id: Int) -> UInt64 {
    (hash & 0xFFFF_FFFF_0000_0000) | UInt64(id)
  }

  private mutating func grow() {
    let mask = table.count * 2 - 1
    table = [UInt64](repeating: Self.free, count: table.count * 2)
    for id in 0..<ends.count {
      let hash = withBytes(id, Self.hash)
      var slot = Int(truncatingIfNeeded: hash) & mask
      while table[slot] != Self.free { slot = (slot + 1) & mask }
      table[slot] = Self.entry(hash, id)
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
