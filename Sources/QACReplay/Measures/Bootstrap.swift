// Confidence intervals of means over requests, by resampling.
//
// Requests of one person depend on each other, so whole clusters of requests are drawn, with
// replacement, and not single requests. The seed makes every interval draw the same clusters, so
// intervals can be compared; a paired difference is an interval of the differences.
//
// Invariant: equal clusters, values and seed give equal intervals; the mean of the values lies
// within the interval unless the log is tiny.
// Cost: O(resamples x clusters) per interval.
// Sources: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, §13 (percentile
// interval); Davison and Hinkley 1997, §3.8 (clusters).

import QACBinary

/// A confidence interval of a figure.
public struct Interval: Sendable, Equatable, Codable {
  /// Its lower end.
  public var low: Double
  /// Its upper end.
  public var high: Double

  /// Makes a range.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}

/// Resamples requests by cluster.
public struct Bootstrap: Sendable {
  /// The number of clusters.
  public let clusterCount: Int
  /// How often clusters are drawn.
  public let resamples: Int
  /// The share of resamples within an interval.
  public static let level = 0.95
  private let clusters: [UInt32]
  private let seed: UInt64

  /// Makes a bootstrap.
  ///
  /// - Parameters:
  ///   - clusters: The cluster of each request; any numbers.
  ///   - resamples: How often clusters are drawn, at least 40.
  ///   - seed: The seed of the draws.
  public init(clusters: [UInt32], resamples: Int = 1_000, seed: UInt64) {
    precondition(resamples >= 40, "\(resamples) resamples are too few for an interval; draw 40")
    var ids: [UInt32: UInt32] = [:]
    self.clusters = clusters.map { cluster in
      let next = UInt32(ids.count)
      return ids[cluster]
        ?? {
          ids[cluster] = next; return next
        }()
    }
    clusterCount = ids.count
    self.resamples = resamples
    self.seed = seed
  }

  /// The 95 % interval of the mean of `values` over the requests for which `isCounted` is true.
  ///
  /// - Parameters:
  ///   - values: One value per request.
  ///   - isCounted: Whether the request at a position counts; by default all do.
  /// - Returns: The interval; nil if no request counts.
  public func interval(
    of values: [Double], where isCounted: (Int) -> Bool = { _ in true }
  ) -> Interval? {
    precondition(
      values.count == clusters.count, "\(values.count) values, \(clusters.count) requests")
    var sums = [SIMD2<Double>](repeating: .zero, count: clusterCount)
    var counted = 0
    for (i, value) in values.enumerated() where isCounted(i) {
      sums[Int(clusters[i])] += SIMD2(value, 1)
      counted += 1
    }
    if counted == 0 { return nil }
    var random = SplitMix64(seed: seed)
    var means: [Double] = []
    means.reserveCapacity(resamples)
    for _ in 0..<resamples {
      var sum = SIMD2<Double>.zero
      for _ in 0..<clusterCount { sum += sums[random.below(clusterCount)] }
      if sum.y > 0 { means.append(sum.x / sum.y) }
    }
    guard !means.isEmpty else { return nil }
    means.sort()
    let cut = Int(Double(means.count) * (1 - Self.level) / 2)
    return Interval(low: means[cut], high: means[means.count - 1 - cut])
  }
}
