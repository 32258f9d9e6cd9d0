// A log as the rest of the product sees it: interned queries and observations of them.

/// One submitted query, with the query before it.
public struct Observation: Sendable, Equatable {
  /// The query, an id in the log's table.
  public var query: UInt32
  /// The query before it in the same session, or `QueryTable.none`.
  public var previous: UInt32
  /// The number of the session; a session ends after a gap without a query.
  public var session: UInt32
  /// The number of the session key in the log: a person, as far as the log knows.
  public var user: UInt32
  /// Unix seconds; 0 if the format has no times.
  public var time: Int64
  /// How often this was observed: 1 for events, the count for pairs and query lists.
  public var count: UInt32
  /// Where it was submitted, a number of the log's places, or `QueryTable.none`.
  public var place: UInt32

  /// Makes an observation.
  public init(
    query: UInt32, previous: UInt32, session: UInt32, user: UInt32, time: Int64, count: UInt32,
    place: UInt32 = QueryTable.none
  ) {
    self.query = query
    self.previous = previous
    self.session = session
    self.user = user
    self.time = time
    self.count = count
    self.place = place
  }
}

/// A log that was read, normalised and cut into sessions.
///
/// Invariant: the observations of a log with times are in time order, those of equal times in the
/// order of the lines; the observations of pairs and query lists are in the order of the lines.
public struct QueryLog: Sendable {
  /// The distinct queries.
  public internal(set) var queries = QueryTable()
  /// The observations.
  public internal(set) var observations: [Observation] = []
  /// The places that the observations name, as they are written in the log.
  public internal(set) var places: [[UInt8]] = []
  /// By observation, the number of what was typed on the way to it, or `QueryTable.none`; empty if
  /// the log does not say it.
  public internal(set) var typed: [UInt32] = []
  /// What was typed, by number: texts as they stood in the box, one per line.
  public internal(set) var typedTexts: [[UInt8]] = []
  /// Whether the observations have times (events, JSON lines, AOL) or only counts.
  public internal(set) var isTimed = true
  /// What was read and what was left out.
  public internal(set) var report = LogReport()

  /// Makes a log of given parts. Its `report` counts only the observations, sessions and users.
  ///
  /// - Parameters:
  ///   - observations: In time order if the log is timed; ids below `queries.count`.
  ///   - queries: The queries that the observations name.
  ///   - isTimed: Whether the observations have times.
  public init(observations: [Observation], queries: QueryTable, isTimed: Bool = true) {
    self.observations = observations
    self.queries = queries
    self.isTimed = isTimed
    report.observations = observations.count
    report.sessions = observations.reduce(0) { max($0, Int($1.session) + 1) }
    report.users = observations.reduce(0) { max($0, Int($1.user) + 1) }
  }

  /// The log of the first `count` observations, with the same queries and places.
  public func first(_ count: Int) -> QueryLog {
    var log = QueryLog(
      observations: Array(observations.prefix(count)), queries: queries, isTimed: isTimed)
    log.places = places
    log.typed = Array(typed.prefix(count))
    log.typedTexts = typedTexts
    return log
  }
}
