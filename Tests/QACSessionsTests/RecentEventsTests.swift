// The recent queries of all sessions, against a list, while records go on.

import QACBinary
import QACTestSupport
import Synchronization
import Testing

@testable import QACSessions

@Suite struct RecentEventsTests {
  /// The newest events, each as "session query time", and what was acknowledged when the snapshot
  /// was taken.
  private func recent(
    _ store: SessionStore, after time: Int64, limit: Int = 1000,
    began: @escaping @Sendable () -> Void = {}
  ) async throws -> [String] {
    let events = try await withCheckedContinuation { continuation in
      store.recent(after: time, limit: limit, began: began) { continuation.resume(returning: $0) }
    }.get()
    return events.map { event in
      let session = String(decoding: event.session, as: UTF8.self)
      return "\(session) \(String(decoding: event.event.query, as: UTF8.self)) \(event.event.time)"
    }
  }

  @Test(arguments: 0..<6) func agreesWithAList(seed: Int) async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    var random = SplitMix64(seed: UInt64(seed))
    var all: [(session: Int, number: Int, time: Int64)] = []
    for number in 0..<200 {
      let event = (session: random.below(5), number: number, time: Int64(random.below(40)))
      // Sessions get their ids in the order of their first records: s0 to s4.
      all.append(number < 5 ? (number, number, event.time) : event)
      let (session, _, time) = all[number]
      try await store.record("q\(number)", at: time, "s\(session)")
    }
    all.sort { ($0.time, $0.session, $0.number) < ($1.time, $1.session, $1.number) }
    for _ in 0..<20 {
      let time = Int64(random.below(42)) - 1
      let limit = random.below(250)
      let expected = all.filter { $0.time > time }.suffix(limit)
      let found = try await recent(store, after: time, limit: limit)
      #expect(
        found == expected.map { "s\($0.session) q\($0.number) \($0.time)" },
        "seed \(seed), after \(time), \(limit)")
    }
    #expect(try await recent(store, after: .min).count == 200)
    store.close()
    await #expect(throws: SessionStoreError.closed) { try await recent(store, after: 0) }
  }

  private final class Counter: Sendable {
    let value = Atomic(0)
  }

  /// Records acknowledged before the snapshot are in it; later ones are not.
  @Test func everyRecordIsBeforeOrAfter() async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    let acknowledged = Counter()
    func record(_ count: Int, _ round: Int) {
      for i in 0..<count {
        store.record(
          StoredEvent("q\(i)", at: Int64(round)), session: Array("s\(i % 7)".utf8)
        ) { _ in acknowledged.value.add(1, ordering: .relaxed) }
      }
    }
    for round in 1...8 {
      let settled = Counter()
      record(300, round)
      let count = try await withCheckedContinuation { continuation in
        store.recent(
          after: 0, limit: 100_000,
          began: {
            settled.value.store(acknowledged.value.load(ordering: .relaxed), ordering: .relaxed)
          }, completion: { continuation.resume(returning: $0) })
        record(300, round)
      }.get().count
      #expect(count == settled.value.load(ordering: .relaxed), "round \(round)")
      #expect(count >= (round - 1) * 600 + 300, "round \(round)")
    }
    store.close()
  }
}
