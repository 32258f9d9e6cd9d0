// A crash leaves the files as they are at that moment: every acknowledged record must be in them.

import Foundation
import QACBinary
import QACTestSupport
import Synchronization
import Testing

@testable import QACSessions

@Suite struct SessionStoreCrashTests {
  /// How many crashes, of six copies each; `make kills` sets five hundred.
  private static let crashes =
    ProcessInfo.processInfo.environment["QAC_COPIES"].flatMap(Int.init) ?? 12

  private func bytes(_ path: String) -> [UInt8] {
    (try? Data(contentsOf: URL(fileURLWithPath: path))).map { [UInt8]($0) } ?? []
  }

  /// Records go on while the files are copied. The copy's log is cut off anywhere after the
  /// acknowledged records, as by a power cut, and followed by junk.
  @Test(arguments: 0..<crashes) func aCrashLosesNothingAcknowledged(seed: Int) async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    let store = try SessionStore(path: path)
    var random = SplitMix64(seed: UInt64(seed))
    var recorded = 0
    for round in 0..<6 {
      for _ in 0..<random.below(40) {
        try await store.record("q\(recorded)", at: Int64(recorded / 3), "s")
        recorded += 1
      }
      let acknowledged = recorded
      let logBytes = bytes(path + "-wal").count
      let pending = random.below(200)
      for i in 0..<pending {
        let event = StoredEvent("q\(recorded + i)", at: Int64((recorded + i) / 3))
        store.record(event, session: Array("s".utf8)) { _ in }
      }
      let database = bytes(path)
      var log = bytes(path + "-wal")
      recorded += pending
      let tail = max(0, log.count - logBytes)
      log.removeLast(tail > 0 ? random.below(tail + 1) : 0)
      for _ in 0..<random.below(100) { log.append(UInt8(truncatingIfNeeded: random.next())) }

      let copy = directory.file("copy-\(round).sqlite")
      try Data(database).write(to: URL(fileURLWithPath: copy))
      try Data(log).write(to: URL(fileURLWithPath: copy + "-wal"))
      let note = Comment(rawValue: "seed \(seed), round \(round)")
      let reopened = try SessionStore(path: copy)
      let found = try await reopened.history("s", limit: 10_000).reversed()
      #expect(found.count >= acknowledged, note)
      #expect(
        found.elementsEqual((0..<found.count).map { StoredEvent("q\($0)", at: Int64($0 / 3)) }),
        note)
      #expect(reopened.statistics.events == found.count, note)
      // What is searched is what is there.
      let hits = try await reopened.search("s", limit: 10_000).hits
      #expect(hits.map(\.query) == found.reversed().map(\.query), note)
      // Let the pending records finish, so that the next round starts from a known state.
      _ = try await store.load("s")
      if pending > 0 { try await store.record("q\(recorded)", at: Int64(recorded / 3), "s") }
      recorded += pending > 0 ? 1 : 0
    }
  }

  @Test func acknowledgementsComeInOrder() async throws {
    let directory = try TemporaryDirectory()
    let store = try SessionStore(path: directory.file("s.sqlite"))
    let order = Mutex<[Int]>([])
    for i in 0..<3000 {
      store.record(StoredEvent("q", at: Int64(i)), session: [UInt8(i % 50)]) { result in
        if case .success = result { order.withLock { $0.append(i) } }
      }
    }
    store.close()
    #expect(order.withLock { $0 } == Array(0..<3000))
  }

  @Test func whatIsForgottenLeavesTheFiles() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    let store = try SessionStore(path: path)
    let canary = "canary-query-7f3a", session = "canary-session-91bd"
    func holds(_ text: String) -> Bool {
      [path, path + "-wal", path + "-shm"].contains { file in
        Data(bytes(file)).range(of: Data(text.utf8)) != nil
      }
    }
    for i in 0..<300 { try await store.record("other \(i)", at: Int64(i), "s\(i % 7)") }
    for i in 0..<50 { try await store.record("\(canary) \(i)", at: Int64(i), session) }
    #expect(holds(canary) && holds(session))
    #expect(try await store.forget(session, query: "\(canary) 7") == 1)
    #expect(!holds("\(canary) 7") && holds("\(canary) 8"))
    #expect(try await store.forget(session) == 49)
    #expect(!holds(canary))
    #expect(!holds(session))
    #expect(store.statistics == SessionStatistics(sessions: 7, events: 300))
  }

  @Test func theLogIsCopiedIntoTheDatabaseAndStaysBounded() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("s.sqlite")
    let store = try SessionStore(path: path)
    let before = bytes(path).count
    for i in 0..<SessionStore.idleCheckpointEvents * 2 {
      store.record(StoredEvent("query \(i)", at: Int64(i)), session: Array("s".utf8)) { _ in }
    }
    _ = try await store.load("s")
    try await store.record("last", at: 1 << 40, "s")
    #expect(bytes(path).count > before)
    store.close()
    #expect(bytes(path + "-wal").isEmpty)
  }
}
