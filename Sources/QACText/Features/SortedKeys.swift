// A set of hashed keys in ascending order: the rank of a key is its id.
//
// Keys are 64-bit hashes, spread evenly. With 2^k buckets a key is known by its first k + 16 bits: the
// first k name its bucket, the next 16 are stored, ascending within the bucket. k is such that a
// bucket has 8 to 16 keys on average, so a key that is not in the set is taken for one of it with
// odds of at most 16 in 2^16, one in 4,096, whatever the size; of keys of the set about one in 10,000
// agrees with another in these bits and is one with it.
// Cost: 18 to 20 bits a key; a look-up begins where the key is expected in its bucket and goes on
// from there, a step or two.

/// Borrowed keys; valid while the memory behind them is.
@frozen
public struct SortedKeys {
  /// The bits that are stored of each key.
  public static let storedBits = 16

  /// Where each bucket's keys begin, and the end.
  public let starts: UnsafeBufferPointer<UInt32>
  /// The bits of each key behind the bucket's.
  public let rests: UnsafeBufferPointer<UInt16>
  /// k: the first bits of a key, which name its bucket.
  public let bucketBits: UInt64

  /// Makes a view of keys.
  ///
  /// - Precondition: `starts` has one element more than a power of two of them, ascends from 0, and its
  ///   last is that of `rests`.
  @inlinable
  public init(starts: UnsafeBufferPointer<UInt32>, rests: UnsafeBufferPointer<UInt16>) {
    self.starts = starts
    self.rests = rests
    bucketBits = UInt64((starts.count &- 1).trailingZeroBitCount)
  }

  /// The number of keys.
  @inlinable
  public var count: Int { rests.count }

  /// The place of `key` in ascending order, or nil where the set does not have it.
  ///
  /// - Complexity: a step or two on average; at the worst O(keys of a bucket).
  @inlinable
  public func rank(of key: UInt64) -> Int? {
    let bucket = Int(truncatingIfNeeded: Self.bucket(of: key, bits: bucketBits))
    let rest = Self.rest(of: key, bits: bucketBits)
    let first = Int(starts[bucket])
    let end = Int(starts[bucket &+ 1])
    // Keys are spread evenly, so this one is near where its share of the bucket says.
    var i = first &+ (Int(rest) &* (end &- first)) &>> Self.storedBits
    while i > first, rests[i &- 1] >= rest { i &-= 1 }
    while i < end, rests[i] < rest { i &+= 1 }
    return i < end && rests[i] == rest ? i : nil
  }

  /// The first `bits` bits of `key`.
  @inlinable
  static func bucket(of key: UInt64, bits: UInt64) -> UInt64 { key >> (64 &- bits) }

  /// The stored bits of `key`, behind the first `bits`.
  @inlinable
  static func rest(of key: UInt64, bits: UInt64) -> UInt16 {
    UInt16(truncatingIfNeeded: (key &<< bits) &>> UInt64(64 &- storedBits))
  }
}

/// A set of keys in memory, as it is written.
public struct SortedKeySet: Sendable {
  /// Where each bucket's keys begin, and the end.
  public private(set) var starts: [UInt32] = []
  /// The stored bits of each key, ascending within a bucket.
  public private(set) var rests: [UInt16] = []
  /// For each key, its place among the keys that were given.
  public private(set) var sources: [Int] = []
  private let bucketBits: UInt64

  /// Makes the set of `keys`, which ascend; of keys that agree in all bits that count, the first.
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
