// What a client may ask for, as values. Text is UTF-8 bytes: no request needs a `String`.

/// A method of the protocol.
///
/// The raw value is the method's place in `allCases`, so that counters per method can be an array.
public enum Method: Int, Sendable, CaseIterable, CustomStringConvertible {
  /// Complete a prefix.
  case complete
  /// Record a submitted query.
  case record
  /// A session's queries.
  case history
  /// Delete what was recorded.
  case forget
  /// Never suggest what a rule says.
  case block
  /// Take a rule back.
  case unblock
  /// The rules of what is never suggested.
  case blocks
  /// The daemon's state.
  case status
  /// Counters and latencies, as text for a monitoring system.
  case metrics
  /// Load the index again.
  case reload
  /// Nothing: the answer shows that the daemon is there.
  case ping

  /// The name on the wire: the only table of the methods' names.
  public var name: StaticString {
    switch self {
    case .complete: return "complete"
    case .record: return "record"
    case .history: return "history"
    case .forget: return "forget"
    case .block: return "block"
    case .unblock: return "unblock"
    case .blocks: return "blocks"
    case .status: return "status"
    case .metrics: return "metrics"
    case .reload: return "reload"
    case .ping: return "ping"
    }
  }

  /// The name on the wire.
  public var description: String { "\(name)" }
}

/// A decoded request.
public enum Request: Sendable, Equatable {
  /// Complete a prefix.
  case complete(Complete)
  /// Record a submitted query.
  case record(Record)
  /// A session's queries, newest first.
  case history(History)
  /// Delete what was recorded.
  case forget(Forget)
  /// Never suggest what a rule says.
  case block(Rule)
  /// Take a rule back.
  case unblock(Rule)
  /// The rules of what is never suggested.
  case blocks
  /// The daemon's state.
  case status
  /// Counters and latencies, as text for a monitoring system.
  case metrics
  /// Load the index anew; `force` takes one that is older or of another profile as well.
  case reload(force: Bool = false)
  /// Is anybody there?
  case ping

  /// What a completion knows of the queries before it.
  public enum Context: Sendable, Equatable {
    /// Nothing.
    case none
    /// What the daemon recorded for this session.
    case session(SessionName)
    /// These queries, oldest first; nothing is looked up and nothing kept.
    case previous([[UInt8]])
  }

  /// The parameters of `complete`.
  public struct Complete: Sendable, Equatable {
    /// The queries before this one.
    public var context: Context
    /// The text typed so far; may be empty.
    public var prefix: [UInt8]
    /// How many suggestions at the most, or nil for the daemon's default.
    public var limit: Int?
    /// Whether each suggestion tells its features.
    public var explain: Bool
    /// Unix seconds, or nil for the daemon's own time.
    public var at: Int64?

    /// Makes the parameters.
    public init(
      context: Context = .none, prefix: [UInt8], limit: Int? = nil, explain: Bool = false,
      at: Int64? = nil
    ) {
      self.context = context
      self.prefix = prefix
      self.limit = limit
      self.explain = explain
      self.at = at
    }
  }

  /// The parameters of `record`.
  public struct Record: Sendable, Equatable {
    /// The session.
    public var session: SessionName
    /// The query as it was submitted; not empty.
    public var query: [UInt8]
    /// Unix seconds, or nil for the daemon's own time.
    public var at: Int64?

    /// Makes the parameters.
    public init(session: SessionName, query: [UInt8], at: Int64? = nil) {
      self.session = session
      self.query = query
      self.at = at
    }
  }

  /// The parameters of `history`.
  public struct History: Sendable, Equatable {
    /// The session.
    public var session: SessionName
    /// How many queries at the most, or nil for `ProtocolLimits.defaultHistoryLimit`.
    public var limit: Int?

    /// Makes the parameters.
    public init(session: SessionName, limit: Int? = nil) {
      self.session = session
      self.limit = limit
    }
  }

  /// The parameters of `forget`; each of them narrows what is deleted.
  public struct Forget: Sendable, Equatable {
    /// The session, or nil for everybody's.
    public var session: SessionName?
    /// The query to delete, or nil for all.
    public var query: [UInt8]?
    /// Unix seconds of the first to delete, or nil for no bound.
    public var since: Int64?
    /// Unix seconds of the last to delete, or nil for no bound.
    public var until: Int64?

    /// Makes the parameters of a deletion from one session.
    public init(
      session: SessionName, query: [UInt8]? = nil, since: Int64? = nil, until: Int64? = nil
    ) {
      self.init(whose: session, query: query, since: since, until: until)
    }

    /// The parameters of a deletion from every session: never by a name that is missing.
    public static func everyone(
      query: [UInt8]? = nil, since: Int64? = nil, until: Int64? = nil
    ) -> Forget {
      Forget(whose: nil, query: query, since: since, until: until)
    }

    private init(whose session: SessionName?, query: [UInt8]?, since: Int64?, until: Int64?) {
      self.session = session
      self.query = query
      self.since = since
      self.until = until
    }
  }

  /// The parameters of `block` and `unblock`.
  public struct Rule: Sendable, Equatable {
    /// How a rule's text is compared with a suggestion.
    public enum Kind: String, Sendable, CaseIterable {
      /// The whole suggestion is the text.
      case exact
      /// The suggestion begins with the text.
      case prefix
      /// The suggestion contains the text's words, whole and next to each other.
      case word
      /// The whole suggestion fits the text with its wildcards `*` and `?`.
      case pattern
    }

    /// How the text is compared.
    public var kind: Kind
    /// The text; not empty.
    public var text: [UInt8]

    /// Makes the parameters.
    public init(kind: Kind, text: [UInt8]) {
      self.kind = kind
      self.text = text
    }
  }

  /// The request's method.
  public var method: Method {
    switch self {
    case .complete: return .complete
    case .record: return .record
    case .history: return .history
    case .forget: return .forget
    case .block: return .block
    case .unblock: return .unblock
    case .blocks: return .blocks
    case .status: return .status
    case .metrics: return .metrics
    case .reload: return .reload
    case .ping: return .ping
    }
  }
}
