// The best documents of a search: a heap of bounded size.
//
// A document and its score make one 64-bit key: the bits of the score above the complement of the
// document. Bits of floats of at least 0 are in the order of the floats. So a greater key is a
// greater score, or the same score and a lower document.
//
// Invariant: until `sort`, the least key is at the root; after it, keys descend.
// Cost: O(log limit) per key that is taken, one comparison per key that is not. Memory is 8 bytes
// per key; it grows to the greatest limit, and stays.

/// The greatest keys among all that were offered.
struct TopKeys {
  private var keys: [UInt64] = []
  private var limit = 0
  /// Where `sort` merges.
  private var spare: [UInt64] = []

  /// Forgets all keys, and takes at most `limit` from now on.
  mutating func reset(limit: Int) {
    keys.removeAll(keepingCapacity: true)
    keys.reserveCapacity(limit)
    self.limit = limit
  }

  /// The number of keys.
  var count: Int { keys.count }

  /// The key of `document`, whose score is at least 0.
  @inline(__always)
  static func key(_ score: Float, _ document: UInt32) -> UInt64 {
    UInt64(score.bitPattern) << 32 | UInt64(~document)
  }

  /// The document of key `i`.
  @inline(__always)
  func document(_ i: Int) -> UInt32 { ~UInt32(truncatingIfNeeded: keys[i]) }

  /// The score of key `i`.
  @inline(__always)
  func score(_ i: Int) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: keys[i] >> 32)) }

  /// The least of the greatest keys so far, which others must exceed; 0 while there are fewer.
  var threshold: UInt64 { keys.count < limit ? 0 : keys.first ?? .max }

  /// Key `i`.
  @inline(__always)
  subscript(i: Int) -> UInt64 { keys[i] }

  /// Takes `key` if it is among the greatest.
  @inline(__always)
  mutating func offer(_ key: UInt64) {
    if keys.count < limit {
      append(key)
    } else if let least = keys.first, key > least {
      keys.withUnsafeMutableBufferPointer { keys in
        if let start = keys.baseAddress { Self.sink(key, at: 0, in: start, count: keys.count) }
      }
    }
  }

  /// Puts the keys into descending order.
  mutating func sort() { MergeSort.sort(&keys, spare: &spare) { $0 > $1 } }

  private mutating func append(_ key: UInt64) {
    keys.append(key)
    var place = keys.count - 1
    keys.withUnsafeMutableBufferPointer { keys in
      guard let keys = keys.baseAddress else { return }
      while place > 0 {
        let parent = (place &- 1) &>> 1
        if keys[parent] <= key { break }
        keys[place] = keys[parent]
        place = parent
      }
      keys[place] = key
    }
  }

  /// Puts `key` at `place` or below, among the first `count` keys.
  @inline(__always)
  private static func sink(
    _ key: UInt64, at place: Int, in keys: UnsafeMutablePointer<UInt64>, count: Int
  ) {
    var place = place
    while true {
      var child = 2 &* place &+ 1
      if child >= count { break }
      if child &+ 1 < count && keys[child &+ 1] < keys[child] { child &+= 1 }
      if keys[child] >= key { break }
      keys[place] = keys[child]
      place = child
    }
    keys[place] = key
  }
}
