// Counters and latencies, one set for each event loop, merged when somebody asks.
//
// Cost: one uncontended lock a request.

internal import QACProtocol
internal import Synchronization

/// What one event loop has done.
final class Metrics: Sendable {
  private let counts = Mutex(Counts())

  /// Numbers that can be added up.
  struct Counts: Sendable {
    /// Requests by method, in the order of `Method.allCases`.
    var requests = [Int](repeating: 0, count: Method.allCases.count)
    /// Error answers by code.
    var errors: [ErrorCode: Int] = [:]
    /// Microseconds of completions, from the request's turn to its answer.
    var latency = LatencyHistogram()

    static func += (sum: inout Counts, other: Counts) {
      for i in sum.requests.indices { sum.requests[i] += other.requests[i] }
      sum.errors.merge(other.errors, uniquingKeysWith: +)
      sum.latency += other.latency
    }
  }

  func request(_ method: Method) {
    counts.withLock { $0.requests[method.ordinal] += 1 }
  }

  func completion(microseconds: Int) {
    counts.withLock { counts in
      counts.requests[Method.complete.ordinal] += 1
      counts.latency.add(microseconds)
    }
  }

  func error(_ code: ErrorCode) {
    counts.withLock { $0.errors[code, default: 0] += 1 }
  }

  var snapshot: Counts { counts.withLock { $0 } }
}

extension Method {
  /// The place in `Method.allCases`.
  fileprivate var ordinal: Int {
    switch self {
    case .complete: return 0
    case .record: return 1
    case .history: return 2
    case .forget: return 3
    case .block: return 4
    case .unblock: return 5
    case .blocks: return 6
    case .status: return 7
    case .reload: return 8
    case .ping: return 9
    }
  }
}

/// Counts of durations in buckets: eight to each power of two, so a quantile is off by at most 12.5 %.
struct LatencyHistogram: Sendable {
  private var buckets = [Int](repeating: 0, count: 8 * 40)
  private(set) var count = 0
  private(set) var sum = 0
  private(set) var minimum = Int.max
  private(set) var maximum = 0

  mutating func add(_ value: Int) {
    let value = max(0, value)
    buckets[min(Self.bucket(value), buckets.count - 1)] += 1
    count += 1
    sum += value
    minimum = min(minimum, value)
    maximum = max(maximum, value)
  }

  static func += (a: inout LatencyHistogram, b: LatencyHistogram) {
    for i in a.buckets.indices { a.buckets[i] += b.buckets[i] }
    a.count += b.count
    a.sum += b.sum
    a.minimum = min(a.minimum, b.minimum)
    a.maximum = max(a.maximum, b.maximum)
  }

  /// Values below 16 have a bucket each; above, the three bits after the leading one choose.
  private static func bucket(_ value: Int) -> Int {
    if value < 16 { return value }
    let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount
    return (exponent - 2) * 8 + (value >> (exponent - 3)) - 8
  }

  /// The greatest value of bucket `i`.
  private static func top(_ i: Int) -> Int {
    if i < 16 { return i }
    let exponent = i / 8 + 2
    return ((i % 8 + 9) << (exponent - 3)) - 1
  }

  /// A value that the share `q` of all values does not exceed; 0 when there are none.
  func quantile(_ q: Double) -> Int {
    let wanted = max(1, Int((q * Double(count)).rounded(.up)))
    var seen = 0
    for i in buckets.indices {
      seen += buckets[i]
      if seen >= wanted { return min(Self.top(i), maximum) }
    }
    return maximum
  }
}
