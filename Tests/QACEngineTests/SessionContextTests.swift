// The session's context against an array of what was submitted.

import QACBinary
import QACTestSupport
import Testing

@testable import QACEngine

@Suite struct SessionContextTests {
  /// All submissions, oldest first, of which a context holds the last `capacity`.
  private struct Model {
    typealias Event = (text: [UInt8], time: Int64, sequence: Int, failed: Bool)

    var capacity: Int
    var stored: [Event] = []
    var kept = 0
    var sequence = 0

    /// What a context holds.
    var events: ArraySlice<Event> { stored.suffix(kept) }

    mutating func record(_ text: [UInt8], _ time: Int64, failed: Bool) {
      if text.isEmpty { return }
      stored.append((text, time, sequence, failed))
      sequence += 1
      kept = min(kept + 1, capacity)
    }

    mutating func forget(_ text: [UInt8]) {
      kept = events.count { $0.text != text }
      stored.removeAll { $0.text == text }
    }

    /// A context that is made anew, as from a database.
    mutating func load() -> SessionContext {
      var context = SessionContext(capacity: capacity)
      kept = min(stored.count, capacity)
      for i in stored.indices { stored[i].sequence = i }
      for event in stored {
        context.record(
          normalized: event.text, surface: event.text.map { $0 &- 32 }, at: event.time,
          failed: event.failed)
      }
      sequence = stored.count
      return context
    }
  }

  private func check(_ context: SessionContext, _ model: Model) {
    context.checkInvariants()
    #expect(context.count == model.events.count)
    #expect(context.sequence == model.sequence)
    let texts = context.entries.indices.map { id in context.withText(of: id) { Array($0) } }
    #expect(Set(texts).count == texts.count)
    #expect(context.events.map { texts[Int($0.entry)] } == model.events.map(\.text))
    #expect(context.events.map(\.time) == model.events.map(\.time))
    for (id, entry) in context.entries.enumerated() {
      let own = model.events.filter { $0.text == texts[id] }
      #expect(Int(entry.count) == own.count && own.count > 0)
      #expect(entry.lastTime == own.last?.time)
      #expect(entry.lastSequence == own.last?.sequence)
      #expect(entry.hasFailed == own.last?.failed)
      let surface = context.withSurface(of: id) { Array($0) }
      #expect(surface == texts[id].map { $0 &- 32 })
    }
    // Text that was dropped leaves no trace.
    let held = texts.reduce(0) { $0 + $1.count } * 2
    #expect(context.bytes.count == held)
    guard let last = model.events.last else {
      #expect(context.previousText(at: 0) == nil)
      return
    }
    #expect(context.previousText(at: last.time) == last.text)
    #expect(context.previousText(at: last.time + SessionContext.contextSeconds) == last.text)
    #expect(context.previousText(at: last.time + SessionContext.contextSeconds + 1) == nil)
  }

  @Test(arguments: UInt64(0)..<80)
  func everySequenceOfOperationsIsThatOfAnArray(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let capacity = 1 + random.below(12)
    var context = SessionContext(capacity: capacity)
    var model = Model(capacity: capacity)
    var time: Int64 = 0
    for _ in 0..<160 {
      let text = (0..<random.below(3)).map { _ in UInt8(0x61 + random.below(4)) }
      let failed = random.below(3) == 0
      switch random.below(12) {
      case 0:
        context.forget(normalized: text)
        model.forget(text)
      case 1..<4 where !model.stored.isEmpty:
        // Any submission may end late, mostly one of the last, and also one that is not kept.
        let back = random.below(random.below(4) == 0 ? model.stored.count : 3)
        let i = max(0, model.stored.count - 1 - back)
        model.stored[i].failed = failed
        let event = model.stored[i]
        // What the context cannot tell is loaded again.
        if !context.end(normalized: event.text, at: event.time, failed: failed) {
          check(model, cannotTell: event)
          context = model.load()
        }
      default:
        // Often several in a second.
        time += Int64(random.below(2) * random.below(100))
        context.record(
          normalized: text, surface: text.map { $0 &- 32 }, at: time, failed: failed)
        model.record(text, time, failed: failed)
      }
      check(context, model)
    }
  }

  /// It is told which use is meant wherever that can be told by the time.
  private func check(_ model: Model, cannotTell event: Model.Event) {
    let same = model.stored.count { $0.text == event.text && $0.time == event.time }
    let isFullSecond = model.events.first?.time == event.time
    #expect(same > 1 || isFullSecond)
  }

  @Test func whatEndsLateIsTheLastUseOrChangesNothing() {
    var context = SessionContext()
    let (a, b) = ([UInt8](arrayLiteral: 0x61), [UInt8](arrayLiteral: 0x62))
    context.record(normalized: a, surface: a, at: 1)
    context.record(normalized: b, surface: b, at: 2)
    func failing() -> [Bool] { context.entries.map(\.hasFailed) }
    func end(_ text: [UInt8], _ time: Int64, failed: Bool) -> Bool {
      context.end(normalized: text, at: time, failed: failed)
    }
    #expect(end(a, 1, failed: true))
    #expect(failing() == [true, false] && context.failedCount == 1)
    context.record(normalized: a, surface: a, at: 3)
    // A use that has not ended did not fail.
    #expect(failing() == [false, false] && context.failedCount == 0)
    #expect(end(a, 1, failed: true))
    #expect(failing() == [false, false])
    context.record(normalized: a, surface: a, at: 3, failed: true)
    #expect(failing() == [true, false])
    // One of two of the same second went well: which?
    #expect(!end(a, 3, failed: false))
    #expect(failing() == [true, false])
    #expect(end([0x63], 3, failed: true))
    context.forget(normalized: a)
    #expect(context.failedCount == 0)
    context.checkInvariants()
  }

  @Test func theLeastCapacityIsOne() {
    var context = SessionContext(capacity: -3)
    context.record(normalized: [0x61], surface: [0x61], at: 1)
    context.record(normalized: [0x62], surface: [0x62], at: 2)
    #expect(context.count == 1)
    #expect(context.previousText(at: 2) == [0x62])
  }

  @Test func timesAtTheEndsOfTimeDoNotTrap() {
    for (recorded, asked) in [(Int64.min, Int64.max), (.max, .min), (.max, .max), (.min, .min)] {
      var context = SessionContext()
      context.record(normalized: [0x61], surface: [0x61], at: recorded)
      let isRecent = asked < recorded || asked == recorded
      #expect((context.previousText(at: asked) != nil) == isRecent)
    }
  }
}
