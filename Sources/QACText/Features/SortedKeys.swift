// A set of hashed keys in ascending order; the rank of a key is its id.
//
// Keys are 64-bit hashes, spread evenly. With 2^k buckets a key is known by its first k + 16 bits:
// the first k name its bucket, and the next 16 are stored, ascending within the bucket. k is chosen
// so that a bucket has 8 to 16 keys on average. So a key that is not in the set is mistaken for a
// member with a probability of at most 16 in 2^16, one in 4,096, whatever the size of the set.
// About one in 10,000 keys of the set agrees with another one in these bits and is merged with it.
// Cost: 18 to 20 bits per key. A look-up begins at the key's expected position in its bucket and
// ends after a step or two.

/// Borrowed keys; valid while the memory behind them is.
@frozen
public struct SortedKeys {
  /// The number of bits that are stored of each key.
  public static let storedBits = 16

  /// The index in `rests` of each bucket's first key, and the number of keys at the end.
  public let starts: UnsafeBufferPointer<UInt32>
  /// The stored bits of each key, which follow those that name its bucket.
  public let rests: UnsafeBufferPointer<UInt16>
  /// k, the number of a key's first bits, which name its bucket.
  public let bucketBits: UInt64

  /// Makes a view of keys.
  ///
  /// - Precondition: `starts` has 2^k + 1 elements for some k, ascends from 0, and ends with
  ///   `rests.count`.
  @inlinable
  public init(starts: UnsafeBufferPointer<UInt32>, rests: UnsafeBufferPointer<UInt16>) {
    self.starts = starts
    self.rests = rests
    bucketBits = UInt64((starts.count &- 1).trailingZeroBitCount)
  }

  /// The number of keys.
  @inlinable
  public var count: Int { rests.count }

  /// The position of `key` in ascending order, or nil if the set does not have it.
  ///
  /// - Complexity: a step or two on average; O(keys of a bucket) in the worst case.
  @inlinable
  public func rank(of key: UInt64) -> Int? {
    let bucket = Int(truncatingIfNeeded: Self.bucket(of: key, bits: bucketBits))
    let rest = Self.rest(of: key, bits: bucketBits)
    let first = Int(starts[bucket])
    let end = Int(starts[bucket &+ 1])
    // Keys are spread evenly, so the key is near the position that its stored bits suggest.
    var i = first &+ (Int(rest) &* (end &- first)) &>> Self.storedBits
    while i > first, rests[i &- 1] >= rest { i &-= 1 }
    while i < end, rests[i] < rest { i &+= 1 }
    return i < end && rests[i] == rest ? i : nil
  }

  /// The first `bits` bits of `key`.
  @inlinable
  static func bucket(of key: UInt64, bits: UInt64) -> UInt64 { key >> (64 &- bits) }

  /// The stored bits of `key`, which follow its first `bits`.
  @inlinable
  static func rest(of key: UInt64, bits: UInt64) -> UInt16 {
    UInt16(truncatingIfNeeded: (key &<< bits) &>> UInt64(64 &- storedBits))
  }
}

/// A set of keys in memory, in the form in which it is written.
public struct SortedKeySet: Sendable {
  /// The index in `rests` of each bucket's first key, and the number of keys at the end.
  public private(set) var starts: [UInt32] = []
  /// The stored bits of each key, ascending within a bucket.
  public private(set) var rests: [UInt16] = []
  /// For each key, its position among the keys that were given.
  public private(set) var sources: [Int] = []
  private let bucketBits: UInt64

  /// Makes the set of `keys`, which must ascend; of keys that agree in all stored bits it has the
  /// first.
  ///
  /// - Complexity: O(`keys.count`).
  public init(_ keys: some RandomAccessCollection<UInt64>) {
    var bits: UInt64 = 0
    while keys.count >> (bits + 4) > 0 { bits += 1 }
    bucketBits = bits
    starts.reserveCapacity(1 << Int(bits) + 1)
    var last: UInt64?
    for (source, key) in keys.enumerated() {
      let known = key >> (64 - bits - UInt64(SortedKeys.storedBits))
      if let last {
        precondition(known >= last, "keys ascend")
        if known == last { continue }
      }
      last = known
      let bucket = Int(SortedKeys.bucket(of: key, bits: bits))
      while starts.count <= bucket { starts.append(UInt32(rests.count)) }
      rests.append(SortedKeys.rest(of: key, bits: bits))
      sources.append(source)
    }
    while starts.count <= 1 << Int(bits) { starts.append(UInt32(rests.count)) }
  }

  /// The number of keys.
  public var count: Int { rests.count }
}
