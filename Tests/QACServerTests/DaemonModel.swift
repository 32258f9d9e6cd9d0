// What a daemon should know and answer: dictionaries and lists, and the engine without a daemon.
//
// Invariant: a step changes the model as the documentation says that the daemon changes. Whenever
// the overlay is needed, it is made from the list of what happened.

import Foundation
import QACEngine
import QACIndex
import QACProtocol
import QACText

@testable import QACServer

/// The error code that a refused request is answered with.
struct ModelRefusal: Error {
  var code: ErrorCode
}

struct DaemonModel {
  struct Event {
    var query: String
    /// As the index that was served then has normalised it.
    var normalized: [UInt8]
    var at: Int64
    /// Whether it says what the query led to, and is no submitted query.
    var isExample = false
    /// What is known of it beside its text.
    var said = DaemonOperation.Said()
    /// What the daemon calls it; nil before its answer.
    var id: String?
    var serial = 0
  }

  /// What the overlay was told since it was made.
  private enum Step {
    case record(String, String, Int64, DaemonOperation.Said)
    case end(String, String, failed: Bool)
    case forget(Set<String>?, String?, ClosedRange<Int64>)
  }

  /// The events of each session, in the order of time, then of recording; no session is without
  /// events.
  private(set) var sessions: [String: [Event]] = [:]
  /// The sessions' numbers in the database; a new one is one above the greatest.
  private var numbers: [String: Int] = [:]
  private(set) var rules: [BlockRule] = []
  /// In the order in which they were added.
  private(set) var pins: [PinRule] = []
  private(set) var boosts: [BoostRule] = []
  /// What was added and removed.
  var items = ItemModel()
  private var steps: [Step] = []
  /// Whether sessions learn of each other.
  private let isLive: Bool
  /// Distinct sessions that make a query visible to others.
  private let sessionsNeeded: Int
  /// The records of each session in the log; nil without a log.
  ///
  /// A log knows of no examples and imports when it looks for a session's newest record, and keeps
  /// for a day longer what is too old.
  private var logged: [String: [Event]]?

  init(
    isLive: Bool = true, sessionsNeeded: Int = LiveOverlay.defaultSessionsNeeded,
    followsLog: Bool = false
  ) {
    self.isLive = isLive
    self.sessionsNeeded = sessionsNeeded
    logged = followsLog ? [:] : nil
  }

  mutating func record(
    _ query: String, _ session: String, at time: Int64, _ profile: Normalizer,
    _ said: DaemonOperation.Said = .init()
  ) {
    let at = insert(query, session, at: time, profile, isExample: false, said)
    // Through a log, others learn the query at the time at which it is kept.
    steps.append(.record(session, query, logged == nil ? time : at, said))
  }

  /// Adds an event of the past unless there are `occurrence` like it; whether it did.
  mutating func add(
    _ query: String, _ session: String, at time: Int64, occurrence: Int, isExample: Bool,
    _ profile: Normalizer
  ) -> Bool {
    let equal = sessions[session, default: []].count {
      $0.at == time && $0.query == query && $0.isExample == isExample
    }
    if equal >= occurrence { return false }
    serial += 1
    put(
      Event(
        query: query, normalized: profile.normalize(query), at: time, isExample: isExample,
        serial: serial), session)
    if !isExample { steps.append(.record(session, query, time, .init())) }
    return true
  }

  /// How many events were recorded.
  private(set) var serial = 0

  /// Notes what the daemon calls the event of this serial number.
  mutating func name(_ serial: Int, _ session: String, _ id: String) {
    guard let i = sessions[session]?.firstIndex(where: { $0.serial == serial }) else { return }
    sessions[session]?[i].id = id
  }

  /// Says how the query `id` of `session` ended; whether there is one.
  mutating func end(_ id: String, _ session: String, failed: Bool) -> Bool {
    guard let i = sessions[session]?.firstIndex(where: { $0.id == id }),
      let query = sessions[session]?[i].query
    else { return false }
    sessions[session]?[i].said.failed = failed
    steps.append(.end(session, query, failed: failed))
    return true
  }

  /// Records what a query led to: nothing that is asked for shows it.
  mutating func recordExample(
    of query: String, _ session: String, at time: Int64, _ profile: Normalizer
  ) {
    insert(query, session, at: time, profile, isExample: true)
  }

  @discardableResult
  private mutating func insert(
    _ query: String, _ session: String, at time: Int64, _ profile: Normalizer, isExample: Bool,
    _ said: DaemonOperation.Said = .init()
  ) -> Int64 {
    serial += 1
    // It is not older than the session's newest query, whatever the clock says.
    var newest = queries(session).last?.at
    if let logged { newest = logged[session]?.map(\.at).max() }
    let event = Event(
      query: query, normalized: profile.normalize(query), at: max(time, newest ?? .min),
      isExample: isExample, said: said, serial: serial)
    put(event, session)
    logged?[session, default: []].append(event)
    return event.at
  }

  private mutating func put(_ event: Event, _ session: String) {
    var events = sessions[session, default: []]
    let place = events.lastIndex { $0.at <= event.at }.map { $0 + 1 } ?? 0
    events.insert(event, at: place)
    sessions[session] = events
    if numbers[session] == nil { numbers[session] = (numbers.values.max() ?? 0) + 1 }
  }

  /// The submitted queries of `session`, in the order of time.
  fileprivate func queries(_ session: String) -> [Event] {
    sessions[session, default: []].filter { !$0.isExample }
  }

  /// How many submitted queries there are, and how many examples.
  var counts: (queries: Int, examples: Int) {
    let all = sessions.values.flatMap { $0 }
    let examples = all.count { $0.isExample }
    return (all.count - examples, examples)
  }

  /// The time of the newest event.
  var newest: Int64? { sessions.values.compactMap { $0.last?.at }.max() }

  /// Deletes events; returns how many.
  mutating func forget(
    _ query: String?, session: String?, times: ClosedRange<Int64>, by normalizer: Normalizer
  ) -> Int {
    let form = query.map { normalizer.normalize($0) }
    func stays(_ event: Event) -> Bool {
      guard times.contains(event.at) else { return true }
      guard let query, let form, event.query != query else { return false }
      return form.isEmpty || event.normalized != form && normalizer.normalize(event.query) != form
    }
    var gone: Set<String> = query.map { [$0] } ?? []
    var count = 0
    for (name, events) in sessions where session == nil || session == name {
      let rest = events.filter(stays)
      gone.formUnion(events.filter { !stays($0) }.map(\.query))
      count += events.count - rest.count
      keep(rest, name)
    }
    for (name, events) in logged ?? [:] where session == nil || session == name {
      logged?[name] = events.filter(stays)
    }
    steps.append(.forget(query == nil ? nil : gone, session, times))
    return count
  }

  /// Deletes events older than `cutoff`.
  mutating func expire(before cutoff: Int64, at now: Int64) -> Int {
    var count = 0
    for (name, events) in logged ?? [:] {
      logged?[name] = events.filter { $0.at >= cutoff - 86_400 }
    }
    for (name, events) in sessions {
      let rest = events.filter { $0.at >= cutoff }
      count += events.count - rest.count
      keep(rest, name)
    }
    if count > 0 { renew(at: now) }
    return count
  }

  /// Deletes all but the `count` newest events, by time, then session, then order in the session;
  /// returns how many.
  mutating func trim(to count: Int, at now: Int64) -> Int {
    let all = sessions.flatMap { session, events in
      events.indices.map { i in
        (session: session, place: i, key: (events[i].at, numbers[session] ?? 0, i))
      }
    }.sorted { $0.key < $1.key }
    let doomed = all.dropLast(count)
    for (session, places) in Dictionary(grouping: doomed, by: \.session) {
      let gone = Set(places.map(\.place))
      let rest = (sessions[session] ?? []).enumerated().filter { !gone.contains($0.offset) }
      keep(rest.map(\.element), session)
    }
    if !doomed.isEmpty { renew(at: now) }
    return doomed.count
  }

  private mutating func keep(_ events: [Event], _ session: String) {
    sessions[session] = events.isEmpty ? nil : events
    if events.isEmpty { numbers[session] = nil }
  }

  /// What a start, a new index and retention do: only stored events are known, in the order of
  /// time; future times count as now.
  mutating func renew(at now: Int64) {
    let stored = sessions.keys.flatMap { session in
      queries(session).enumerated().map { (number, event) in
        (session: session, event: event, key: (event.at, numbers[session] ?? 0, number))
      }
    }
    steps = stored.sorted { $0.key < $1.key }.map {
      .record($0.session, $0.event.query, min($0.event.at, now), $0.event.said)
    }
  }

  private func forms(of rule: BlockRule, _ normalizer: Normalizer) -> [Int] {
    let form = try? rule.form(by: normalizer)
    return rules.indices.filter {
      rules[$0].kind == rule.kind && (try? rules[$0].form(by: normalizer)) == form
    }
  }

  /// Adds a rule; whether it is new.
  mutating func block(_ rule: BlockRule, _ normalizer: Normalizer) -> Bool {
    guard forms(of: rule, normalizer).isEmpty else { return false }
    rules.append(rule)
    return true
  }

  /// Removes a rule; whether there was one.
  mutating func unblock(_ rule: BlockRule, _ normalizer: Normalizer) -> Bool {
    let places = forms(of: rule, normalizer)
    for place in places.reversed() { rules.remove(at: place) }
    return !places.isEmpty
  }

  private func isBlocked(_ text: [UInt8], _ normalizer: Normalizer) -> Bool {
    rules.contains { rule in
      BlockList([rule], profile: normalizer.profile).blocks(text)
    }
  }

  /// Adds a pin; whether it is new, or the code of the refusal.
  mutating func pin(_ pin: PinRule, _ normalizer: Normalizer) -> Result<Bool, ModelRefusal> {
    guard let form = try? pin.form(by: normalizer) else {
      return .failure(ModelRefusal(code: .invalidParams))
    }
    if isBlocked(form.text, normalizer) { return .failure(ModelRefusal(code: .textBlocked)) }
    if pins.contains(pin) { return .success(false) }
    let isNew = !remove(form, normalizer)
    pins.append(pin)
    return .success(isNew)
  }

  /// Takes a pin back; whether there was one.
  mutating func unpin(_ pin: PinRule, _ normalizer: Normalizer) -> Result<Bool, ModelRefusal> {
    guard let form = try? pin.form(by: normalizer) else {
      return .failure(ModelRefusal(code: .invalidParams))
    }
    return .success(remove(form, normalizer))
  }

  private mutating func remove(_ form: PinRule.Form, _ normalizer: Normalizer) -> Bool {
    let before = pins.count
    pins.removeAll { (try? $0.form(by: normalizer)) == form }
    return pins.count < before
  }

  /// Adds a boost; whether it is new.
  mutating func boost(_ boost: BoostRule, _ normalizer: Normalizer) -> Bool {
    if boosts.contains(boost) { return false }
    let isNew = !unboost(boost.matching, normalizer)
    boosts.append(boost)
    return isNew
  }

  /// Takes a boost back; whether there was one.
  mutating func unboost(_ rule: BlockRule, _ normalizer: Normalizer) -> Bool {
    let before = boosts.count
    let form = try? rule.form(by: normalizer)
    boosts.removeAll {
      $0.matching.kind == rule.kind && (try? $0.matching.form(by: normalizer)) == form
    }
    return boosts.count < before
  }

  /// What all sessions may know of each other. Queries that too few sessions submitted have other
  /// texts here, and spellings that too few used are other ones, so that an answer that depends on
  /// them differs. Each session has a spelling of its own then: equal ones would count together.
  func overlay(_ engine: CompletionEngine) -> LiveOverlay {
    let normalizer = Normalizer(engine.index.profile)
    let overlay = LiveOverlay(index: engine.index, sessionsNeeded: sessionsNeeded)
    let known = Support(isLive ? steps : [], normalizer, after: overlay.cutoff, sessionsNeeded)
    func name(_ session: String) -> UInt64 { LiveFeed.name(of: Array(session.utf8)) }
    for step in isLive ? steps : [] {
      switch step {
      case .record(let session, let query, let time, let said):
        let (normalized, surface) = known.shown(query, by: session)
        overlay.record(
          normalized: normalized, surface: surface, session: name(session), at: time,
          in: said.situation, ending: said.failed.map { $0 ? .failed : .ok } ?? .unknown)
      case .end(let session, let query, let failed):
        let (normalized, surface) = known.shown(query, by: session)
        overlay.end(
          normalized: normalized, surface: surface, session: name(session),
          as: failed ? .failed : .ok)
      case .forget(nil, let session, let times):
        overlay.forget(normalized: nil, session: session.map(name), times: times)
      case .forget(let queries?, let session, let times):
        for query in queries {
          overlay.forget(
            normalized: known.shown(query, by: "").normalized, session: session.map(name),
            times: times)
        }
      }
    }
    return overlay
  }

  /// How many sessions submitted a query, and a spelling of it.
  private struct Support {
    private let normalizer: Normalizer
    private var queries: [[UInt8]: Set<String>] = [:]
    private var spellings: [[UInt8]: Set<String>] = [:]
    private let needed: Int

    init(_ steps: [Step], _ normalizer: Normalizer, after cutoff: Int64, _ needed: Int) {
      self.normalizer = normalizer
      self.needed = needed
      var events: [(session: String, query: String, normalized: [UInt8], time: Int64)] = []
      for step in steps {
        switch step {
        case .record(let session, let query, let time, _):
          events.append((session, query, normalizer.normalize(query), time))
        case .end: break
        case .forget(let queries, let session, let times):
          let forms = queries.map { Set($0.map { normalizer.normalize($0) }) }
          events.removeAll { event in
            (session ?? event.session) == event.session && times.contains(event.time)
              && forms?.contains(event.normalized) ?? true
          }
        }
      }
      for event in events where event.time > cutoff {
        queries[event.normalized, default: []].insert(event.session)
        spellings[Array(event.query.utf8), default: []].insert(event.session)
      }
    }

    func shown(
      _ query: String, by session: String
    ) -> (normalized: [UInt8], surface: [UInt8]) {
      let normalized = normalizer.normalize(query)
      if normalized.isEmpty { return (normalized, normalized) }
      if queries[normalized, default: []].count < needed {
        let other = Array("~hidden ".utf8) + normalized.reversed()
        return (other, other)
      }
      let surface = Array(query.utf8)
      let isKnown = spellings[surface, default: []].count >= needed
      return (normalized, isKnown ? surface : Array("~rare \(session)".utf8))
    }
  }

  /// What the engine suggests for `prefix` after the queries of `session`; what all sessions
  /// submitted is taken from `others`, or from this model.
  func complete(
    _ prefix: String, session: String?, _ said: DaemonOperation.Said = .init(),
    previous: [String] = [], at time: Int64, limit: Int, _ engine: CompletionEngine,
    others: DaemonModel? = nil
  ) -> [String] {
    let normalizer = Normalizer(engine.index.profile)
    var context = SessionContext()
    for query in previous {
      context.record(
        normalized: normalizer.normalize(query), surface: Array(query.utf8), at: time)
    }
    for event in session.map({ queries($0) }) ?? [] {
      let normalized = normalizer.normalize(event.query)
      if normalized.isEmpty { continue }
      context.record(
        normalized: normalized, surface: Array(event.query.utf8), at: event.at,
        in: event.said.situation)
    }
    let scratch = CompletionScratch(engine: engine)
    let overlay = (others ?? self).overlay(engine)
    let blocked = BlockedLabels(
      BlockList(rules, profile: engine.index.profile), in: engine.index)
    Array(prefix.utf8).withUnsafeBufferPointer {
      engine.complete(
        prefix: $0, context: context, overlay: overlay, blocks: blocked,
        rules: RankingRules(pins: pins, boosts: boosts, in: engine.index), at: time,
        in: said.situation, limit: limit, scratch: scratch)
    }
    return (0..<scratch.count).map { String(decoding: scratch.text($0), as: UTF8.self) }
  }

  /// Those of `texts` whose last use by `session`, in whatever spelling, failed.
  func failed(_ texts: [String], _ session: String?, by normalizer: Normalizer) -> [String] {
    let events = session.map { queries($0) } ?? []
    return texts.filter { text in
      let form = normalizer.normalize(text)
      return events.last { normalizer.normalize($0.query) == form }?.said.failed == true
    }
  }

  /// The newest queries of `session`, newest first.
  func history(_ session: String, limit: Int) -> [RecordedQuery] {
    queries(session).reversed().prefix(limit).map { event in
      RecordedQuery(
        query: Array(event.query.utf8), at: event.at, circumstances: event.said.circumstances)
    }
  }
}

extension DaemonModel {
  /// The texts of `session` that have all words of `query`, the last one unfinished, best first.
  func search(_ session: String, _ query: String, limit: Int) -> [SearchPage.Hit] {
    let normalizer = Normalizer(.search)
    func words(_ text: String, as kind: Normalizer.Kind) -> [[UInt8]] {
      normalizer.normalize(text, as: kind).split(separator: 0x20).map { Array($0) }
    }
    let isEnded = normalizer.normalize(query, as: .prefix).last == 0x20
    let wanted = words(query, as: .prefix)
    let found = queries(session).enumerated().filter { _, event in
      let known = words(event.query, as: .query)
      return wanted.enumerated().allSatisfy { i, word in
        known.contains { i < wanted.count - 1 || isEnded ? $0 == word : $0.starts(with: word) }
      }
    }
    var hits: [(rank: Int64, place: Int, hit: SearchPage.Hit)] = []
    for (query, uses) in Dictionary(grouping: found, by: \.element.query) {
      guard let (place, last) = uses.max(by: { $0.offset < $1.offset }) else { continue }
      var bonus: Int64 = 0
      // The time of a hit counts alone if there are no words.
      if !wanted.isEmpty { bonus = Int64(log2(Double(uses.count)) * 86_400) }
      let known = last.said.circumstances
      let use = LastUse(
        at: last.at, uses: uses.count, place: known.place, outcome: known.outcome)
      hits.append((last.at + bonus, place, .init(query: Array(query.utf8), last: use)))
    }
    return hits.sorted { ($0.rank, $0.place) > ($1.rank, $1.place) }.prefix(limit).map(\.hit)
  }
}

extension DaemonOperation.Said {
  /// As the engine knows it.
  var situation: Situation {
    Situation(thread: thread.map { Array($0.utf8) }, place: place.map { Array($0.utf8) })
  }

  /// As a history tells it.
  var circumstances: Request.Circumstances {
    Request.Circumstances(
      thread: thread.flatMap { SessionName($0) }, place: place.flatMap { Place($0) },
      outcome: failed.map { $0 ? .failed : .ok }, typed: typed.map { Array($0.utf8) },
      choice: typed.map { Choice(taken: $0.count) })
  }
}
