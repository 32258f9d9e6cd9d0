// Counts durations in buckets that grow with the duration: a quantile is exact to 1.6 % at any
// scale.
//
// Each value below 128 has a bucket of its own. Above that, every power of two has 64 buckets: the
// six bits after the leading one choose among them. Invariant: every power of two begins a bucket,
// so the number of values below it is exact.
// Source: G. Tene's HdrHistogram (hdrhistogram.org), with two significant digits. Ours has a fixed
// range, and recording (`LatencyRecorder`) is separate from asking (`LatencyHistogram`).
// Cost: recording takes a handful of instructions, no lock and no allocation; 16 KB of memory each.

/// The buckets, and which values they hold.
enum LatencyBuckets {
  /// The number of buckets. Values of 2^37 microseconds (38 hours) and more share the last one.
  static let count = 128 + 64 * 30

  /// The bucket of `value`.
  ///
  /// - Precondition: `value` is not negative.
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

/// Counts durations; one thread records, any thread may take a copy.
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

  /// A copy of the counts so far.
  var snapshot: LatencyHistogram {
    LatencyHistogram(
      buckets: (0..<LatencyBuckets.count).map { cells[$0] }, sum: cells[Self.sum],
      minimum: cells[Self.minimum], maximum: cells[Self.maximum])
  }
}

/// Counted durations, which can be added up and asked for quantiles.
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

  /// The quantile `q`: at least the share `q` of all values is at most the result.
  ///
  /// - Returns: A number at most 1.6 % above the least number of which this is true; 0 if there are
  ///   no values.
  func quantile(_ q: Double) -> Int {
    let wanted = max(1, Int((q * Double(count)).rounded(.up)))
    var seen = 0
    for i in buckets.indices {
      seen += buckets[i]
      if seen >= wanted { return min(LatencyBuckets.top(of: i), maximum) }
    }
    return maximum
  }

  /// For each exponent in `powers`, how many values are below two to that power.
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
