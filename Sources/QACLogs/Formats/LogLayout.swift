// What the records of one file have, as its format was told or named.

/// What a file was taken for.
public struct LogLayout: Sendable, Equatable {
  /// The format.
  public var format: LogFormat
  /// The unit of times that are numbers.
  public var unit = TimeUnit.seconds
  /// Whether records have a time.
  public var hasTimes = false
  /// Whether records have a session or a user.
  public var hasSessions = false
  /// Whether the key of a record is the query before it.
  public var hasPrevious = false
  /// Whether records have a count. Counts are used if there are no sessions.
  public var hasCounts = false
  /// Makes a layout without anything.
  public init(_ format: LogFormat) { self.format = format }

  /// Whether the records are events with a time; otherwise they are counts.
  public var isTimed: Bool { hasTimes && (hasSessions || !hasCounts) }
}
