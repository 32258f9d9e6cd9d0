// Reads the members of `params` and checks them against the parameters of the method.

internal import QACJSON

/// The parameters of one request while they are read.
struct Parameters {
  /// The members that the protocol knows; the most frequent ones are compared first.
  private enum Name: UInt8 {
    case prefix, session, limit, previous, query, at, explain, kind, text
    case since, until, everyone, force, factor, item, items, ids
    case thread, place, outcome, typed, taken, source, id
    case events, after, before, last, person

    var text: StaticString {
      switch self {
      case .prefix: return "prefix"
      case .session: return "session"
      case .limit: return "limit"
      case .previous: return "previous"
      case .query: return "query"
      case .at: return "at"
      case .explain: return "explain"
      case .kind: return "kind"
      case .text: return "text"
      case .since: return "since"
      case .until: return "until"
      case .everyone: return "everyone"
      case .force: return "force"
      case .factor: return "factor"
      case .item: return "item"
      case .items: return "items"
      case .ids: return "ids"
      case .thread: return "thread"
      case .place: return "place"
      case .outcome: return "outcome"
      case .typed: return "typed"
      case .taken: return "taken"
      case .source: return "source"
      case .id: return "id"
      case .events: return "events"
      case .after: return "after"
      case .person: return "person"
      case .before: return "before"
      case .last: return "last"
      }
    }

    func belongs(to method: Method) -> Bool {
      switch (method, self) {
      case (.complete, .prefix), (.complete, .session), (.complete, .limit),
        (.complete, .previous), (.complete, .at), (.complete, .explain), (.complete, .items),
        (.complete, .thread), (.complete, .place), (.complete, .last),
        (.record, .session), (.record, .query), (.record, .at), (.record, .item),
        (.record, .kind), (.record, .thread), (.record, .place), (.record, .outcome),
        (.record, .typed), (.record, .taken), (.record, .source), (.record, .id),
        (.record, .person),
        (.retrieve, .session), (.retrieve, .query), (.retrieve, .limit), (.retrieve, .previous),
        (.retrieve, .at), (.retrieve, .explain), (.retrieve, .thread),
        (.history, .session), (.history, .limit),
        (.search, .session), (.search, .query), (.search, .limit), (.search, .before),
        (.search, .place),
        (.forget, .session), (.forget, .query), (.forget, .since), (.forget, .until),
        (.forget, .everyone),
        (.importEvents, .events),
        (.exportEvents, .session), (.exportEvents, .after), (.exportEvents, .limit),
        (.block, .kind), (.block, .text), (.unblock, .kind), (.unblock, .text),
        (.pin, .prefix), (.pin, .text), (.pin, .until), (.unpin, .prefix), (.unpin, .text),
        (.boost, .kind), (.boost, .text), (.boost, .factor), (.unboost, .kind), (.unboost, .text),
        (.itemsAdd, .items), (.itemsRemove, .ids), (.items, .limit),
        (.reload, .force):
        return true
      default: return false
      }
    }
  }

  private let method: Method
  private let acceptsClientTime: Bool
  private var seen: UInt32 = 0
  /// The first fault of the parameters.
  private var fault: ProtocolFault?
  private var session: SessionName?
  private var prefix: [UInt8]?
  private var query: [UInt8]?
  private var previous: [[UInt8]]?
  private var limit: Int?
  private var explain = false
  private var at: Int64?
  private var kind: Request.Rule.Kind?
  private var text: [UInt8]?
  private var since: Int64?
  private var until: Int64?
  private var everyone = false
  private var force = false
  private var factor: Double?
  private var item: ItemID?
  private var act: Request.Record.Kind?
  private var itemCount: Int?
  private var items: [Request.Item]?
  private var ids: [ItemID]?
  private var circumstances = Request.Circumstances()
  private var taken: Int?
  private var source: [UInt8]?
  private var id: RecordID?
  private var events: [Request.ImportedEvent]?
  private var after: [UInt8]?
  private var before: [UInt8]?
  private var last = false

  init(method: Method, acceptsClientTime: Bool) {
    self.method = method
    self.acceptsClientTime = acceptsClientTime
  }

  /// Reads the object at `start` of `line`, which is known to be well-formed.
  mutating func read(_ line: UnsafeBufferPointer<UInt8>, at start: Int) throws(JSONFault) {
    var scanner = JSONScanner(line)
    scanner.position = start + 1
    if scanner.take(0x7D) { return }
    repeat {
      let key = try scanner.key()
      if let name = Self.name(key, scanner), name.belongs(to: method) {
        if seen & (1 << name.rawValue) != 0 { note(.repeatedMember(name: .init(name.text))) }
        seen |= 1 << name.rawValue
        try readMember(name, &scanner)
      } else {
        try scanner.skipValue(depth: 1)
      }
    } while try scanner.hasAnother(closing: 0x7D)
  }

  /// The known name that `key` is.
  private static func name(_ key: JSONScanner.StringToken, _ scanner: JSONScanner) -> Name? {
    // By raw values, because `allCases` would allocate an array.
    var place: UInt8 = 0
    while let name = Name(rawValue: place) {
      if scanner.matches(key, name.text) { return name }
      place += 1
    }
    return nil
  }

  private mutating func note(_ fault: ProtocolFault) {
    if self.fault == nil { self.fault = fault }
  }

  /// Reads one value; null counts as if the member were absent.
  private mutating func readMember(
    _ name: Name, _ scanner: inout JSONScanner
  ) throws(JSONFault) {
    if scanner.next() == 0x6E { return try scanner.literal("null") }
    switch name {
    case .session:
      session = try sessionName(&scanner, name: "session")
    case .thread:
      circumstances.thread = try sessionName(&scanner, name: "thread")
    case .place, .outcome, .typed, .taken, .source, .id, .person:
      try readCircumstance(name, &scanner)
    case .events:
      var reader = ImportParameters()
      events = try reader.events(&scanner)
      if let fault = reader.fault { note(fault) }
    case .after:
      after = try query(&scanner, name: "after")
    case .before:
      before = try query(&scanner, name: "before")
    case .last:
      last = try flag(&scanner, name: "last")
    case .prefix:
      prefix = try query(&scanner, name: "prefix")
    case .query:
      query = try query(&scanner, name: "query")
      // A front end may ask for the items of an empty line, or for all that was submitted.
      if query?.isEmpty == true && method != .retrieve && method != .search {
        note(.invalidParameter(name: "query", expected: "at least one byte long"))
      }
    case .previous:
      previous = try queries(&scanner)
    case .limit:
      guard let value = try whole(&scanner), value >= 1, value <= ProtocolLimits.maximumLimit else {
        return note(
          .invalidParameter(
            name: "limit", expected: "a whole number from 1 to \(ProtocolLimits.maximumLimit)"))
      }
      limit = Int(value)
    case .explain:
      explain = try flag(&scanner, name: "explain")
    case .everyone:
      everyone = try flag(&scanner, name: "everyone")
    case .force:
      force = try flag(&scanner, name: "force")
    case .factor:
      factor = try number(&scanner, in: ProtocolLimits.factors)
      if factor == nil {
        note(.invalidParameter(name: "factor", expected: "a number from 0.001 to 1000"))
      }
    case .at:
      at = try time(&scanner, name: "at")
    case .since:
      since = try time(&scanner, name: "since")
    case .until:
      until = try time(&scanner, name: "until")
    case .kind:
      readKind(try text(&scanner))
    case .text:
      text = try query(&scanner, name: "text")
      if text?.isEmpty == true {
        note(.invalidParameter(name: "text", expected: "at least one byte long"))
      }
    case .item:
      item = try text(&scanner).flatMap { ItemID(bytes: $0) }
      if item == nil { note(.invalidParameter(name: "item", expected: Self.itemID)) }
    case .items where method == .complete:
      guard let value = try whole(&scanner), value >= 1, value <= ProtocolLimits.maximumLimit else {
        return note(
          .invalidParameter(
            name: "items", expected: "a whole number from 1 to \(ProtocolLimits.maximumLimit)"))
      }
      itemCount = Int(value)
    case .items:
      var reader = ItemParameters()
      items = try reader.items(&scanner)
      if let fault = reader.fault { note(fault) }
    case .ids:
      var reader = ItemParameters()
      ids = try reader.ids(&scanner)
      if let fault = reader.fault { note(fault) }
    }
  }

  /// The name of a session or a thread; nil for any other value, which is skipped.
  private mutating func sessionName(
    _ scanner: inout JSONScanner, name: StaticText
  ) throws(JSONFault) -> SessionName? {
    if let bytes = try text(&scanner), let value = SessionName(bytes: bytes) { return value }
    let most = ProtocolLimits.maximumSessionBytes
    note(
      .invalidParameter(
        name: name, expected: "a string of 1 to \(most) bytes of UTF-8 without control characters"))
    return nil
  }

  /// Reads what is said of a query beside its text.
  private mutating func readCircumstance(
    _ name: Name, _ scanner: inout JSONScanner
  ) throws(JSONFault) {
    switch name {
    case .place:
      circumstances.place = try text(&scanner).flatMap { Place(bytes: $0) }
      if circumstances.place == nil {
        let most = ProtocolLimits.maximumPlaceBytes
        note(
          .invalidParameter(
            name: "place", expected: "a string of 1 to \(most) bytes of UTF-8 without U+0000"))
      }
    case .outcome:
      let bytes = try text(&scanner) ?? []
      circumstances.outcome = Request.End.allCases.first { bytes.elementsEqual($0.rawValue.utf8) }
      if circumstances.outcome == nil {
        note(.invalidParameter(name: "outcome", expected: "ok or failed"))
      }
    case .typed:
      circumstances.typed = try query(&scanner, name: "typed")
    case .taken:
      guard let value = try whole(&scanner), value >= 0, value <= ProtocolLimits.maximumLimit else {
        return note(
          .invalidParameter(
            name: "taken", expected: "a whole number from 0 to \(ProtocolLimits.maximumLimit)"))
      }
      taken = Int(value)
    case .source:
      source = try text(&scanner)
      let most = ProtocolLimits.maximumSourceBytes
      if let source, (1...most).contains(source.count),
        source.allSatisfy({ (0x61...0x7A).contains($0) })
      {
        return
      }
      note(
        .invalidParameter(
          name: "source", expected: "the source of a suggestion: 1 to \(most) letters a to z"))
    case .person:
      circumstances.person = try text(&scanner)
      guard let person = circumstances.person,
        person.isEmpty || SessionName(bytes: person) != nil
      else {
        let most = ProtocolLimits.maximumSessionBytes
        return note(
          .invalidParameter(
            name: "person",
            expected: "a string of at most \(most) bytes of UTF-8 without control characters"))
      }
    default:
      id = try text(&scanner).flatMap { RecordID(bytes: $0) }
      if id == nil {
        note(.invalidParameter(name: "id", expected: "an id that the record of a query answered"))
      }
    }
  }

  private static let itemID: StaticText =
    """
    an item's id: a string of 1 to \(ProtocolLimits.maximumItemIDBytes) bytes of UTF-8 without \
    control characters
    """

  /// Takes the kind of a rule, or of what somebody did with an item.
  private mutating func readKind(_ bytes: [UInt8]?) {
    let bytes = bytes ?? []
    switch method {
    case .record:
      act = Request.Record.Kind.allCases.first { bytes.elementsEqual($0.rawValue.utf8) }
      if act == nil {
        note(.invalidParameter(name: "kind", expected: "click, cart or purchase"))
      }
    case .boost, .unboost:
      kind = Request.Rule.Kind.ofTexts.first { bytes.elementsEqual($0.rawValue.utf8) }
      if kind == nil {
        note(.invalidParameter(name: "kind", expected: "exact, prefix, word or pattern"))
      }
    default:
      kind = Request.Rule.Kind.allCases.first { bytes.elementsEqual($0.rawValue.utf8) }
      if kind == nil {
        note(.invalidParameter(name: "kind", expected: "exact, prefix, word, pattern or item"))
      }
    }
  }

  /// The text of a string; nil for any other value, which is skipped.
  private func text(_ scanner: inout JSONScanner) throws(JSONFault) -> [UInt8]? {
    guard scanner.next() == 0x22 else {
      try scanner.skipValue(depth: 1)
      return nil
    }
    return scanner.text(try scanner.string())
  }

  /// The text of a prefix or a query; nil if it is not a valid one.
  private mutating func query(
    _ scanner: inout JSONScanner, name: StaticText
  ) throws(JSONFault) -> [UInt8]? {
    guard let text = try text(&scanner), text.count <= ProtocolLimits.maximumTextBytes,
      !text.contains(0)
    else {
      let most = ProtocolLimits.maximumTextBytes
      note(
        .invalidParameter(
          name: name, expected: "a string of at most \(most) bytes of UTF-8 without U+0000"))
      return nil
    }
    return text
  }

  private mutating func queries(_ scanner: inout JSONScanner) throws(JSONFault) -> [[UInt8]]? {
    guard scanner.next() == 0x5B else {
      try scanner.skipValue(depth: 1)
      note(.invalidParameter(name: "previous", expected: "an array of strings"))
      return nil
    }
    scanner.position += 1
    var queries: [[UInt8]] = []
    if scanner.take(0x5D) { return queries }
    repeat {
      if let text = try query(&scanner, name: "previous[]") {
        if queries.count < ProtocolLimits.maximumPreviousQueries {
          queries.append(text)
        } else {
          note(
            .invalidParameter(
              name: "previous",
              expected: "an array of at most \(ProtocolLimits.maximumPreviousQueries) strings"))
        }
      }
    } while try scanner.hasAnother(closing: 0x5D)
    return queries
  }

  /// The value of a flag; false for any other value, which is skipped.
  private mutating func flag(
    _ scanner: inout JSONScanner, name: StaticText
  ) throws(JSONFault) -> Bool {
    switch scanner.next() {
    case 0x74:
      try scanner.literal("true")
      return true
    case 0x66:
      try scanner.literal("false")
    default:
      try scanner.skipValue(depth: 1)
      note(.invalidParameter(name: name, expected: "true or false"))
    }
    return false
  }

  /// A time in unix seconds; nil for any other value, which is skipped.
  private mutating func time(
    _ scanner: inout JSONScanner, name: StaticText
  ) throws(JSONFault) -> Int64? {
    guard let value = try whole(&scanner), value >= 0, value <= ProtocolLimits.maximumTime else {
      note(.invalidParameter(name: name, expected: "whole unix seconds from 0 to the year 9999"))
      return nil
    }
    return value
  }

  /// A number in `range`; nil for any other value, which is skipped.
  private func number(
    _ scanner: inout JSONScanner, in range: ClosedRange<Double>
  ) throws(JSONFault) -> Double? {
    switch scanner.next() {
    case .some(0x2D), .some(0x30...0x39):
      let value = try? scanner.double(try scanner.number())
      return value.flatMap { range.contains($0) ? $0 : nil }
    default:
      try scanner.skipValue(depth: 1)
      return nil
    }
  }

  private func whole(_ scanner: inout JSONScanner) throws(JSONFault) -> Int64? {
    switch scanner.next() {
    case .some(0x2D), .some(0x30...0x39): return try scanner.number().integer
    default:
      try scanner.skipValue(depth: 1)
      return nil
    }
  }

  /// The request, if nothing is wrong and nothing is missing.
  func request() throws(ProtocolFault) -> Request {
    if let fault { throw fault }
    if at != nil && !acceptsClientTime { throw .clientTimeRefused }
    switch method {
    case .complete:
      guard let prefix else { throw .missingParameter(name: "prefix") }
      return .complete(
        .init(
          context: try context(), thread: try threadOfSession(), place: circumstances.place,
          prefix: prefix, limit: limit, explain: explain, items: itemCount,
          last: try lastOfSession(), at: at))
    case .record:
      let session = try requiredSession()
      if let id { return .outcome(try outcome(of: id, session)) }
      guard let query else { throw .missingParameter(name: "query") }
      // Whether a query normalises to nothing depends on the served index, so it is not known here.
      if query.allSatisfy({ $0 == 0x20 || $0 &- 0x09 < 5 }) {
        throw .invalidParameter(name: "query", expected: "more than white space")
      }
      if act != nil && item == nil { throw .missingParameter(name: "item") }
      return .record(
        .init(
          session: session, query: query, item: item, kind: act ?? .click, at: at,
          circumstances: try requiredCircumstances()))
    case .retrieve:
      guard let query else { throw .missingParameter(name: "query") }
      return .retrieve(
        .init(
          context: try context(), thread: try threadOfSession(), query: query, limit: limit,
          explain: explain, at: at))
    case .history:
      return .history(.init(session: try requiredSession(), limit: limit))
    case .search:
      guard let query else { throw .missingParameter(name: "query") }
      return .search(
        .init(
          session: try requiredSession(), query: query, limit: limit, before: before,
          place: circumstances.place))
    case .importEvents:
      guard let events else { throw .missingParameter(name: "events") }
      return .importEvents(events)
    case .exportEvents:
      return .exportEvents(.init(session: try requiredSession(), after: after, limit: limit))
    case .forget:
      if let session = try forgottenSession() {
        return .forget(.init(session: session, query: query, since: since, until: until))
      }
      return .forget(.everyone(query: query, since: since, until: until))
    case .block: return .block(try requiredRule())
    case .unblock: return .unblock(try requiredRule())
    case .blocks: return .blocks
    case .pin: return .pin(try requiredPin())
    case .unpin: return .unpin(try requiredPin())
    case .pins: return .pins
    case .boost:
      let rule = try requiredRule()
      guard let factor else { throw .missingParameter(name: "factor") }
      return .boost(.init(rule: rule, factor: factor))
    case .unboost: return .unboost(try requiredRule())
    case .boosts: return .boosts
    case .itemsAdd:
      guard let items else { throw .missingParameter(name: "items") }
      return .itemsAdd(items)
    case .itemsRemove:
      guard let ids else { throw .missingParameter(name: "ids") }
      return .itemsRemove(ids)
    case .items: return .items(limit: limit)
    case .status: return .status
    case .metrics: return .metrics
    case .reload: return .reload(force: force)
    case .ping: return .ping
    }
  }

  /// The thread, which means nothing without its session.
  private func threadOfSession() throws(ProtocolFault) -> SessionName? {
    if circumstances.thread != nil { _ = try requiredSession() }
    return circumstances.thread
  }

  /// Whether the last submissions are told; without a session there are none.
  private func lastOfSession() throws(ProtocolFault) -> Bool {
    if last { _ = try requiredSession() }
    return last
  }

  /// How a query ended that was recorded before; nothing else can be said of it.
  private func outcome(
    of id: RecordID, _ session: SessionName
  ) throws(ProtocolFault) -> Request.Outcome {
    if query != nil { throw .conflictingParameters("id", "query") }
    if circumstances.person != nil { throw .conflictingParameters("id", "person") }
    guard let end = circumstances.outcome else { throw .missingParameter(name: "outcome") }
    return Request.Outcome(session: session, id: id, end: end)
  }

  /// What is said of a query that is recorded. Of what somebody did with an item, only the thread
  /// and the place can be said.
  private func requiredCircumstances() throws(ProtocolFault) -> Request.Circumstances {
    var all = circumstances
    if item != nil {
      if all.outcome != nil { throw .conflictingParameters("item", "outcome") }
      if all.typed != nil { throw .conflictingParameters("item", "typed") }
      if taken != nil { throw .conflictingParameters("item", "taken") }
    }
    if let taken {
      if source != nil, taken == 0 { throw .conflictingParameters("taken 0", "source") }
      all.choice = Choice(taken: taken, source: source)
    } else if source != nil {
      throw .missingParameter(name: "taken")
    }
    return all
  }

  private func requiredSession() throws(ProtocolFault) -> SessionName {
    guard let session else { throw .missingParameter(name: "session") }
    return session
  }

  /// The session to delete from; nil only if the request says `everyone`.
  private func forgottenSession() throws(ProtocolFault) -> SessionName? {
    if let since, let until, until < since {
      throw .invalidParameter(name: "until", expected: "no earlier than params.since")
    }
    guard everyone else { return try requiredSession() }
    guard session == nil else { throw .conflictingParameters("session", "everyone") }
    return nil
  }

  private func requiredPin() throws(ProtocolFault) -> Request.Pin {
    guard let prefix else { throw .missingParameter(name: "prefix") }
    guard let text else { throw .missingParameter(name: "text") }
    return Request.Pin(prefix: prefix, text: text, until: until)
  }

  private func requiredRule() throws(ProtocolFault) -> Request.Rule {
    guard let kind else { throw .missingParameter(name: "kind") }
    guard let text else { throw .missingParameter(name: "text") }
    if kind == .item && ItemID(bytes: text) == nil {
      throw .invalidParameter(name: "text", expected: Self.itemID)
    }
    return Request.Rule(kind: kind, text: text)
  }

  private func context() throws(ProtocolFault) -> Request.Context {
    if let previous {
      guard session == nil else { throw .conflictingParameters("session", "previous") }
      return .previous(previous)
    }
    if let session { return .session(session) }
    return .none
  }
}
