// Deleting by time, of all sessions, by age and by number: against lists, and in the raw files.

import Foundation
import QACBinary
import QACTestSupport
import Testing

@testable import QACSessions

@Suite struct DeletionTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("s.sqlite")
  }

  /// Whether any of the database's files holds `text`.
  private func holds(_ text: String) -> Bool {
    ["", "-wal", "-shm"].contains { suffix in
      let content = FileManager.default.contents(atPath: path + suffix) ?? Data()
      return content.range(of: Data(text.utf8)) != nil
    }
  }

  @Test(arguments: 0..<12) func deletionsAgreeWithAList(seed: Int) async throws {
    let store = try SessionStore(path: path)
    var random = SplitMix64(seed: UInt64(seed))
    var events: [(session: String, query: String, time: Int64)] = []
    for step in 0..<60 {
      let note = Comment(rawValue: "seed \(seed), step \(step)")
      let session = "s\(random.below(4))"
      let query = "q\(random.below(5))"
      let (a, b) = (Int64(random.below(30)), Int64(random.below(30)))
      switch random.below(8) {
      case 0..<5:
        try await store.record(query, at: a, session)
        events.append((session, query, a))
      case 5, 6:
        let whose = random.below(3) == 0 ? nil : session
        let what = random.below(2) == 0 ? nil : query
        let times = min(a, b)...max(a, b)
        let rest = events.filter { event in
          !((whose == nil || event.session == whose) && (what == nil || event.query == what)
            && times.contains(event.time))
        }
        let count = try await store.forget(whose, query: what, times: times)
        #expect(count == events.count - rest.count, note)
        events = rest
      default:
        let rest = events.filter { $0.time >= a }
        #expect(try await store.expire(before: a) == events.count - rest.count, note)
        events = rest
      }
      #expect(
        store.statistics
          == SessionStatistics(sessions: Set(events.map(\.session)).count, events: events.count),
        note)
    }
    store.close()
    let reopened = try SessionStore(path: path)
    for session in 0..<4 {
      let expected = events.filter { $0.session == "s\(session)" }
      #expect(
        Set(try await reopened.load("s\(session)").map { "\($0)" })
          == Set(expected.map { "\(StoredEvent($0.query, at: $0.time))" }))
    }
  }

  @Test func expiryTakesStepsAndLeavesNothing() async throws {
    let store = try SessionStore(path: path)
    // More events in one session than a step deletes, and more sessions than a step looks at.
    for i in 0..<ExpiryStep.events * 2 {
      store.record(StoredEvent("old-canary \(i)", at: Int64(i / 3)), session: [0x61]) { _ in }
    }
    for i in 0..<ExpiryStep.sessions * 2 {
      store.record(StoredEvent("old-canary", at: 5), session: Array("one \(i)".utf8)) { _ in }
    }
    try await store.record("new-canary", at: 10_000, "a")
    #expect(holds("old-canary"))
    let count = ExpiryStep.events * 2 + ExpiryStep.sessions * 2
    #expect(try await store.expire(before: 10_000) == count)
    #expect(!holds("old-canary") && holds("new-canary"))
    #expect(store.statistics == SessionStatistics(sessions: 1, events: 1))
  }

  @Test func everythingLeavesTheFiles() async throws {
    let store = try SessionStore(path: path)
    for i in 0..<500 { try await store.record("canary \(i)", at: Int64(i), "who-canary-\(i % 9)") }
    #expect(try await store.forget(nil, times: 100...199) == 100)
    #expect(!holds("canary 150") && holds("canary 99") && holds("canary 200"))
    #expect(try await store.forget(nil, query: "canary 7") == 1)
    #expect(try await store.forget(nil) == 399)
    #expect(!holds("canary"))
  }

  /// By time, then session, then order within the session: also within one second.
  @Test(arguments: 0..<8) func exactlyTheNewestRemain(seed: Int) async throws {
    let store = try SessionStore(path: path)
    var random = SplitMix64(seed: UInt64(seed))
    var keys: [(key: EventKey, query: String)] = []
    for i in 0..<200 {
      let session = random.below(4)
      let time = Int64(random.below(seed == 0 ? 1 : 6))
      try await store.record("q\(i)", at: time, "s\(session)")
    }
    for session in 0..<4 {
      // Sessions are numbered in the order of their first events; sequences count within a second.
      let number = try await store.number(of: "s\(session)")
      var sequences: [Int64: Int64] = [:]
      for event in try await store.load("s\(session)") {
        let sequence = sequences[event.time, default: 0]
        sequences[event.time] = sequence + 1
        let query = String(decoding: event.query, as: UTF8.self)
        keys.append((EventKey(time: event.time, session: number, sequence: sequence), query))
      }
    }
    keys.sort { $0.key < $1.key }
    #expect(try await store.oldest(ofNewest: 200) == nil)
    #expect(try await store.oldest(ofNewest: 500) == nil)
    for kept in [199, 120, 119, 1] {
      let oldest = try #require(try await store.oldest(ofNewest: kept))
      #expect(oldest == keys[200 - kept].key)
      _ = try await store.expire(before: oldest)
      #expect(store.statistics.events == kept)
      var rest: Set<String> = []
      for session in 0..<4 {
        for event in try await store.load("s\(session)") {
          rest.insert(String(decoding: event.query, as: UTF8.self))
        }
      }
      #expect(rest == Set(keys.suffix(kept).map(\.query)))
    }
  }

  /// A reader can delay the emptying of the log; `maintain` then does it later.
  @Test func theLogIsEmptiedWhenTheReaderIsGone() async throws {
    let store = try SessionStore(path: path, busySeconds: 0)
    try await store.record("canary", at: 1, "s")
    let gate = DispatchSemaphore(value: 0)
    let isDone = DispatchSemaphore(value: 0)
    store.recent(after: 0, limit: 1, began: { gate.signal() }) { _ in isDone.signal() }
    await Task.detached { gate.wait() }.value
    #expect(try await store.forget("s") == 1)
    await Task.detached { isDone.wait() }.value
    store.maintain()
    _ = try await store.load("s")
    #expect(!holds("canary"))
  }
}
