// What typing errors take from the full system, and how much of it corrections bring back.
//
// For each mistyped prefix the full system is asked three times: the prefix without its error, the
// mistyped one without corrections, and the mistyped one as it is served. With the means of their
// reciprocal ranks, the share that comes back is
//
//     (corrected - uncorrected) / (right - uncorrected)
//
// Invariant: asking changes nothing that a system has learned.
// Cost: three completions per mistyped prefix.

/// Sums over prefixes with errors of one kind.
public struct TypingErrorTally: Sendable, Equatable {
  /// The number of prefixes.
  public private(set) var requests = 0
  private var sums = SIMD3<Double>()

  /// Makes sums without prefixes.
  public init() {}

  /// Adds a prefix.
  ///
  /// - Parameters:
  ///   - right: 1 / rank of the query for the prefix without its error, or 0.
  ///   - uncorrected: The same with the error, without corrections.
  ///   - corrected: The same with the error, with corrections.
  public mutating func add(right: Double, uncorrected: Double, corrected: Double) {
    requests += 1
    sums += SIMD3(right, uncorrected, corrected)
  }

  private func mean(_ i: Int) -> Double { sums[i] / Double(max(1, requests)) }

  /// MRR@10 of the prefixes without their errors.
  public var right: Double { mean(0) }
  /// MRR@10 with the errors, without corrections.
  public var uncorrected: Double { mean(1) }
  /// MRR@10 with the errors, with corrections.
  public var corrected: Double { mean(2) }
  /// The share of what the errors take that corrections bring back; nil if they take nothing.
  public var back: Double? {
    sums[0] > sums[1] ? (sums[2] - sums[1]) / (sums[0] - sums[1]) : nil
  }
}

/// The sums of all kinds of errors.
public struct TypingErrorTallies: Sendable, Equatable {
  /// Over all mistyped prefixes.
  public private(set) var all = TypingErrorTally()
  /// By the kind of the error; kinds without a prefix are left out.
  public private(set) var byKind: [TypingError: TypingErrorTally] = [:]

  /// Makes sums without prefixes.
  public init() {}

  /// Asks for the prefix of `request` with and without its error, if it has one.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - full: The full system.
  ///   - uncorrected: The same without corrections.
  mutating func add(_ request: ReplayRequest, _ full: SystemRunner, _ uncorrected: SystemRunner) {
    guard let error = request.error else { return }
    func reciprocalRank(_ runner: SystemRunner, _ prefix: ArraySlice<UInt8>) -> Double {
      let rank = LogReplay.rank(
        of: request.target, in: runner.suggestions(prefix, of: request))
      return rank == 0 ? 0 : 1 / Double(rank)
    }
    let meant = LogReplay.prefix(of: request.target, scalars: request.prefixLength)
    let right = reciprocalRank(full, meant)
    let missed = reciprocalRank(uncorrected, request.prefix)
    let found = reciprocalRank(full, request.prefix)
    all.add(right: right, uncorrected: missed, corrected: found)
    byKind[error, default: TypingErrorTally()].add(
      right: right, uncorrected: missed, corrected: found)
  }
}
