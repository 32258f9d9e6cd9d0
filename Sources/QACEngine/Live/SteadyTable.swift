// A hash table that never grows all at once.
//
// A dictionary that doubles moves all that it holds: ten milliseconds for 200,000 entries, in which
// an event loop answers nobody. This table is divided into shards, each of which doubles in its own
// time.
//
// Invariant: a key lies in the shard that its hash names. The hash is seeded per process, so that
// nobody can fill one shard on purpose.
// Cost: that of a dictionary and one more hash; an insertion moves at most about 1 / `shardCount`
// of the whole.

/// Values by key, for tables that grow large on an event loop.
struct SteadyTable<Key: Hashable, Value> {
  static var shardCount: Int { 64 }

  private(set) var shards = [[Key: Value]](repeating: [:], count: Self.shardCount)

  @inline(__always)
  private func shard(of key: Key) -> Int {
    Int(truncatingIfNeeded: UInt(bitPattern: key.hashValue) % UInt(Self.shardCount))
  }

  /// The number of keys.
  var count: Int { shards.reduce(0) { $0 + $1.count } }

  /// The value of `key`, or nil if it has none; setting it to nil removes the key.
  @inline(__always)
  subscript(key: Key) -> Value? {
    get { shards[shard(of: key)][key] }
    set { shards[shard(of: key)][key] = newValue }
  }
}
