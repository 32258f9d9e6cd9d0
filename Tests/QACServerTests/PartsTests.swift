// The small parts: the clock, and the bounds of the cache.

import QACBinary
import QACEngine
import QACProtocol
import QACSessions
import QACTestSupport
import QACText
import Synchronization
import Testing

@testable import QACServer

@Suite struct PartsTests {
  @Test func theClockHidesSmallStepsBack() {
    let time = Atomic<Int64>(1000)
    let clock = ServerClock { time.load(ordering: .relaxed) }
    func at(_ now: Int64) -> Int64 {
      time.store(now, ordering: .relaxed)
      return clock.now
    }
    #expect(at(1000) == 1000)
    #expect(at(999) == 1000)
    #expect(at(1000 - ServerClock.hiddenStep) == 1000)
    #expect(at(1001) == 1001)
    #expect(at(1001 - ServerClock.hiddenStep - 1) == 1001 - ServerClock.hiddenStep - 1)
  }

  @Test func theCacheIsBounded() {
    for (capacity, bytes) in [(10, 1 << 20), (1000, 5000)] {
      var shard = SessionShard(capacity: capacity, bytes: bytes)
      let normalizer = Normalizer(.search)
      for i in 0..<500 {
        let name = Array("session \(i)".utf8)
        let load = shard.beginLoad(of: name, profile: .search)
        let event = StoredEvent(query: [97], normalized: [97], time: 1)
        _ = shard.finishLoad(load, of: name, by: normalizer, .success([event]))
        #expect(shard.count <= min(capacity, bytes / 129 + 2))
        guard case .ready = shard.find(name, profile: .search) else {
          Issue.record("session \(i) was not kept")
          return
        }
      }
    }
  }

  /// What was asked for while a session was being loaded takes effect in the order of asking.
  @Test(arguments: [5, 3, 1]) func aLoadKeepsTheOrderOfWhatWaited(time: Int64) {
    var shard = SessionShard(capacity: 10, bytes: 1 << 20)
    let name = [UInt8(1)]
    func event(_ text: String, _ time: Int64) -> StoredEvent {
      StoredEvent(query: Array(text.utf8), normalized: Array(text.utf8), time: time)
    }
    let seen = Mutex<[String]>([])
    func waiter(_ mark: String) -> SessionShard.Waiter {
      { result in
        guard case .success(let context) = result else { return }
        let last = String(decoding: context.previousText(at: 5) ?? [], as: UTF8.self)
        seen.withLock { $0.append("\(mark) \(context.count) \(last)") }
      }
    }
    let load = shard.beginLoad(of: name, profile: .search)
    shard.wait(for: load, waiter("first"))
    shard.record(event("new", time), session: name, profile: .search)
    shard.wait(for: load, waiter("second"))
    let stored = [event("old", 2), event("older than five", 3)]
    for deliver in shard.finishLoad(load, of: name, by: Normalizer(.search), .success(stored)) {
      deliver()
    }
    let last = time < 3 ? "older than five" : "new"
    #expect(seen.withLock { $0 } == ["first 2 older than five", "second 3 \(last)"])
    guard case .ready(let context) = shard.find(name, profile: .search) else {
      Issue.record("the loaded session is not known")
      return
    }
    #expect(context.count == 3 && context.previousText(at: 5) == Array(last.utf8))
    // A query older than the last, of a session that is known: it is loaded anew.
    shard.record(event("late", 0), session: name, profile: .search)
    if shard.find(name, profile: .search) != nil { Issue.record("order of time was lost") }
  }

  @Test func aDroppedEntryStillAnswersThoseWhoWait() {
    var shard = SessionShard(capacity: 10, bytes: 1000)
    let name = [UInt8(1)]
    let answers = Atomic(0)
    let load = shard.beginLoad(of: name, profile: .search)
    shard.wait(for: load) { result in
      if case .success(let context) = result { answers.add(context.count + 1, ordering: .relaxed) }
    }
    shard.drop(name)
    let event = StoredEvent(query: [97], normalized: [97], time: 1)
    for deliver in shard.finishLoad(load, of: name, by: Normalizer(.search), .success([event])) {
      deliver()
    }
    #expect(answers.load(ordering: .relaxed) == 2)
    if shard.find(name, profile: .search) != nil { Issue.record("a dropped entry came back") }
    #expect(shard.count == 0)
  }
}
