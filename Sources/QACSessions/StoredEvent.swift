// What the store keeps of a person: one submitted query, and nothing else.

/// A submitted query of one session.
public struct StoredEvent: Sendable, Equatable {
  /// The query as it was typed, UTF-8.
  public var query: [UInt8]
  /// The query as it was normalised when it was recorded, UTF-8.
  public var normalized: [UInt8]
  /// When it was submitted, in unix seconds.
  public var time: Int64

  /// Makes an event.
  public init(query: [UInt8], normalized: [UInt8], time: Int64) {
    self.query = query
    self.normalized = normalized
    self.time = time
  }
}

/// What a store holds, in counts.
public struct SessionStatistics: Sendable, Equatable {
  /// The sessions with at least one event.
  public var sessions: Int
  /// The events of all sessions.
  public var events: Int

  /// Makes counts.
  public init(sessions: Int, events: Int) {
    self.sessions = sessions
    self.events = events
  }
}
