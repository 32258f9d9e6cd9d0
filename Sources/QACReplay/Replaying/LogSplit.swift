// Divides a log into a part to learn from, a part to fit the ranker on, and a part to score.
//
// Invariant: the three counts of an observation add up to its count.

public import QACLogs
import QACText

/// The rule by which a log is divided.
public enum SplitRule: String, Sendable, CaseIterable {
  /// By time: the first 80 %, the next 10 % and the last 10 % of the observations.
  case time
  /// By a seeded hash of each occurrence: 80 %, 10 % and 10 % on average.
  case hash
}

/// A log divided into three parts.
public struct LogSplit: Sendable {
  /// A part of a log.
  public enum Part: Int, Sendable, CaseIterable {
    /// To learn the index from.
    case learn
    /// To fit the ranker on.
    case fit
    /// To score.
    case score
  }

  /// The rule by which the log was divided.
  public let rule: SplitRule
  /// For each observation, the number of its occurrences in each part.
  private let counts: [SIMD4<UInt32>]

  /// Divides `log` by `rule`; only `.hash` uses `seed`.
  public init(_ log: QueryLog, by rule: SplitRule, seed: UInt64) {
    self.rule = rule
    let observations = log.observations
    switch rule {
    case .time:
      let learned = observations.count * 8 / 10
      let fitted = observations.count * 9 / 10
      counts = observations.indices.map { i in
        let count = observations[i].count
        return i < learned
          ? SIMD4(count, 0, 0, 0) : i < fitted ? SIMD4(0, count, 0, 0) : SIMD4(0, 0, count, 0)
      }
    case .hash:
      counts = observations.indices.map { i in
        var parts = SIMD4<UInt32>()
        for occurrence in 0..<observations[i].count {
          let hash = StableHash.mix(
            StableHash.mix(seed &+ 0x5EED) ^ UInt64(i) << 32 ^ UInt64(occurrence))
          let bucket = hash.multipliedFullWidth(by: 10).high
          parts[bucket < 8 ? 0 : bucket < 9 ? 1 : 2] += 1
        }
        return parts
      }
    }
  }

  /// Divides `log` after its first `learned` observations: these are to learn from, the others to
  /// score.
  public init(_ log: QueryLog, learning learned: Int) {
    rule = .time
    counts = log.observations.enumerated().map { i, observation in
      i < learned ? SIMD4(observation.count, 0, 0, 0) : SIMD4(0, 0, observation.count, 0)
    }
  }

  /// The number of occurrences of observation `i` in `part`.
  public func count(_ i: Int, in part: Part) -> UInt32 { counts[i][part.rawValue] }
}
