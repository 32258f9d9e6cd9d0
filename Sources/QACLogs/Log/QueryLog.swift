// A log as the rest of the product sees it: interned queries and what was observed of them.

/// One submitted query, with the query before it.
public struct Observation: Sendable, Equatable {
  /// The query, an id of the log's table.
  public var query: UInt32
  /// The query before it in the same session, or `QueryTable.none`.
  public var previous: UInt32
  /// The ordinal of the session, cut where nothing was submitted for the gap.
  public var session: UInt32
  /// The ordinal of the session key in the log, not cut: a person, as far as the log knows.
  public var user: UInt32
  /// Unix seconds; 0 where the format has no times.
  public var time: Int64
  /// How often this was observed: 1 for events, the count for pairs and query lists.
  public var count: UInt32

  /// Makes an observation.
  public init(
    query: UInt32, previous: UInt32, session: UInt32, user: UInt32, time: Int64, count: UInt32
  ) {
    self.query = query
    self.previous = previous
    self.session = session
    self.user = user
    self.time = time
    self.count = count
  }
}

/// A log that was read, normalised and cut into sessions.
///
/// Invariant: observations of a log with times are in time order, equal times in the order of the
/// lines; observations of pairs and query lists are in the order of the lines.
public struct QueryLog: Sendable {
  /// The distinct queries.
  public internal(set) var queries = QueryTable()
  /// What was observed.
  public internal(set) var observations: [Observation] = []
  /// Whether the observations carry times (events, JSON lines, AOL) or counts only.
  public internal(set) var isTimed = true
  /// What was read and what was dropped.
  public internal(set) var report = LogReport()

  /// Makes a log of given parts; `report` then counts the observations, sessions and users only.
  ///
  /// - Parameters:
  ///   - observations: In time order where the log is timed; ids below `queries.count`.
  ///   - queries: The queries that the observations name.
  ///   - isTimed: Whether the observations carry times.
  public init(observations: [Observation], queries: QueryTable, isTimed: Bool = true) {
    self.observations = observations
    self.queries = queries
    self.isTimed = isTimed
    report.observations = observations.count
    report.sessions = observations.reduce(0) { max($0, Int($1.session) + 1) }
    report.users = observations.reduce(0) { max($0, Int($1.user) + 1) }
  }
}
