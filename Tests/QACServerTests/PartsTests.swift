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
      var shard = SessionShard(capacity: capacity, bytes: bytes, isInOrder: false)
      let normalizer = Normalizer(.search)
      for i in 0..<500 {
        let name = Array("session \(i)".utf8)
        let load = shard.beginLoad(of: name, profile: .search)
        let event = StoredEvent(query: [97], normalized: [97], time: 1)
        let loaded = SessionShard.Loaded([event], by: normalizer)
        _ = shard.finishLoad(load, overtook: true, .success(loaded))
        #expect(shard.count <= min(capacity, bytes / 129 + 2))
        #if DEBUG
          shard.checkInvariants()
        #endif
        guard case .ready = shard.find(name, profile: .search) else {
          Issue.record("session \(i) was not kept")
          return
        }
      }
    }
  }

  /// A session is loaded with as many events as its context keeps.
  @Test func aLoadFillsAContext() {
    #expect(SessionStore.loadedEvents == SessionContext.defaultCapacity)
  }

  /// Events that a context no longer holds take no memory and drive no other session out.
  @Test func aLongSessionTakesNoMoreThanItHolds() {
    var shard = SessionShard(capacity: 100, bytes: 1 << 20, isInOrder: true)
    let normalizer = Normalizer(.search)
    for name in [[1], [2]] as [[UInt8]] {
      let load = shard.beginLoad(of: name, profile: .search)
      let loaded = SessionShard.Loaded([], by: normalizer)
      _ = shard.finishLoad(load, overtook: true, .success(loaded))
    }
    for i in 0..<20_000 {
      let text = Array("query number \(i) of a long session".utf8)
      shard.record(
        StoredEvent(query: text, normalized: text, time: Int64(i)), session: [1], profile: .search)
    }
    #expect(shard.count == 2)
    if shard.find([2], profile: .search) == nil { Issue.record("one session drove out another") }
    if shard.find([1], profile: .search) == nil { Issue.record("a long session was dropped") }
  }

  /// A step of the system's clock is believed when it has lasted, or at the start.
  @Test func aClockThatJumpsIsDoubted() {
    let times = Mutex<(wall: Int64, even: Int64)>((1_700_000_000, 50))
    let clock = ServerClock({ times.withLock { $0.wall } }, even: { times.withLock { $0.even } })
    func now(passed: Int64 = 0, jump: Int64 = 0) -> Int64 {
      times.withLock { times in
        times.wall += passed + jump
        times.even += passed
      }
      return clock.now
    }
    let year: Int64 = 365 * 86_400
    #expect(now() == 1_700_000_000)
    // Corrected after the start: believed at once.
    #expect(now(passed: 5, jump: year) == 1_700_000_005 + year)
    #expect(clock.evenSeconds == 0)
    let base: Int64 = 1_700_000_005 + year
    #expect(now(passed: 1000) == base + 1000)
    // Wrong for three seconds, either way: time goes on.
    for jump in [year, -year] {
      let before = clock.now
      #expect(now(jump: jump) == before)
      #expect(now(passed: 3) == before + 3)
      #expect(now(jump: -jump) == before + 3)
      #expect(clock.evenSeconds >= 1000)
    }
    // A step that lasts is believed, and the clock is not trusted for a while.
    let before = clock.now
    #expect(now(jump: year) == before)
    #expect(now(passed: ServerClock.doubtSeconds - 1) == before + ServerClock.doubtSeconds - 1)
    #expect(now(passed: 1) == before + year + ServerClock.doubtSeconds)
    #expect(clock.evenSeconds == 0)
    // Another step begins another doubt.
    _ = now(passed: ServerClock.doubtSeconds)
    let later = clock.now
    #expect(now(jump: -year) == later)
    #expect(
      now(passed: ServerClock.doubtSeconds - 1, jump: -year) == later + ServerClock.doubtSeconds - 1
    )
    #expect(now(passed: 1) == later + ServerClock.doubtSeconds)
    #expect(now(passed: ServerClock.doubtSeconds) < later - year)
  }

  /// Requests that come while a session is being loaded take effect in their order.
  @Test(arguments: [5, 3, 1], [false, true])
  func aLoadKeepsTheOrderOfWhatWaited(time: Int64, isInOrder: Bool) {
    var shard = SessionShard(capacity: 10, bytes: 1 << 20, isInOrder: isInOrder)
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
    let loaded = SessionShard.Loaded(stored, by: Normalizer(.search))
    // An answer that overtook is ignored after the load was asked for again.
    #expect(shard.stopOvertaking(name).map(\.load) == [load])
    #expect(shard.finishLoad(load, overtook: true, .success(loaded)).isEmpty)
    for deliver in shard.finishLoad(load, overtook: false, .success(loaded)) { deliver() }
    let last = time < 3 && !isInOrder ? "older than five" : "new"
    #expect(seen.withLock { $0 } == ["first 2 older than five", "second 3 \(last)"])
    guard case .ready(let context) = shard.find(name, profile: .search) else {
      Issue.record("the loaded session is not known")
      return
    }
    #expect(context.count == 3 && context.previousText(at: 5) == Array(last.utf8))
    // A query older than the last one of a session in memory: the session is loaded again.
    shard.record(event("late", 0), session: name, profile: .search)
    if shard.find(name, profile: .search) != nil { Issue.record("order of time was lost") }
  }

  @Test func aDroppedEntryStillAnswersThoseWhoWait() {
    var shard = SessionShard(capacity: 10, bytes: 1000, isInOrder: false)
    let name = [UInt8(1)]
    let answers = Atomic(0)
    let load = shard.beginLoad(of: name, profile: .search)
    shard.wait(for: load) { result in
      if case .success(let context) = result { answers.add(context.count + 1, ordering: .relaxed) }
    }
    shard.drop(name)
    let event = StoredEvent(query: [97], normalized: [97], time: 1)
    let loaded = SessionShard.Loaded([event], by: Normalizer(.search))
    for deliver in shard.finishLoad(load, overtook: true, .success(loaded)) { deliver() }
    #expect(answers.load(ordering: .relaxed) == 2)
    if shard.find(name, profile: .search) != nil { Issue.record("a dropped entry came back") }
    #expect(shard.count == 0)
  }
}
