// Keys of new events, against a list of those that are there; and sessions that end and begin anew.

import QACBinary
import QACTestSupport
import Synchronization
import Testing

@testable import QACSessions

@Suite struct EventInsertionTests {
  private let directory: TemporaryDirectory
  private let store: SessionStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try SessionStore(path: directory.file("s.sqlite"), busySeconds: 0, maximumPages: 60)
  }

  private let use = StoredUse(item: Array("item".utf8), kind: .click)

  @Test(arguments: 0..<8) func aKeyFollowsThoseThatAreThere(seed: Int) async throws {
    struct Known {
      var time: Int64
      var sequence: Int64
      var isQuery: Bool
    }
    var random = SplitMix64(seed: UInt64(seed))
    var known: [String: [Known]] = [:]
    for i in 0..<300 {
      let session = "s\(random.below(3))"
      if random.below(40) == 0 {
        #expect(try await store.forget(session) == known[session]?.count ?? 0)
        known[session] = nil
      }
      let (time, isQuery) = (Int64(random.below(8)), random.below(3) > 0)
      let inOrder = random.below(2) == 0
      let key = try await store.record(
        "q\(i)", at: time, use: isQuery ? nil : use, inOrder: inOrder, session)
      let earlier = known[session] ?? []
      let newest = earlier.filter(\.isQuery).map(\.time).max() ?? .min
      let expected = inOrder ? max(time, newest) : time
      let last = earlier.filter { $0.time == expected }.map(\.sequence).max()
      #expect(key.time == expected, "seed \(seed), event \(i)")
      #expect(key.sequence == last.map { $0 + 1 } ?? 0, "seed \(seed), event \(i)")
      known[session, default: []].append(
        Known(time: key.time, sequence: key.sequence, isQuery: isQuery))
    }
  }

  /// A session that is deleted between two records of one group gets a row of its own again.
  @Test func aSessionComesBackInTheSameGroup() async throws {
    let failures = Mutex(0)
    for round in 0..<50 {
      for query in ["first \(round)", "second \(round)"] {
        store.record(StoredEvent(query, at: 5), session: Array("a".utf8)) { result in
          if case .failure = result { failures.withLock { $0 += 1 } }
        }
      }
      let deletion = Deletion(session: Array("a".utf8), times: Deletion.always, matches: nil)
      store.forget(deletion) { _ in }
    }
    try await store.record("last", at: 6, "a")
    #expect(failures.withLock { $0 } == 0)
    #expect(try await store.load("a") == [StoredEvent("last", at: 6)])
    #expect(store.statistics == SessionStatistics(sessions: 1, events: 1, examples: 0))
  }

  /// What a group that failed has added is not taken for stored.
  @Test func aSessionOfAFailedGroupIsAddedAgain() async throws {
    let long = String(repeating: "x", count: 1 << 18)
    for session in ["a", "b"] {
      await #expect(throws: SessionStoreError.diskFull(path: store.path)) {
        try await store.record(long, at: 1, session)
      }
      try await store.record("short", at: 2, session)
      #expect(try await store.load(session) == [StoredEvent("short", at: 2)])
    }
    #expect(store.statistics.sessions == 2)
  }

  @Test func moreSessionsThanAreRemembered() throws {
    var numbers = SessionNumbers()
    for i in 0..<3 * SessionNumbers.limit {
      let name = Array("s\(i)".utf8)
      #expect(numbers[name] == nil)
      numbers.remember(Int64(i), of: name)
      #expect(numbers[name] == Int64(i))
    }
    numbers.forget()
    #expect(numbers[Array("s\(3 * SessionNumbers.limit - 1)".utf8)] == nil)
  }
}
