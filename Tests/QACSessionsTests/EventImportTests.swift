// Importing adds what is missing: twice is once, whatever was there before.

import QACBinary
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct EventImportTests {
  private let directory: TemporaryDirectory
  private let store: SessionStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try SessionStore(path: directory.file("s.sqlite"))
  }

  private func add(_ events: [ImportedEvent], _ session: String = "a") async throws -> [Int] {
    try await withCheckedContinuation { continuation in
      store.add(events, session: Array(session.utf8)) { continuation.resume(returning: $0) }
    }.get()
  }

  private func event(
    _ query: String, at time: Int64, _ occurrence: Int = 1, use: StoredUse? = nil,
    isUndated: Bool = false
  ) -> ImportedEvent {
    var event = StoredEvent(query, at: time)
    event.use = use
    return ImportedEvent(event: event, occurrence: occurrence, isUndated: isUndated)
  }

  /// All events of a session, page by page.
  private func all(_ session: String = "a", limit: Int = 3) async throws -> [String] {
    var found: [String] = []
    var key: (time: Int64, sequence: Int64)?
    while true {
      let page = try await withCheckedContinuation { continuation in
        store.events(of: Array(session.utf8), after: key, limit: limit) {
          continuation.resume(returning: $0)
        }
      }.get()
      for (key, event) in page {
        let item = event.use.map { " \(String(decoding: $0.item, as: UTF8.self)) \($0.kind)" } ?? ""
        found.append("\(key.time) \(String(decoding: event.query, as: UTF8.self))\(item)")
      }
      guard page.count == limit, let last = page.last?.0 else { return found }
      key = (last.time, last.sequence)
    }
  }

  @Test func twiceIsOnce() async throws {
    let use = StoredUse(item: Array("i".utf8), kind: .cart)
    let events = [
      event("ls", at: 20), event("ls", at: 20, 2), event("make", at: 20), event("old", at: 10),
      event("ls", at: 20, use: use), event("ls", at: 30),
    ]
    #expect(try await add(events) == [0, 1, 2, 3, 4, 5])
    let kept = ["10 old", "20 ls", "20 ls", "20 make", "20 ls i cart", "30 ls"]
    #expect(try await all() == kept)
    #expect(store.statistics == SessionStatistics(sessions: 1, events: 5, examples: 1))
    #expect(try await add(events) == [])
    #expect(try await all(limit: 1) == kept)
    #expect(store.statistics == SessionStatistics(sessions: 1, events: 5, examples: 1))
    // Another session knows nothing of them.
    #expect(try await add([events[0]], "b") == [0])
  }

  @Test func whatWasRecordedIsKnown() async throws {
    try await store.record("ls", at: 20, "a")
    #expect(try await add([event("ls", at: 20), event("ls", at: 20, 2)]) == [1])
    #expect(try await add([event("ls", at: 21)]) == [0])
  }

  @Test func undatedEventsAreEqualAtAnyTime() async throws {
    try await store.record("ls", at: 20, "a")
    let events = [
      event("ls", at: 50, isUndated: true), event("make", at: 50, isUndated: true),
      event("ls", at: 50, 2, isUndated: true),
    ]
    #expect(try await add(events) == [1, 2])
    #expect(try await all() == ["20 ls", "50 make", "50 ls"])
    // The file has grown, and was changed later.
    let later = [
      event("ls", at: 60, isUndated: true), event("make", at: 60, isUndated: true),
      event("ls", at: 60, 2, isUndated: true), event("new", at: 60, isUndated: true),
    ]
    #expect(try await add(later) == [3])
  }

  @Test func whatWasForgottenComesBack() async throws {
    let events = [event("ls", at: 20), event("make", at: 30)]
    _ = try await add(events)
    #expect(try await store.forget("a", query: "ls") == 1)
    #expect(try await add(events) == [0])
    #expect(try await store.forget("a") == 2)
    #expect(try await add(events) == [0, 1])
  }

  /// Parts of an import, in any order and overlapping, come to the same as the whole.
  @Test func anyPartsOfAnImportAreTheWhole() async throws {
    for seed in UInt64(0)..<40 {
      var random = SplitMix64(seed: seed)
      var counts: [String: Int] = [:]
      let events = (0..<60).map { _ in
        let (query, time) = ("q\(random.below(3))", Int64(random.below(8)))
        counts["\(query) \(time)", default: 0] += 1
        return event(query, at: time, counts["\(query) \(time)"] ?? 1)
      }
      // An interrupted import has done a beginning of the events; then all come again.
      let name = "s\(seed)"
      for end in [random.below(60), random.below(60), 60] {
        _ = try await add(Array(events[..<end]), name)
      }
      let expected = counts.map { Array(repeating: $0.key, count: $0.value) }.joined().sorted()
      let found = try await all(name, limit: 7).map { line in
        let parts = line.split(separator: " ")
        return "\(parts[1]) \(parts[0])"
      }
      #expect(found.sorted() == expected, "seed \(seed)")
    }
  }
}
