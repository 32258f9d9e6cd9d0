// Working memory for a new index is ready before the loops ask, and the old index goes after they
// are done.

import QACEngine
import QACProtocol
import QACTestSupport
import Synchronization
import Testing

@testable import QACServer

@Suite struct WorkplacesTests {
  private func engine(_ seed: UInt64) throws -> ServedIndex {
    let directory = try TemporaryDirectory()
    try TestIndex.write(to: directory.file("i.qaci"), seed: seed)
    return try ServedIndex(path: directory.file("i.qaci")) { _ in RuleSet() }
  }

  @Test func eachLoopTakesItsOwnOnce() throws {
    let served = try engine(1)
    let other = try engine(2)
    let workplaces = Workplaces(loops: 2)
    #expect(workplaces.take(for: served.engine, loop: 0) == nil)
    workplaces.prepare(served)
    #expect(workplaces.take(for: other.engine, loop: 0) == nil)
    let first = try #require(workplaces.take(for: served.engine, loop: 0))
    let second = try #require(workplaces.take(for: served.engine, loop: 1))
    #expect(first.completion !== second.completion)
    #expect(workplaces.take(for: served.engine, loop: 0) == nil)
  }

  /// The old index is freed on the thread that may take its time, after the last loop has changed.
  @Test func theOldIndexIsLetGoByTheThreadThatLoads() throws {
    let workplaces = Workplaces(loops: 2)
    let asked = Mutex<[@Sendable () -> Void]>([])
    for _ in 0..<2 {
      workplaces.attach { _, done in asked.withLock { $0.append(done) } }
    }
    let letGo = Mutex<[@Sendable () -> Void]>([])
    let fresh = try engine(2)
    var old: ServedIndex? = try engine(1)
    weak let gone = old
    workplaces.change(from: try #require(old), to: fresh) { work in
      letGo.withLock { $0.append(work) }
    }
    old = nil
    let loops = asked.withLock { $0 }
    try #require(loops.count == 2)
    loops[0]()
    #expect(letGo.withLock { $0.isEmpty })
    loops[1]()
    #expect(gone != nil)
    let works = letGo.withLock { $0 }
    try #require(works.count == 1)
    works[0]()
    #expect(gone == nil)
  }

  /// After a swap, even a loop that gets no requests holds nothing of the old index.
  @Test func aSwapReachesLoopsThatAreAskedForNothing() async throws {
    let server = try await TestServer(.inProcess)
    for _ in 0..<2 { #expect(!(try await server.connect().complete("red")).isEmpty) }
    weak let old = server.core.index.current.engine
    try TestIndex.write(to: server.configuration.indexPath, seed: 2)
    let client = try await server.connect()
    #expect(try await client.call("reload")["result"] != nil)
    var attempts = 0
    while old != nil {
      // The loading thread takes a loop's answer in its turn.
      await withCheckedContinuation { done in server.core.index.inTurn { done.resume() } }
      attempts += 1
      try #require(attempts < 100_000)
    }
    try await server.stop()
  }
}
