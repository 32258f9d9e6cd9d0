// What the store keeps: of a person, submitted queries and nothing else; of the operator, rules.

/// A submitted query of one session.
public struct StoredEvent: Sendable, Equatable {
  /// The query as typed, UTF-8.
  public var query: [UInt8]
  /// The query as normalised when it was recorded, UTF-8.
  public var normalized: [UInt8]
  /// A number that says how `normalized` was made; the caller gives it a meaning. 0 if that is not
  /// known.
  public var form: Int64
  /// When it was submitted, in unix seconds.
  public var time: Int64

  /// Makes an event.
  public init(query: [UInt8], normalized: [UInt8], form: Int64 = 0, time: Int64) {
    self.query = query
    self.normalized = normalized
    self.form = form
    self.time = time
  }
}

/// The key of an event. Keys are ordered as events are old: by time, then by session, then by the
/// order in the session.
public struct EventKey: Sendable, Hashable, Comparable {
  /// Unix seconds.
  public var time: Int64
  /// The session's number in the database.
  public var session: Int64
  /// Numbers the events of one session within one second.
  public var sequence: Int64

  /// Makes a key.
  public init(time: Int64, session: Int64, sequence: Int64) {
    self.time = time
    self.session = session
    self.sequence = sequence
  }

  /// A key that all events before `time` precede, and no others.
  public static func start(of time: Int64) -> EventKey {
    EventKey(time: time, session: .min, sequence: .min)
  }

  /// Whether the event of `a` is older than that of `b`.
  public static func < (a: EventKey, b: EventKey) -> Bool {
    (a.time, a.session, a.sequence) < (b.time, b.session, b.sequence)
  }
}

/// How much a store holds.
public struct SessionStatistics: Sendable, Equatable {
  /// The number of sessions with at least one event.
  public var sessions: Int
  /// The number of events of all sessions.
  public var events: Int

  /// Makes counts.
  public init(sessions: Int, events: Int) {
    self.sessions = sessions
    self.events = events
  }
}
