// Durations counted in buckets whose width grows with them: a quantile is known to 1.6 % at any scale.
//
// Values below 128 have a bucket each; above, the six bits behind the leading one choose among 64 buckets
// to each power of two. Invariant: a power of two begins a bucket, so that how many values are below it is
// exact. Source: G. Tene's HdrHistogram (hdrhistogram.org), with two significant digits; we differ: the range
// is fixed, and what counts up is apart from what is asked.
// Cost: recording a handful of instructions, no lock and no allocation; 16 KB each.

/// Where values lie among the buckets.
enum LatencyBuckets {
  /// Values of 2^37 microseconds (38 hours) and more share the last bucket.
  static let count = 128 + 64 * 30

  /// The bucket of `value`, which must not be negative.
  static func bucket(of value: Int) -> Int {
    if value < 128 { return value }
    let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount
    return min((exponent - 7) * 64 + 64 + (value >> (exponent - 6)), count - 1)
  }

  /// The greatest value of bucket `i`.
  static func top(of i: Int) -> Int {
    if i < 128 { return i }
    let (exponent, step) = ((i - 128) / 64 + 7, (i - 128) % 64)
    return ((step + 65) << (exponent - 6)) - 1
  }
}

/// Counts durations; one thread records, any may take a copy.
final class LatencyRecorder: Sendable {
  private static let sum = LatencyBuckets.count
  private static let minimum = LatencyBuckets.count + 1
  private static let maximum = LatencyBuckets.count + 2

  private let cells = AtomicCells(count: LatencyBuckets.count + 3)

  init() {
    cells.set(.max, at: Self.minimum)
  }

  /// Counts a duration in microseconds.
  func record(_ value: Int) {
    let value = max(0, value)
    cells.add(1, at: LatencyBuckets.bucket(of: value))
    cells.add(value, at: Self.sum)
    if value < cells[Self.minimum] { cells.set(value, at: Self.minimum) }
    if value > cells[Self.maximum] { cells.set(value, at: Self.maximum) }
  }

  /// What was counted so far.
  var snapshot: LatencyHistogram {
    LatencyHistogram(
      buckets: (0..<LatencyBuckets.count).map { cells[$0] }, sum: cells[Self.sum],
      minimum: cells[Self.minimum], maximum: cells[Self.maximum])
  }
}

/// Counted durations: can be added up and asked.
struct LatencyHistogram: Sendable, Equatable {
  private var buckets = [Int](repeating: 0, count: LatencyBuckets.count)
  private(set) var count = 0
  private(set) var sum = 0
  private(set) var minimum = Int.max
  private(set) var maximum = 0

  /// No durations.
  init() {}

  init(buckets: [Int], sum: Int, minimum: Int, maximum: Int) {
    self.buckets = buckets
    count = buckets.reduce(0, +)
    self.sum = sum
    self.minimum = minimum
    self.maximum = maximum
  }

  static func += (a: inout LatencyHistogram, b: LatencyHistogram) {
    for i in a.buckets.indices { a.buckets[i] += b.buckets[i] }
    a.count += b.count
    a.sum += b.sum
    a.minimum = min(a.minimum, b.minimum)
    a.maximum = max(a.maximum, b.maximum)
  }

  /// A value that the share `q` of all values does not exceed, and exceeds the least such one by 1.6 % at
  /// most; 0 when there are none.
  func quantile(_ q: Double) -> Int {
    let wanted = max(1, Int((q * Double(count)).rounded(.up)))
    var seen = 0
    for i in buckets.indices {
      seen += buckets[i]
      if seen >= wanted { return min(LatencyBuckets.top(of: i), maximum) }
    }
    return maximum
  }

  /// How many values are below each of `powers`, exponents of two, ascending.
  func counts(belowPowers powers: ClosedRange<Int>) -> [Int] {
    var counts: [Int] = []
    var (next, seen) = (0, 0)
    for power in powers {
      let end = LatencyBuckets.bucket(of: 1 << power)
      while next < end {
        seen += buckets[next]
        next += 1
      }
      counts.append(seen)
    }
    return counts
  }
}
