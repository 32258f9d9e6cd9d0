// What the daemon does without being asked: step by step, with the time as an argument.

import Foundation
import QACBinary
import QACEngine
import QACIndex
import QACProtocol
import QACSessions
import QACTestSupport
import QACText
import Synchronization
import Testing

@testable import QACServer

@Suite(.serialized) struct HousekeeperTests {
  /// Waits until the jobs of the store and of the loading thread are done.
  private func settle(_ server: TestServer, _ client: any TestConnection) async throws {
    // Each step of a deletion asks for the next one, and the last asks for new overlays.
    for _ in 0..<2 {
      for _ in 0..<4 { _ = try await client.history("nobody") }
      await withCheckedContinuation { continuation in
        server.core.index.inTurn { continuation.resume() }
      }
    }
  }

  private func holds(_ server: TestServer, _ text: String) -> Bool {
    ["", "-wal", "-shm"].contains { suffix in
      let path = server.configuration.databasePath + suffix
      let content = FileManager.default.contents(atPath: path) ?? Data()
      return content.range(of: Data(text.utf8)) != nil
    }
  }

  @Test(arguments: Transport.allCases) func oldEventsAreDeletedEverywhere(
    transport: Transport
  ) async throws {
    let server = try await TestServer(transport) {
      $0.keepDays = 30
      $0.liveSessions = 1
    }
    let housekeeper = Housekeeper(core: server.core)
    let client = try await server.connect()
    try await client.record("zebra canary", session: "s")
    housekeeper.step(at: server.clock.now)
    try await settle(server, client)
    #expect(try await client.complete("zebra", session: "s") == ["zebra canary"])
    server.clock.advance(30 * 86_400 + 1)
    try await client.record("zebra fresh", session: "s")
    housekeeper.step(at: server.clock.now)
    try await settle(server, client)
    for session in ["s", nil] {
      #expect(try await client.complete("zebra", session: session) == ["zebra fresh"])
    }
    #expect(try await client.history("s").count == 1)
    #expect(!holds(server, "canary") && holds(server, "fresh"))
    #expect(server.log.text.contains("old events deleted"))
    try await server.stop()
  }

  @Test func theNewestEventsAreKept() async throws {
    let server = try await TestServer(.inProcess) { $0.keepEvents = 80 }
    let housekeeper = Housekeeper(core: server.core)
    let client = try await server.connect()
    for i in 0..<80 {
      try await client.record("query \(i)", session: "s\(i % 4)")
      server.clock.advance(1)
    }
    housekeeper.step(at: server.clock.now)
    try await settle(server, client)
    #expect(server.core.store.statistics.events == 80)
    try await client.record("query 80", session: "s0")
    housekeeper.step(at: server.clock.now)
    var attempts = 0
    // Another thread looks for the newest events.
    while server.core.store.statistics.events > 70 {
      try await settle(server, client)
      attempts += 1
      try #require(attempts < 100_000)
    }
    #expect(server.core.store.statistics.events == 70)
    #expect(try await client.history("s0").first?.query == Array("query 80".utf8))
    #expect(!holds(server, "query 10"))
    try await server.stop()
  }

  /// Bursts within a second, as imports and replays make them: exactly the newest events stay, and
  /// never fewer than the limit.
  @Test(arguments: [(1000, 1100, 875), (1000, 3000, 875), (1000, 1000, 1000), (8, 9, 7), (1, 5, 1)])
  func aBurstIsCutExactly(limit: Int, count: Int, rest: Int) async throws {
    let server = try await TestServer(.inProcess) { $0.keepEvents = limit }
    let housekeeper = Housekeeper(core: server.core)
    let client = try await server.connect()
    for i in 0..<count { _ = try await client.post("record", record(i)) }
    for _ in 0..<count { _ = try await client.receive() }
    housekeeper.step(at: server.clock.now)
    var attempts = 0
    while server.core.store.statistics.events > rest {
      try await settle(server, client)
      attempts += 1
      try #require(attempts < 100_000)
    }
    for _ in 0..<3 {
      housekeeper.step(at: server.clock.now)
      try await settle(server, client)
    }
    #expect(server.core.store.statistics.events == rest)
    // All have the same time: then later sessions are newer, and in one session later events are.
    let kept = try await (0..<4).asyncFlatMap { session in
      try await client.history("s\(session)").map { String(decoding: $0.query, as: UTF8.self) }
    }
    let order = (0..<count).sorted { ($0 % 4, $0) < ($1 % 4, $1) }
    let expected = Set(order.suffix(rest).map { "query \($0)" })
    #expect(Set(kept).isSubset(of: expected))
    try await server.stop()

    func record(_ i: Int) -> String { "{\"session\":\"s\(i % 4)\",\"query\":\"query \(i)\"}" }
  }

  /// A clock that is a year ahead for a while deletes nothing by age; if it stays ahead it does,
  /// after an hour.
  @Test func aWrongClockDeletesNothing() async throws {
    let times = Mutex<(wall: Int64, even: Int64)>((1_700_000_000, 0))
    let server = try await TestServer(.inProcess) { $0.keepDays = 30 }
    let clock = ServerClock({ times.withLock { $0.wall } }, even: { times.withLock { $0.even } })
    let core = try await server.restart(clock)
    let housekeeper = Housekeeper(core: core)
    let client = try await server.connect()
    func pass(_ seconds: Int64, jump: Int64 = 0) async throws {
      times.withLock { times in
        times.wall += seconds + jump
        times.even += seconds
      }
      housekeeper.step(at: core.clock.now)
      try await settle(server, client)
    }
    let year: Int64 = 365 * 86_400
    try await client.record("shoes", session: "s")
    try await pass(ServerClock.doubtSeconds)
    for _ in 0..<3 {
      try await pass(0, jump: year)
      try await client.record("boots", session: "s")
      try await pass(3)
      try await pass(0, jump: -year)
      #expect(try await client.complete("boo", session: "s").first == "boots")
    }
    #expect(try await client.history("s").count == 4)
    // Corrected for good: nothing is deleted before the clock has run evenly for an hour.
    try await pass(0, jump: year)
    for _ in 0..<60 { try await pass(60) }
    #expect(try await client.history("s").count == 4)
    for _ in 0..<15 { try await pass(60) }
    #expect(try await client.history("s").count == 0)
    try await server.stop()
  }

  /// A clock that is set back: a recorded query is still the newest.
  @Test(arguments: Transport.allCases) func aClockThatIsSetBackHidesNothing(
    transport: Transport
  ) async throws {
    let server = try await TestServer(transport) { $0.liveSessions = 1 }
    let client = try await server.connect()
    for i in 0..<300 { try await client.record("query \(i)", session: "s") }
    server.clock.advance(-365 * 86_400)
    try await client.record("zebra crossing", session: "s")
    #expect(try await client.complete("zeb", session: "s") == ["zebra crossing"])
    #expect(try await client.history("s").first?.query == Array("zebra crossing".utf8))
    #expect(try await client.history("s").dropFirst().first?.query == Array("query 299".utf8))
    try await server.restart()
    let again = try await server.connect()
    #expect(try await again.complete("zeb", session: "s") == ["zebra crossing"])
    #expect(try await again.history("s").first?.query == Array("zebra crossing".utf8))
    try await server.stop()
  }

  @Test func watchedFilesAreLoadedWhenTheyHaveSettled() async throws {
    let server = try await TestServer(.inProcess) { $0.watchesFiles = true }
    let housekeeper = Housekeeper(core: server.core)
    let client = try await server.connect()
    func served() -> String { server.core.index.current.engine.index.identity }
    func step() async throws {
      housekeeper.step(at: server.clock.now)
      try await settle(server, client)
    }
    let path = server.configuration.indexPath
    let first = served()
    try await step()
    try await step()
    #expect(served() == first)
    try TestIndex.write(to: path, seed: 2)
    try await step()
    #expect(served() == first, "a file was loaded that may still be written")
    try await step()
    let second = served()
    #expect(second != first)
    // Gone, bad, or of another profile: the old index serves on, and the new one is tried only
    // once.
    try FileManager.default.removeItem(atPath: path)
    for _ in 0..<3 { try await step() }
    try AtomicFile.write(Array("text".utf8), to: path)
    for _ in 0..<5 { try await step() }
    try TestIndex.write(to: path, profile: .verbatim, seed: 2)
    for _ in 0..<5 { try await step() }
    #expect(served() == second)
    let refusals = server.log.text.split(separator: "\n").count { $0.contains("not reloaded") }
    #expect(refusals == 2)
    try TestIndex.write(to: path, seed: 1)
    for _ in 0..<2 { try await step() }
    #expect(served() == first)
    try await server.stop()
  }

  @Test(arguments: Transport.allCases) func olderAndOtherIndexesNeedForce(
    transport: Transport
  ) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    let path = server.configuration.indexPath
    try TestIndex.write(to: path, seed: 2, lastTime: 1000)
    #expect(try await client.call("reload")["result"] != nil)
    let newest = try await client.call("status")["result"]?["index"]
    try TestIndex.write(to: path, seed: 1, lastTime: 900)
    let older = try await client.call("reload")
    #expect(older.errorCode == .indexUnavailable)
    #expect(older.errorMessage.contains("100 seconds") && older.errorMessage.contains("--force"))
    try TestIndex.write(to: path, profile: .verbatim, seed: 1, lastTime: 2000)
    let other = try await client.call("reload")
    #expect(other.errorMessage.contains("verbatim") && other.errorMessage.contains("--force"))
    #expect(try await client.call("status")["result"]?["index"] == newest)
    #expect(try await client.call("reload", "{\"force\":true}")["result"] != nil)
    #expect(try await client.call("status")["result"]?["index"] != newest)
    // A later form of the same profile is what comes with a new version.
    try TestIndex.write(to: path, profile: .plainSearch, seed: 1, lastTime: 2000)
    #expect(try await client.call("reload", "{\"force\":true}")["result"] != nil)
    try TestIndex.write(to: path, profile: .search, seed: 1, lastTime: 2000)
    #expect(try await client.call("reload")["result"] != nil)
    try await server.stop()
  }

  @Test(arguments: Transport.allCases) func anotherDatabaseInItsPlaceIsLearnedAnew(
    transport: Transport
  ) async throws {
    let server = try await TestServer(transport) { $0.liveSessions = 1 }
    let client = try await server.connect()
    try await client.record("zebra old", session: "s")
    #expect(try await client.complete("zebra", session: "s") == ["zebra old"])
    let path = server.configuration.databasePath
    let backup = server.directory.file("backup.sqlite")
    let store = try SessionStore(path: backup)
    let event = StoredEvent(
      query: Array("zebra new".utf8), normalized: Array("zebra new".utf8), time: 1_700_000_000)
    store.record(event, session: Array("s".utf8)) { _ in }
    store.close()
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.moveItem(atPath: path + suffix, toPath: path + ".away" + suffix)
    }
    let refused = try await client.call("record", "{\"session\":\"s\",\"query\":\"zebra lost\"}")
    #expect(refused.errorCode == .databaseUnavailable)
    #expect(refused.errorMessage.contains("moved away"))
    #expect(try await client.complete("red s").first == "red shoes")
    try FileManager.default.moveItem(atPath: backup, toPath: path)
    try await client.record("zebra last", session: "s")
    try await settle(server, client)
    #expect(Set(try await client.complete("zebra", session: "s")) == ["zebra new", "zebra last"])
    #expect(Set(try await client.complete("zebra")) == ["zebra new", "zebra last"])
    try await server.stop()
  }
}

extension Sequence {
  fileprivate func asyncFlatMap<T>(_ body: (Element) async throws -> [T]) async throws -> [T] {
    var all: [T] = []
    for element in self { all += try await body(element) }
    return all
  }
}
