// The session's context against an array of what was submitted.

import QACBinary
import QACTestSupport
import Testing

@testable import QACEngine

@Suite struct SessionContextTests {
  /// The last `capacity` submissions, oldest first.
  private struct Model {
    var capacity: Int
    var events: [(text: [UInt8], time: Int64, sequence: Int)] = []
    var sequence = 0

    mutating func record(_ text: [UInt8], _ time: Int64) {
      if text.isEmpty { return }
      events.append((text, time, sequence))
      sequence += 1
      if events.count > capacity { events.removeFirst() }
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
    for _ in 0..<120 {
      let text = (0..<random.below(3)).map { _ in UInt8(0x61 + random.below(4)) }
      time += Int64(random.below(100))
      if random.below(6) == 0 {
        context.forget(normalized: text)
        model.events.removeAll { $0.text == text }
      } else {
        context.record(normalized: text, surface: text.map { $0 &- 32 }, at: time)
        model.record(text, time)
      }
      check(context, model)
    }
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
