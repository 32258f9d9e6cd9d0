// The requests of a client, as values. Text is UTF-8 bytes, so no request needs a `String`.

/// A method of the protocol.
///
/// The raw value is the method's place in `allCases`, so that counters per method can be an array.
public enum Method: Int, Sendable, CaseIterable, CustomStringConvertible {
  /// Complete a prefix.
  case complete
  /// Record a submitted query, or what somebody did with an item.
  case record
  /// Find the items that a query means.
  case retrieve
  /// List a session's queries.
  case history
  /// Find words in everything that a session submitted.
  case search
  /// Delete what was recorded.
  case forget
  /// Add events that were submitted before, unless they are there already.
  case importEvents
  /// Give a session's events back.
  case exportEvents
  /// Add a rule for texts that are never suggested.
  case block
  /// Remove a rule.
  case unblock
  /// List the rules for texts that are never suggested.
  case blocks
  /// Let a text stand first for a prefix.
  case pin
  /// Take a pin back.
  case unpin
  /// List the pins.
  case pins
  /// Let texts weigh more or less.
  case boost
  /// Take a boost back.
  case unboost
  /// List the boosts.
  case boosts
  /// Add items, which are served until an index has them.
  case itemsAdd
  /// Take items out.
  case itemsRemove
  /// List the items that were added or taken out.
  case items
  /// Report the daemon's state.
  case status
  /// Report counters and latencies, as text for a monitoring system.
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
    case .retrieve: return "retrieve"
    case .history: return "history"
    case .search: return "search"
    case .forget: return "forget"
    case .importEvents: return "import"
    case .exportEvents: return "export"
    case .block: return "block"
    case .unblock: return "unblock"
    case .blocks: return "blocks"
    case .pin: return "pin"
    case .unpin: return "unpin"
    case .pins: return "pins"
    case .boost: return "boost"
    case .unboost: return "unboost"
    case .boosts: return "boosts"
    case .itemsAdd: return "items.add"
    case .itemsRemove: return "items.remove"
    case .items: return "items"
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
  /// Record a submitted query, or what somebody did with an item.
  case record(Record)
  /// Say how a recorded query ended; the method is `record`, too.
  case outcome(Outcome)
  /// Find the items that a query means.
  case retrieve(Retrieve)
  /// List a session's queries, newest first.
  case history(History)
  /// Find words in everything that a session submitted.
  case search(Search)
  /// Delete what was recorded.
  case forget(Forget)
  /// Add those of 1 to `ProtocolLimits.maximumImportedEvents` events that are not there yet.
  case importEvents([ImportedEvent])
  /// Give a page of a session's events back, oldest first.
  case exportEvents(Export)
  /// Add a rule for texts that are never suggested.
  case block(Rule)
  /// Remove a rule.
  case unblock(Rule)
  /// List the rules for texts that are never suggested.
  case blocks
  /// Let a text stand first for a prefix.
  case pin(Pin)
  /// Take a pin back; its `until` does not matter.
  case unpin(Pin)
  /// List the pins.
  case pins
  /// Let texts weigh more or less.
  case boost(Boost)
  /// Take a boost back.
  case unboost(Rule)
  /// List the boosts.
  case boosts
  /// Add items with different ids: 1 to `ProtocolLimits.maximumItems`.
  case itemsAdd([Item])
  /// Take the items with these different ids out.
  case itemsRemove([ItemID])
  /// List the items that were added or taken out: at most `limit`, or all.
  case items(limit: Int? = nil)
  /// Report the daemon's state.
  case status
  /// Report counters and latencies, as text for a monitoring system.
  case metrics
  /// Load the index again; `force` also accepts one that is older or of another profile.
  case reload(force: Bool = false)
  /// Nothing: the answer shows that the daemon is there.
  case ping

  /// The earlier queries that a completion may use.
  public enum Context: Sendable, Equatable {
    /// None.
    case none
    /// Those that the daemon recorded for this session.
    case session(SessionName)
    /// These, oldest first; the daemon looks nothing up and stores nothing.
    case previous([[UInt8]])
  }

  /// The parameters of `complete`.
  public struct Complete: Sendable, Equatable {
    /// The queries before this one.
    public var context: Context
    /// The conversation of the session that the queries before this one come from; nil for all of
    /// the session.
    public var thread: SessionName?
    /// Where the text is typed; nil if that is not known.
    public var place: Place?
    /// The text typed so far; may be empty.
    public var prefix: [UInt8]
    /// The most suggestions, or nil for the daemon's default.
    public var limit: Int?
    /// Whether the answer has the features of each suggestion.
    public var explain: Bool
    /// The most items of the best completion in the answer, or nil for an answer without items.
    public var items: Int?
    /// Whether the answer tells when and where the session last submitted a suggestion.
    public var last: Bool
    /// Unix seconds, or nil for the daemon's own time.
    public var at: Int64?

    /// Makes the parameters.
    public init(
      context: Context = .none, thread: SessionName? = nil, place: Place? = nil, prefix: [UInt8],
      limit: Int? = nil, explain: Bool = false, items: Int? = nil, last: Bool = false,
      at: Int64? = nil
    ) {
      self.context = context
      self.thread = thread
      self.place = place
      self.prefix = prefix
      self.limit = limit
      self.explain = explain
      self.items = items
      self.last = last
      self.at = at
    }
  }

  /// The parameters of `record`.
  public struct Record: Sendable, Equatable {
    /// The session.
    public var session: SessionName
    /// The query as it was submitted; not empty.
    public var query: [UInt8]
    /// The item to which the query led; nil if this records that the query was submitted.
    public var item: ItemID?
    /// What somebody did with the item.
    public var kind: Kind
    /// Unix seconds, or nil for the daemon's own time.
    public var at: Int64?
    /// In which conversation of the session, where, and how it ended.
    public var circumstances: Circumstances

    /// Makes the parameters.
    public init(
      session: SessionName, query: [UInt8], item: ItemID? = nil, kind: Kind = .click,
      at: Int64? = nil, circumstances: Circumstances = Circumstances()
    ) {
      self.session = session
      self.query = query
      self.item = item
      self.kind = kind
      self.at = at
      self.circumstances = circumstances
    }
  }

  /// The parameters of `history`.
  public struct History: Sendable, Equatable {
    /// The session.
    public var session: SessionName
    /// The most queries, or nil for `ProtocolLimits.defaultHistoryLimit`.
    public var limit: Int?

    /// Makes the parameters.
    public init(session: SessionName, limit: Int? = nil) {
      self.session = session
      self.limit = limit
    }
  }

  /// The parameters of `forget`; each of them narrows what is deleted.
  public struct Forget: Sendable, Equatable {
    /// The session, or nil for all sessions.
    public var session: SessionName?
    /// The query to delete, or nil for all.
    public var query: [UInt8]?
    /// The earliest time to delete in unix seconds, or nil for no bound.
    public var since: Int64?
    /// The latest time to delete in unix seconds, or nil for no bound.
    public var until: Int64?

    /// Makes the parameters of a deletion from one session.
    public init(
      session: SessionName, query: [UInt8]? = nil, since: Int64? = nil, until: Int64? = nil
    ) {
      self.init(whose: session, query: query, since: since, until: until)
    }

    /// The parameters of a deletion from all sessions. It has a name of its own, so that a missing
    /// session can never mean all.
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

  /// The parameters of `pin` and `unpin`.
  public struct Pin: Sendable, Equatable {
    /// The prefix; may be empty.
    public var prefix: [UInt8]
    /// The text, which begins with the prefix; not empty.
    public var text: [UInt8]
    /// Unix seconds before which the pin counts, or nil for ever.
    public var until: Int64?

    /// Makes the parameters.
    public init(prefix: [UInt8], text: [UInt8], until: Int64? = nil) {
      self.prefix = prefix
      self.text = text
      self.until = until
    }
  }

  /// The parameters of `boost`.
  public struct Boost: Sendable, Equatable {
    /// Which texts.
    public var rule: Rule
    /// What multiplies the odds of these texts.
    public var factor: Double

    /// Makes the parameters.
    public init(rule: Rule, factor: Double) {
      self.rule = rule
      self.factor = factor
    }
  }

  /// The parameters of `block`, `unblock` and `unboost`.
  public struct Rule: Sendable, Equatable {
    /// How a rule's text is compared with a suggestion.
    public enum Kind: String, Sendable, CaseIterable {
      /// The whole suggestion is the text.
      case exact
      /// The suggestion begins with the text.
      case prefix
      /// The suggestion contains the text's words, whole and next to each other.
      case word
      /// The whole suggestion matches the text with its wildcards `*` and `?`.
      case pattern
      /// The text is the id of an item.
      case item

      /// The kinds that are about suggestions, as `boost` has them.
      static let ofTexts: [Kind] = [.exact, .prefix, .word, .pattern]
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
    case .record, .outcome: return .record
    case .retrieve: return .retrieve
    case .history: return .history
    case .search: return .search
    case .forget: return .forget
    case .importEvents: return .importEvents
    case .exportEvents: return .exportEvents
    case .block: return .block
    case .unblock: return .unblock
    case .blocks: return .blocks
    case .pin: return .pin
    case .unpin: return .unpin
    case .pins: return .pins
    case .boost: return .boost
    case .unboost: return .unboost
    case .boosts: return .boosts
    case .itemsAdd: return .itemsAdd
    case .itemsRemove: return .itemsRemove
    case .items: return .items
    case .status: return .status
    case .metrics: return .metrics
    case .reload: return .reload
    case .ping: return .ping
    }
  }
}
