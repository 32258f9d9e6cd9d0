// Sequences of operations against a dictionary.

import QACBinary
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct SessionStoreModelTests {
  /// What the store should hold: the queries and examples of each session in the order of time,
  /// then of recording.
  private struct Model {
    var sessions: [String: [StoredEvent]] = [:]

    mutating func record(_ event: StoredEvent, _ session: String) {
      var events = sessions[session, default: []]
      let place = events.lastIndex { $0.time <= event.time }.map { $0 + 1 } ?? 0
      events.insert(event, at: place)
      sessions[session] = events
    }

    mutating func forget(_ session: String, query: String?) -> Int {
      let before = sessions[session, default: []]
      let after = before.filter { event in
        query.map { !event.query.elementsEqual($0.utf8) } ?? false
      }
      sessions[session] = after.isEmpty ? nil : after
      return before.count - after.count
    }

    mutating func expire(before time: Int64) -> Int {
      let before = sessions.values.map(\.count).reduce(0, +)
      for (session, events) in sessions {
        let rest = events.filter { $0.time >= time }
        sessions[session] = rest.isEmpty ? nil : rest
      }
      return before - sessions.values.map(\.count).reduce(0, +)
    }

    /// The submitted queries of a session.
    func queries(_ session: String) -> [StoredEvent] {
      sessions[session, default: []].filter { $0.use == nil }
    }

    var statistics: SessionStatistics {
      let all = sessions.values.flatMap { $0 }
      let examples = all.count { $0.use != nil }
      return SessionStatistics(
        sessions: sessions.count, events: all.count - examples, examples: examples)
    }
  }

  @Test(arguments: 0..<24) func sequencesAgreeWithADictionary(seed: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("sessions.sqlite")
    var random = SplitMix64(seed: UInt64(seed))
    var model = Model()
    var store = try SessionStore(path: path)
    // Names and queries that SQL, C strings or collations would change.
    let names = ["a", "A", "a\u{0}b", "naïve", "'; DROP TABLE event;--", "a "]
    let queries = ["shoes", "Shoes", "", "x\u{0}y", "größe", "'", "🙂", "shoes "]
    for step in 0..<120 {
      let note = Comment(rawValue: "seed \(seed), step \(step)")
      let session = names[random.below(names.count)]
      switch random.below(12) {
      case 0..<6:
        let query = queries[random.below(queries.count)]
        let normalized = random.below(2) == 0 ? nil : query.lowercased()
        // Few times, some of them earlier than what was recorded before.
        let time = Int64(random.below(5)) - 1
        let kinds = StoredUse.Kind.allCases
        let use =
          random.below(3) > 0
          ? nil : StoredUse(item: Array(query.utf8), kind: kinds[random.below(kinds.count)])
        try await store.record(query, normalized: normalized, at: time, use: use, session)
        var event = StoredEvent(query, normalized: normalized, at: time)
        event.use = use
        model.record(event, session)
      case 6:
        let limit = random.below(6)
        let newest = Array(model.queries(session).reversed().prefix(limit))
        #expect(try await store.history(session, limit: limit) == newest, note)
      case 7:
        #expect(try await store.load(session) == model.queries(session), note)
      case 8:
        let time = Int64(random.below(3)) - 1
        let expired = try await store.expire(before: time)
        #expect(expired == model.expire(before: time), note)
      case 9:
        let query = queries[random.below(queries.count)]
        let forgotten = try await store.forget(session, query: query)
        #expect(forgotten == model.forget(session, query: query), note)
      case 10:
        if random.below(3) == 0 {
          let forgotten = try await store.forget(session)
          #expect(forgotten == model.forget(session, query: nil), note)
        }
      default:
        store.close()
        store = try SessionStore(path: path)
      }
      #expect(store.statistics == model.statistics, note)
    }
    for name in names {
      #expect(try await store.load(name) == model.queries(name))
    }
    var kept: [String: [StoredUse]] = [:]
    try SessionStore.readExamples(ofDatabaseAt: path, after: -2) { session, _, use, _ in
      kept[String(decoding: session, as: UTF8.self), default: []].append(use)
    }
    for name in names {
      #expect(
        kept[name, default: []] == model.sessions[name, default: []].compactMap(\.use),
        "seed \(seed)")
    }
  }

  @Test func loadsTheLastEventsOfALongSession() async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    let count = SessionStore.loadedEvents + 10
    for i in 0..<count - 1 {
      store.record(StoredEvent("q\(i)", at: 7), session: Array("s".utf8)) { _ in }
    }
    try await store.record("q\(count - 1)", at: 7, "s")
    let loaded = try await store.load("s")
    #expect(loaded == (10..<count).map { StoredEvent("q\($0)", at: 7) })
  }

  @Test func aLoadSeesWhatWasAskedForBeforeIt() async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    for i in 0..<5000 {
      store.record(StoredEvent("q\(i)", at: Int64(i)), session: Array("s".utf8)) { _ in }
      if i % 1000 == 0 {
        #expect(try await store.load("s").last == StoredEvent("q\(i)", at: Int64(i)))
      }
    }
  }

  @Test func afterCloseEverythingIsRefused() async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    try await store.record("q", at: 1, "s")
    store.close()
    store.close()
    await #expect(throws: SessionStoreError.closed) { try await store.record("r", at: 2, "s") }
    await #expect(throws: SessionStoreError.closed) { try await store.load("s") }
    await #expect(throws: SessionStoreError.closed) { try await store.forget("s") }
  }
}
