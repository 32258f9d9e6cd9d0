// The operations of the model test, as values, so that a sequence can be printed and shortened.

import QACBinary
import QACText

/// One step of a sequence; any part of a sequence is a sequence.
enum DaemonOperation: CustomStringConvertible {
  case record(session: String, String, Said = Said())
  /// Says how a query ended: that of an earlier record, by its place among all of them.
  case end(Int, failed: Bool)
  /// Records that a query led to an item.
  case example(session: String, String)
  case complete(session: String?, String, Said = Said())
  case history(session: String, limit: Int)
  case search(session: String, String, limit: Int)
  /// Deletes events of one session or of all, of one query or of all, between two ages in seconds.
  case forget(session: String?, query: String?, since: Int64?, until: Int64?)
  /// Adds events of the past.
  case add(session: String, [Past])
  /// Reads all events of a session, in pages.
  case export(session: String)
  /// Deletes events older than this many seconds.
  case expire(Int64)
  /// Deletes all but this many of the newest events.
  case trim(Int)
  /// Completes after queries that belong to no session, as a client does that guesses.
  case guess([String], String)
  case block(String, String)
  case unblock(String, String)
  case blocks
  /// Pins a text until so many seconds from now, or for ever.
  case pin(String, String, until: Int64?)
  case unpin(String, String)
  case boost(String, String, Double)
  case unboost(String, String)
  case pinsAndBoosts
  case addItem(String, String)
  case removeItem(String)
  /// Lists the items, and finds those that are served.
  case items
  /// Sends some of the above, but no expiry, at once and over one connection.
  case burst([DaemonOperation])
  /// Completes for this many other sessions, so that the sessions in memory are dropped.
  case crowd(Int)
  /// Reloads the served index while a session submits queries that are later than all others.
  case reload(while: String, [String])
  /// Counts sessions and events.
  case count
  /// Replaces the index file and loads it.
  case swap(NormalizationProfile, seed: UInt64, lastTime: Int64, force: Bool)
  /// Replaces the index file by a damaged one and tries to load it.
  case badSwap
  /// Lets time pass; a negative number turns the clocks back.
  case advance(Int64)
  /// Sets the system's clock forward or back, while no time passes.
  case jump(Int64)
  /// Goes on with another client.
  case client(Int)
  case restart
  /// Kills the daemon, and starts another on the files as they were.
  case kill

  /// What is said of a query beside its text.
  struct Said: Equatable, CustomStringConvertible {
    var thread: String?
    var place: String?
    var failed: Bool?
    /// What was typed, and which line was taken.
    var typed: String?

    /// As parameters behind others.
    var members: String {
      var text = thread.map { ",\"thread\":\"\($0)\"" } ?? ""
      text += place.map { ",\"place\":\"\($0)\"" } ?? ""
      text += failed.map { $0 ? ",\"outcome\":\"failed\"" : ",\"outcome\":\"ok\"" } ?? ""
      return text + (typed.map { ",\"typed\":\"\($0)\",\"taken\":\($0.count)" } ?? "")
    }

    var description: String { members }
  }

  /// An event to import.
  struct Past: CustomStringConvertible {
    var query: String
    /// How many seconds ago it was.
    var age: Int64
    var occurrence: Int
    var isExample: Bool

    var description: String {
      "\(isExample ? "an item for " : "")\"\(query)\" \(age) s ago, \(occurrence)"
    }
  }

  static let sessions = ["ada", "ben", "cid", "dora"]
  static let queries =
    TestIndex.words + ["zebra crossing", "Red Shoes", "red  hat", "???", "gar", "rain coat blue"]
  /// Half of all queries are among these, so that sessions submit the same query, and deletions
  /// find what they delete, perhaps in another spelling.
  static let favourites = ["red hat", "red  hat", "Red Hat", "zebra crossing"]
  /// Half of all guesses are among these: queries that few submit, in one spelling or another.
  static let secrets = ["secret plan", "Secret-Plan", "SECRET plan!", "other secret"]
  static let prefixes = [
    "", "se", "other", "r", "re", "red ", "g", "gar", "z", "w", "rain", "GLASS",
  ]
  static let rules = [
    ("exact", "red shoes"), ("exact", "Red  Shoes"), ("word", "hat"), ("prefix", "gar"),
    ("word", "Zebra"), ("pattern", "*boot*"), ("exact", "gar"),
  ]

  static let pins = [
    ("", "red hat"), ("red", "Red Shoes"), ("re", "red shoes"), ("r", "red  hat"), ("g", "garlic"),
    ("GAR", "garden gnome"), ("z", "zebra crossing"), ("red ", "red"), ("b", "red hat"),
    ("w", "wine"), ("w", "wine cooler"),
  ]
  static let factors = [0.001, 0.5, 1, 2, 2, 1000]

  /// A sequence that depends only on `seed`.
  static func sequence(seed: UInt64) -> [DaemonOperation] {
    var random = SplitMix64(seed: seed)
    let count = 5 + random.below(36)
    return (0..<count).flatMap { _ in
      switch random.below(40) {
      case 0: random.respelling()
      case 1: random.guessing()
      case 2: random.failing()
      default: [random.operation()]
      }
    }
  }

  var description: String {
    switch self {
    case .record(let session, let query, let said):
      return "\(session) records \"\(query)\"\(said)"
    case .end(let place, let failed): return "record \(place) \(failed ? "failed" : "went well")"
    case .example(let session, let query): return "\(session) uses an item for \"\(query)\""
    case .complete(let session, let prefix, let said):
      return "\(session ?? "nobody") completes \"\(prefix)\"\(said)"
    case .history(let session, let limit): return "\(limit) of \(session)'s history"
    case .search(let session, let words, let limit):
      return "\(limit) of \(session)'s \"\(words)\""
    case .forget(let session, let query, let since, let until):
      return "forget of \(session ?? "everyone") \(query.map { "\"\($0)\"" } ?? "all"), ago: "
        + "\(since.map { "\($0)" } ?? "…") to \(until.map { "\($0)" } ?? "…")"
    case .add(let session, let events): return "import to \(session): \(events)"
    case .export(let session): return "export \(session)"
    case .expire(let age): return "expire what is older than \(age)"
    case .trim(let count): return "keep the newest \(count)"
    case .guess(let previous, let prefix): return "a guess of \(previous), then \"\(prefix)\""
    case .block(let kind, let text): return "block \(kind): \(text)"
    case .unblock(let kind, let text): return "unblock \(kind): \(text)"
    case .blocks: return "list the rules"
    case .pin(let prefix, let text, let until):
      return "pin \"\(text)\" to \"\(prefix)\"" + (until.map { " for \($0) s" } ?? "")
    case .unpin(let prefix, let text): return "unpin \"\(text)\" from \"\(prefix)\""
    case .boost(let kind, let text, let factor): return "boost \(kind): \(text) by \(factor)"
    case .unboost(let kind, let text): return "unboost \(kind): \(text)"
    case .pinsAndBoosts: return "list pins and boosts"
    case .addItem(let id, let title): return "add item \(id): \(title)"
    case .removeItem(let id): return "remove item \(id)"
    case .items: return "list and find items"
    case .burst(let steps): return "at once: \(steps.map(\.description).joined(separator: "; "))"
    case .crowd(let count): return "\(count) others complete"
    case .reload(let session, let queries): return "reload while \(session) records \(queries)"
    case .count: return "count"
    case .swap(let profile, let seed, let lastTime, let force):
      return "swap in \(profile.name) \(seed), log to \(lastTime)\(force ? ", by force" : "")"
    case .badSwap: return "swap in a bad file"
    case .advance(let seconds): return "advance the clock by \(seconds)"
    case .jump(let seconds): return "the system's clock jumps by \(seconds)"
    case .client(let number): return "go on as client \(number)"
    case .restart: return "restart"
    case .kill: return "kill"
    }
  }
}

extension SplitMix64 {
  private mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

  private mutating func query() -> String {
    switch below(5) {
    case 0, 1: pick(DaemonOperation.favourites)
    case 2: pick(DaemonOperation.secrets)
    default: pick(DaemonOperation.queries)
    }
  }

  /// What is said beside a text: mostly nothing.
  private mutating func said(isQuery: Bool) -> DaemonOperation.Said {
    var said = DaemonOperation.Said()
    if below(2) == 0 { return said }
    said.thread = pick([nil, "t1", "t2"])
    said.place = pick([nil, "/", "/srv"])
    if !isQuery { return said }
    said.failed = pick([nil, nil, true, false])
    said.typed = pick([nil, "", "re"])
    return said
  }

  /// A case that is rare by chance: a query fails for several sessions, and goes well for some.
  fileprivate mutating func failing() -> [DaemonOperation] {
    let query = pick(["red hat", "zebra crossing", "secret plan"])
    var steps = DaemonOperation.sessions.map { session -> DaemonOperation in
      .record(session: session, query, .init(failed: pick([nil, true, true, false])))
    }
    for place in 0..<4 where below(2) == 0 { steps.append(.end(-1 - place, failed: below(3) > 0)) }
    steps.append(.count)
    let prefix = String(query.prefix(below(3)))
    return steps + ["ada", "dora", "eve"].map { .complete(session: $0, prefix) }
  }

  /// What one connection may send without waiting.
  private mutating func request(_ session: String) -> DaemonOperation {
    switch below(29) {
    case 0..<10: return .record(session: session, query(), said(isQuery: true))
    case 10..<12: return .example(session: session, query())
    case 12..<21:
      let whose = below(5) == 0 ? nil : session
      var said = said(isQuery: false)
      if whose == nil { said.thread = nil }
      return .complete(session: whose, pick(DaemonOperation.prefixes), said)
    case 21..<23: return .history(session: session, limit: 1 + below(8))
    case 23..<26:
      let words = below(3) == 0 ? "" : pick([query(), pick(DaemonOperation.prefixes)])
      return .search(session: session, words, limit: 1 + below(8))
    default:
      // The steps by which the clock moves, so that the ends of a range are times of events.
      let ages: [Int64?] = [nil, nil, nil, 0, 1, 60, 2400, 90_000]
      let (a, b) = (pick(ages), pick(ages))
      let isOrdered = (a ?? .max) >= (b ?? .min)
      return .forget(
        session: below(3) == 0 ? nil : session, query: below(2) == 0 ? query() : nil,
        since: isOrdered ? a : b, until: isOrdered ? b : a)
    }
  }

  /// A case that is rare by chance: deletes a query that was submitted in another spelling under
  /// another profile.
  fileprivate mutating func respelling() -> [DaemonOperation] {
    let session = pick(DaemonOperation.sessions)
    return [
      .record(session: session, pick(DaemonOperation.favourites)),
      .swap(below(2) == 0 ? .verbatim : .search, seed: 1, lastTime: 0, force: true),
      .forget(
        session: below(2) == 0 ? nil : session, query: pick(DaemonOperation.favourites), since: nil,
        until: nil),
    ]
  }

  /// A case that is rare by chance: several sessions submit a query that is not a label, in the
  /// same spelling or in several; one of them goes on to a well-known query, and others complete or
  /// guess.
  fileprivate mutating func guessing() -> [DaemonOperation] {
    let known = pick(["red hat", "table", "wine"])
    var steps = DaemonOperation.sessions.flatMap { session -> [DaemonOperation] in
      [.record(session: session, below(2) == 0 ? known : "zebra crossing")]
    }
    for session in DaemonOperation.sessions.prefix(1 + below(3)) {
      steps.append(.record(session: session, pick(DaemonOperation.secrets)))
      steps.append(.record(session: session, pick([known, "zebra crossing"])))
    }
    for prefix in ["se", "", "z"] {
      steps.append(.guess([pick(DaemonOperation.secrets)], prefix))
      steps.append(.complete(session: "dora", prefix))
    }
    return steps
  }

  fileprivate mutating func operation() -> DaemonOperation {
    let session = pick(DaemonOperation.sessions)
    switch below(74) {
    case 0..<26: return request(session)
    case 69, 70, 71:
      let events = (0..<1 + below(4)).map { _ in
        DaemonOperation.Past(
          query: query(), age: pick([0, 1, 60, 2400, 90_000]), occurrence: 1 + below(2),
          isExample: below(5) == 0)
      }
      return .add(session: session, events)
    case 72, 73: return .export(session: session)
    case 67, 68: return .end(below(20), failed: below(2) == 0)
    case 54, 55, 56:
      let pin = pick(DaemonOperation.pins)
      return .pin(pin.0, pin.1, until: pick([nil, nil, 0, 60, 2400]))
    case 57:
      let pin = pick(DaemonOperation.pins)
      return .unpin(pin.0, pin.1)
    case 58:
      let rule = pick(DaemonOperation.rules)
      return .boost(rule.0, rule.1, pick(DaemonOperation.factors))
    case 59:
      let rule = pick(DaemonOperation.rules)
      return .unboost(rule.0, rule.1)
    case 60: return .pinsAndBoosts
    case 61, 62:
      let item = pick(DaemonOperation.products)
      return .addItem(item.0, item.1)
    case 63: return .removeItem(pick(DaemonOperation.products).0)
    case 64...66: return .items
    case 48, 49: return .trim(pick([0, 1, 2, 3, 5, 8]))
    case 50, 51:
      return .guess((0..<1 + below(2)).map { _ in query() }, pick(DaemonOperation.prefixes))
    case 52:
      return .jump(pick([-365 * 86_400, 365 * 86_400, -61, 61, 4000]))
    case 53: return .advance(pick([599, 600, 3600]))
    case 26, 46: return .expire(pick([0, 1, 60, 2400, 90_000]))
    case 27, 28:
      let rule = pick(DaemonOperation.rules)
      return .block(rule.0, rule.1)
    case 29:
      let rule = pick(DaemonOperation.rules)
      return .unblock(rule.0, rule.1)
    case 30: return .blocks
    case 31, 32, 44, 45:
      return .swap(
        below(2) == 0 ? .verbatim : .search, seed: UInt64(below(3)),
        lastTime: pick([0, 0, 1_700_000_050, 1_700_002_000]), force: below(2) == 0)
    case 33: return .badSwap
    case 34, 35: return .advance(pick([0, 1, 60, 2400, 2400, 90_000, -61, -4000]))
    case 36, 37: return .client(below(3))
    case 38: return .restart
    case 39, 40: return .burst((0..<2 + below(5)).map { _ in request(session) })
    case 41: return .crowd(pick([4, 16, 48]))
    case 42:
      return .reload(while: session, (0..<1 + below(8)).map { _ in query() })
    case 43: return .count
    default: return .kill
    }
  }
}
