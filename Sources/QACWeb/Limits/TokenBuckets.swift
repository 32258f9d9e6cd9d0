// How often each of many may do something: a bucket of tokens for each, which fills at a steady
// rate.
//
// The table has a fixed size. A key has a place in one row of `ways` places; if all are taken, the
// one that was used longest ago is forgotten, as if its bucket were full. So a client that makes up
// keys costs no memory, and all that it takes from others is the memory of what they have used up.
//
// Cost: O(`ways`) per call, 16 bytes per place.
// Source: the token bucket of RFC 2697 with one rate.

/// Buckets of tokens, by key.
public struct TokenBuckets: Sendable {
  private static let ways = 4

  private struct Bucket: Sendable {
    /// 0 for an empty place.
    var key: UInt64 = 0
    var tokens: Float = 0
    /// Milliseconds.
    var time: UInt32 = 0
  }

  private let rate: Float
  private let burst: Float
  private let mask: UInt64
  private var places: [Bucket]

  /// Makes full buckets.
  ///
  /// - Parameters:
  ///   - rate: Tokens per second; 0 or less for no limit.
  ///   - burst: The most tokens of a bucket, at least 1.
  ///   - places: How many keys are remembered; rounded up to a power of two.
  public init(rate: Double, burst: Double, places: Int = 1 << 16) {
    self.rate = Float(rate)
    self.burst = Float(max(1, burst))
    var rows: UInt64 = 1
    while rows * UInt64(Self.ways) < UInt64(max(1, places)) { rows *= 2 }
    mask = rows - 1
    self.places = rate > 0 ? Array(repeating: Bucket(), count: Int(rows) * Self.ways) : []
  }

  /// Takes a token from the bucket of `key`.
  ///
  /// - Parameters:
  ///   - key: Well mixed, by a key that nobody else knows.
  ///   - milliseconds: The time, from any beginning.
  /// - Returns: Whether there was one.
  public mutating func take(_ key: UInt64, at milliseconds: UInt64) -> Bool {
    if places.isEmpty { return true }
    let key = max(1, key)
    let now = UInt32(truncatingIfNeeded: milliseconds)
    let row = Int((key >> 8) & mask) * Self.ways
    var found = row
    var oldest: UInt32 = 0
    for place in row..<row + Self.ways {
      if places[place].key == key {
        let seconds = Float(now &- places[place].time) / 1000
        places[place].tokens = min(burst, places[place].tokens + seconds * rate)
        places[place].time = now
        return spend(place)
      }
      let age = places[place].key == 0 ? .max : now &- places[place].time
      if age >= oldest {
        oldest = age
        found = place
      }
    }
    places[found] = Bucket(key: key, tokens: burst, time: now)
    return spend(found)
  }

  private mutating func spend(_ place: Int) -> Bool {
    guard places[place].tokens >= 1 else { return false }
    places[place].tokens -= 1
    return true
  }
}
