// Threads of a session share its history, and not their contexts.

import QACBinary
import QACText
import Testing

@testable import QACEngine

@Suite struct ThreadTests {
  private func situation(_ thread: String?) -> Situation {
    Situation(thread: thread.map { Array($0.utf8) })
  }

  private func text(_ context: SessionContext, at time: Int64, _ thread: String?) -> String? {
    context.previousText(at: time, in: situation(thread)).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  @Test func threadsDoNotMixTheirContexts() {
    var context = SessionContext()
    for (i, (query, thread)) in [("a", "t1"), ("b", "t2"), ("c", "t1"), ("d", nil)].enumerated() {
      context.record(
        normalized: Array(query.utf8), surface: Array(query.utf8), at: Int64(i),
        in: situation(thread))
      context.checkInvariants()
    }
    #expect(text(context, at: 9, "t1") == "c")
    #expect(text(context, at: 9, "t2") == "b")
    #expect(text(context, at: 9, "t3") == nil)
    // Without a thread it is the session's last query, as before there were threads.
    #expect(text(context, at: 9, nil) == "d")
    #expect(text(context, at: SessionContext.contextSeconds + 2, "t2") == nil)
    // "c" followed "a" in its thread, "d" came after everything.
    func before(_ i: Int) -> String? {
      let entry = Int(context.events[i].before)
      return entry < 0
        ? nil : context.withText(of: entry) { String(decoding: $0, as: UTF8.self) }
    }
    #expect((0..<4).map(before) == [nil, nil, "a", "c"])
  }

  /// What follows what is the same, whether it is kept up to date or computed anew.
  @Test(arguments: 0..<20) func whatFollowsWhatStaysRight(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    var context = SessionContext(capacity: 1 + random.below(12))
    for i in 0..<200 {
      let query = [UInt8(0x61 + random.below(5))]
      let thread = [nil, "t1", "t2", "t3"][random.below(seed % 2 == 0 ? 4 : 1)]
      context.record(
        normalized: query, surface: query, at: Int64(i), in: situation(thread))
      context.checkInvariants()
      if random.below(20) == 0 {
        context.forget(normalized: [UInt8(0x61 + random.below(5))])
        context.checkInvariants()
      }
    }
  }
}
