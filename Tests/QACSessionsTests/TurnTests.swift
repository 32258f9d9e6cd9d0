// Nobody waits for anybody: long deletions take turns with other jobs, and loads overtake the
// writer.

import Dispatch
import QACBinary
import QACTestSupport
import Synchronization
import Testing

@testable import QACSessions

@Suite struct TurnTests {
  private let directory: TemporaryDirectory
  private let store: SessionStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try SessionStore(path: directory.file("s.sqlite"))
  }

  /// What was done, in order.
  private final class Journal: Sendable {
    private let lines = Mutex<[String]>([])
    func note(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  /// A deletion that looks at more events than one step may is done in turns: later records and
  /// reads of other sessions need not wait for all of it, and events that are recorded meanwhile
  /// stay.
  @Test(arguments: [nil, "long"]) func aLongDeletionTakesTurns(of session: String?) async throws {
    let count = ForgetStep.events * 3 + 10
    for i in 0..<count {
      store.record(StoredEvent("q\(i)", at: Int64(i / 4)), session: Array("long".utf8)) { _ in }
    }
    try await store.record("kept", at: 5, "other")
    let journal = Journal()
    let last = Int64(count / 4)
    let deleted = Mutex<Int?>(nil)
    let deletion = Deletion(
      session: session.map { Array($0.utf8) }, matches: { $0.query.first == UInt8(ascii: "q") })
    store.forget(deletion) { result in
      deleted.withLock { $0 = try? result.get().count }
      journal.note("deleted")
    }
    // With the same query and time as the events that are being deleted.
    for i in 0..<3 {
      store.record(StoredEvent("q\(i)", at: last), session: Array("long".utf8)) { _ in
        journal.note("recorded")
      }
    }
    store.load(Array("other".utf8)) { _ in journal.note("read") }
    let history = try await store.history("long", limit: 10)
    let all = try await store.load("long")
    while deleted.withLock({ $0 }) == nil { _ = try await store.load("other") }
    #expect(deleted.withLock { $0 } == count)
    let new = (0..<3).map { StoredEvent("q\($0)", at: last) }
    #expect(try await store.load("long") == new)
    #expect(try await store.load("other") == [StoredEvent("kept", at: 5)])
    #expect(journal.all.firstIndex(of: "read") ?? 9 < journal.all.firstIndex(of: "deleted") ?? 0)
    #expect(
      journal.all.firstIndex(of: "recorded") ?? 9 < journal.all.firstIndex(of: "deleted") ?? 0)
    // The session's own later read does not see the deleted events.
    if session != nil {
      #expect(history == new.reversed())
      #expect(all == new)
    }
    #expect(store.statistics == SessionStatistics(sessions: 2, events: 4))
  }

  /// Deletions, some of them in many steps, with records in between: against a list.
  @Test(arguments: 0..<4) func deletionsInTurnsAgreeWithAList(seed: Int) async throws {
    var random = SplitMix64(seed: UInt64(seed))
    var events: [(session: String, query: String)] = []
    var expected = 0
    let deleted = Mutex(0)
    for _ in 0..<8 {
      for _ in 0..<1500 {
        let (session, query) = ("s\(random.below(3))", "q\(random.below(4))")
        store.record(StoredEvent(query, at: 7), session: Array(session.utf8)) { _ in }
        events.append((session, query))
      }
      let session = random.below(2) == 0 ? nil : "s\(random.below(3))"
      let query = random.below(2) == 0 ? nil : "q\(random.below(4))"
      var matches: (@Sendable (StoredEvent) -> Bool)?
      if let query { matches = { $0.query.elementsEqual(query.utf8) } }
      store.forget(Deletion(session: session.map { Array($0.utf8) }, matches: matches)) { result in
        deleted.withLock { $0 += (try? result.get().count) ?? -1_000_000 }
      }
      let rest = events.filter { event in
        (session ?? event.session) != event.session || (query ?? event.query) != event.query
      }
      expected += events.count - rest.count
      events = rest
    }
    while deleted.withLock({ $0 }) < expected { _ = try await store.load("nobody") }
    #expect(deleted.withLock { $0 } == expected)
    for session in ["s0", "s1", "s2"] {
      let queries = events.filter { $0.session == session }.map(\.query)
      let found = try await store.history(session, limit: 100_000).reversed()
      #expect(found.map { String(decoding: $0.query, as: UTF8.self) } == queries)
    }
  }

  /// While the writer is busy, a session that no job changes can be read.
  @Test func aLoadWaitsForNoOtherSession() async throws {
    try await store.record("shoes", at: 1, "ann")
    try await store.record("boots", at: 1, "ben")
    let gate = DispatchSemaphore(value: 0)
    let began = DispatchSemaphore(value: 0)
    // The writer is busy for the whole test.
    store.read(
      { _ in },
      began: {
        began.signal()
        gate.wait()
      }, completion: { _ in })
    await Task.detached { began.wait() }.value
    let isRecorded = Mutex(false)
    store.record(StoredEvent("hat", at: 2), session: Array("ben".utf8)) { _ in
      isRecorded.withLock { $0 = true }
    }
    func overtake(_ session: String) async throws -> [StoredEvent] {
      try await withCheckedContinuation { continuation in
        store.load(Array(session.utf8), mayOvertake: true) { continuation.resume(returning: $0) }
      }.get()
    }
    #expect(try await overtake("ann") == [StoredEvent("shoes", at: 1)])
    #expect(try await overtake("nobody") == [])
    #expect(!isRecorded.withLock { $0 })
    // A job that changes this one is under way: it is read in its turn.
    async let ben = overtake("ben")
    gate.signal()
    #expect(try await ben == [StoredEvent("boots", at: 1), StoredEvent("hat", at: 2)])
  }

  /// A record is its session's newest, whatever the clock says.
  @Test func aRecordInOrderIsTheNewest() async throws {
    let ann = Array("ann".utf8)
    for (query, time) in [("a", 100), ("b", 5000), ("c", 90), ("d", 5000), ("e", 6000)] {
      store.record(StoredEvent(query, at: Int64(time)), session: ann, inOrder: true) { _ in }
    }
    try await store.record("other", at: 90, "ben")
    let found = try await store.load("ann")
    #expect(found.map(\.query) == ["a", "b", "c", "d", "e"].map { Array($0.utf8) })
    #expect(found.map(\.time) == [100, 5000, 5000, 5000, 6000])
    #expect(try await store.load("ben").map(\.time) == [90])
  }
}
