// What the store keeps: of a person, submitted queries and the items that they led to; of the
// operator, rules and items.

/// What somebody did with an item that a query led to.
public struct StoredUse: Sendable, Hashable {
  /// What was done.
  public enum Kind: Int64, Sendable, CaseIterable {
    /// The item was opened.
    case click = 0
    /// It was put into the cart.
    case cart = 1
    /// It was bought.
    case purchase = 2
  }

  /// The item's id, UTF-8.
  public var item: [UInt8]
  /// What was done with it.
  public var kind: Kind

  /// Makes a use.
  public init(item: [UInt8], kind: Kind) {
    self.item = item
    self.kind = kind
  }
}

/// A submitted query of one session, or an example: a query, and what it led to.
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
  /// What the query led to; nil for a submitted query.
  public var use: StoredUse?
  /// In which conversation, where, how it ended, and what was typed.
  public var circumstances: StoredCircumstances

  /// Makes an event.
  public init(
    query: [UInt8], normalized: [UInt8], form: Int64 = 0, time: Int64, use: StoredUse? = nil,
    circumstances: StoredCircumstances = StoredCircumstances()
  ) {
    self.query = query
    self.normalized = normalized
    self.form = form
    self.time = time
    self.use = use
    self.circumstances = circumstances
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
  /// The number of sessions with at least one query or example.
  public var sessions: Int
  /// The number of submitted queries of all sessions.
  public var events: Int
  /// The number of examples of all sessions.
  public var examples: Int

  /// Makes counts.
  public init(sessions: Int, events: Int, examples: Int = 0) {
    self.sessions = sessions
    self.events = events
    self.examples = examples
  }
}
