// What reading a log found: counts, and where the bad lines are.

/// The result of reading one or more log files, in counts.
public struct LogReport: Sendable, Equatable {
  /// Makes an empty report.
  public init() {}
}
