// What the store keeps: of a person a submitted query and nothing else; of the operator, rules.

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

/// A rule of what is never suggested.
public struct StoredRule: Sendable, Hashable {
  /// How the text is compared; the store gives it no meaning.
  public var kind: String
  /// The rule's text as it was written, UTF-8.
  public var text: [UInt8]

  /// Makes a rule.
  public init(kind: String, text: [UInt8]) {
    self.kind = kind
    self.text = text
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
