// The overlay against a model that keeps a list of events and counts them anew each time.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

/// A list of events, from which everything is counted when asked.
private struct OverlayModel {
  struct Event {
    var text: [UInt8]
    var surface: [UInt8]
    var previous: [UInt8]?
    var session: UInt64
    var time: Int64

    var day: Int64 { time / 86_400 }
  }

  let labels: Set<[UInt8]>
  let cutoff: Int64
  let capacity: Int
  let needed: Int
  var events: [Event?] = []
  var hasForgotten = false

  /// Whether `session` has submitted `text` on the day of `time` already, as far as that is known.
  func counts(_ text: [UInt8], _ session: UInt64, _ time: Int64) -> Bool {
    live.contains { $0.text == text && $0.session == session && $0.day == time / 86_400 }
  }

  mutating func record(_ event: Event) {
    events.append(event)
    if events.count > capacity { events.removeFirst() }
  }

  mutating func forget(_ text: [UInt8]?, _ session: UInt64?, _ times: ClosedRange<Int64>) {
    for (i, event) in events.enumerated() {
      guard let event, session == nil || event.session == session,
        text == nil || event.text == text, times.contains(event.time)
      else { continue }
      // What came after a query that is gone for good came after nothing.
      events[i] = nil
    }
  }

  var live: [Event] { events.compactMap { $0 } }

  func uses(_ text: [UInt8]) -> Int { live.filter { $0.text == text }.count }

  func heat(_ text: [UInt8], halfLife: Double) -> Double {
    if !isVisible(text) { return 0 }
    return live.filter { $0.text == text }.reduce(0.0) { sum, event in
      sum + OverlayModel.power(Double(event.time - cutoff) / halfLife)
    }
  }

  func isVisible(_ text: [UInt8]) -> Bool {
    Set(live.filter { $0.text == text }.map(\.session)).count >= needed
  }

  /// The time of the newest event that others know of.
  var newest: Int64? { live.filter { isVisible($0.text) }.map(\.time).max() }

  /// The spellings that others may be shown: those that enough sessions wrote last.
  func spellings(_ text: [UInt8]) -> [[UInt8]: Int] {
    var last: [UInt64: Event] = [:]
    for event in live where event.text == text { last[event.session] = event }
    return Dictionary(grouping: last.values, by: \.surface).mapValues(\.count)
      .filter { $0.value >= needed }
  }

  /// 2^x by squaring and a series: no import for one function.
  static func power(_ x: Double) -> Double {
    let whole = x.rounded(.down)
    var term = 1.0
    var sum = 1.0
    for n in 1..<30 {
      term *= (x - whole) * 0.693147180559945309 / Double(n)
      sum += term
    }
    return sum * (0..<Int(whole)).reduce(1.0) { power, _ in power * 2 }
  }

  func texts() -> Set<[UInt8]> { Set(live.map(\.text)) }
}

@Suite struct LiveOverlayTests {
  private static let halfLife = 40_000.0

  /// Checks everything that the overlay says against the model.
  private func check(_ overlay: LiveOverlay, _ model: OverlayModel, _ note: String) {
    #expect(overlay.eventCount == model.live.count, "\(note)")
    #expect(overlay.visibleCount == model.texts().count(where: model.isVisible), "\(note)")
    #expect(overlay.visibleCount == 0 || overlay.clock.newest == model.newest, "\(note)")
    #expect(overlay.queryCount >= model.texts().count, "\(note)")
    for text in model.texts() {
      guard let id = overlay.find(text) else {
        Issue.record("no entry, \(note)")
        continue
      }
      let uses = overlay.uses(of: id)
      let heat = model.heat(text, halfLife: Self.halfLife)
      #expect(uses.uses == Double(model.uses(text)), "\(note)")
      #expect(abs(uses.heat - heat) <= 1e-9 * heat, "\(note)")
      #expect(overlay.isVisible(id) == model.isVisible(text), "\(note)")
      if !model.labels.contains(text) {
        let shown = overlay.withSurface(of: id) { Array($0) }
        let spellings = model.spellings(text)
        // A spelling whose session forgot its last one of several is shown later, never earlier.
        #expect(shown == text || spellings[shown] != nil, "\(note)")
        if !model.hasForgotten, let most = spellings.values.max() {
          #expect(spellings[shown] == most, "\(note)")
        }
      }
      var followers: [[UInt8]: Int] = [:]
      overlay.forEachFollower(of: id) { next, count in
        followers[overlay.withText(of: next) { Array($0) }] = Int(count)
      }
      let expected = Dictionary(
        grouping: model.live.filter { $0.previous == text }, by: \.text
      ).mapValues(\.count)
      // A query that was forgotten and submitted again has lost those who followed it before.
      for (next, count) in followers { #expect(count <= expected[next] ?? 0, "\(note)") }
    }
    for prefix in [[], Array("k".utf8), Array("ka".utf8), Array("lo ".utf8), Array("zz".utf8)] {
      var top = TopLabels()
      var promising = TopLabels()
      var work = BlockWork()
      top.reset(limit: 5)
      let uses = prefix.withUnsafeBufferPointer {
        overlay.search(
          prefix: $0, blocks: nil, work: &work, promising: &promising, into: &top)
      }
      let matching = model.texts().filter { $0.starts(with: prefix) && model.isVisible($0) }
      #expect(Int(uses) == matching.reduce(0) { $0 + model.uses($1) }, "\(note)")
      #expect(top.items.count == min(5, matching.count), "\(note)")
      let heats = matching.map { model.heat($0, halfLife: Self.halfLife) }.sorted(by: >)
      for (found, heat) in zip(top.items, heats) {
        #expect(abs(found.score - heat) <= 1e-9 * heat, "\(note)")
        #expect(overlay.withText(of: found.label) { Array($0).starts(with: prefix) }, "\(note)")
      }
    }
  }

  /// Forgets in steps.
  private func forget(
    _ overlay: LiveOverlay, _ text: [UInt8]?, _ session: UInt64?, _ times: ClosedRange<Int64>,
    in steps: Int
  ) {
    let begun = overlay.beginForgetting(text.map { [$0] }, session: session, times: times)
    guard var deletion = begun else { return }
    while !overlay.advance(&deletion, steps: steps) {}
  }

  @Test func countsWhatAListOfEventsCounts() throws {
    try withEvery("seed", in: UInt64(0)..<24) { seed in
      var random = SplitMix64(seed: seed)
      var content = RandomIndex.content(seed: seed, labels: 20)
      content.lastTime = 1000
      let index = try LabelIndex(bytes: IndexWriter.serialize(content))
      let capacity = random.below(2) == 0 ? 40 : 1000
      let overlay = LiveOverlay(
        index: index, cutoff: 1000, sessionsNeeded: 2, capacity: capacity, halfLife: Self.halfLife)
      var model = OverlayModel(
        labels: Set(content.labels), cutoff: 1000, capacity: capacity, needed: 2)
      var generator = LabelGenerator(seed: seed)
      let fresh = (0..<300).map { _ in Array(generator.query().utf8) }.filter { !$0.isEmpty }
      var last: [UInt64: (text: [UInt8], time: Int64)] = [:]
      var time: Int64 = 990
      let few = random.below(2) == 0
      for step in 0..<400 {
        time += Int64(random.below(8) == 0 ? 30_000 : random.below(120))
        let session = UInt64(1 + random.below(5))
        let text =
          random.below(2) == 0
          ? content.labels[random.below(content.labels.count)]
          : fresh[random.below(few ? 6 : fresh.count)]
        if random.below(20) == 0 {
          let only = random.below(2) == 0 ? nil : text
          let whose = random.below(4) == 0 ? nil : session
          let times = random.below(2) == 0 ? Int64.min...Int64.max : (time - 50_000)...time
          forget(overlay, only, whose, times, in: 1 + random.below(60))
          overlay.checkInvariants()
          model.hasForgotten = true
          let gone = model.live
          model.forget(only, whose, times)
          for event in gone where last[event.session]?.text == event.text {
            let isLeft = model.live.contains {
              $0.session == event.session && $0.text == event.text && $0.time == event.time
            }
            guard let before = last[event.session], !isLeft else { continue }
            if !model.live.contains(where: { $0.session == event.session && $0.text == event.text })
              || before.time / 86_400 == event.day
            {
              last[event.session] = nil
            }
          }
        } else {
          let surface = random.below(3) == 0 ? text : text + Array("!".utf8)
          overlay.record(normalized: text, surface: surface, session: session, at: time)
          overlay.checkInvariants()
          if time <= 1000 { continue }
          var previous: [UInt8]?
          if let before = last[session], time - before.time <= 1800 { previous = before.text }
          let isKnown = model.live.contains { $0.session == session && $0.text == text }
          if model.counts(text, session, time) || (previous == text && isKnown) {
            last[session] = (text, time)
            continue
          }
          if model.live.count(where: { $0.session == session }) >= overlay.share {
            last[session] = nil
            continue
          }
          // What leaves the ring for this one may take the session's last query with it.
          if model.events.count == capacity, let first = model.events[0],
            let before = last[first.session], before.text == first.text
          {
            let rest = model.live.dropFirst()
            if !rest.contains(where: { $0.session == first.session && $0.text == first.text })
              || before.time / 86_400 == first.day
            {
              last[first.session] = nil
              if first.session == session { previous = nil }
            }
          }
          model.record(
            .init(text: text, surface: surface, previous: previous, session: session, time: time))
          last[session] = (text, time)
        }
        if step % 67 == 0 { check(overlay, model, "seed \(seed), step \(step)") }
      }
      check(overlay, model, "seed \(seed), end")
      for session in 1...5 { forget(overlay, nil, UInt64(session), Int64.min...Int64.max, in: 7) }
      #expect(overlay.eventCount == 0 && overlay.queryCount == 0)
      #expect(overlay.order.chunks.isEmpty)
      #expect(overlay.entries.list.allSatisfy { $0.text.isEmpty && $0.spellings.isEmpty })
    }
  }

  /// More texts than one chunk of the order holds, in any order, each by two sessions.
  @Test(arguments: UInt64(0)..<3)
  func manyTextsLieInSeveralChunks(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var content = RandomIndex.content(seed: seed, labels: 20)
    content.lastTime = 1000
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    let overlay = LiveOverlay(
      index: index, cutoff: 1000, sessionsNeeded: 2, capacity: 10_000, halfLife: Self.halfLife)
    var model = OverlayModel(
      labels: Set(content.labels), cutoff: 1000, capacity: 10_000, needed: 2)
    var generator = LabelGenerator(seed: seed)
    let texts = (0..<300).map { Array("\(generator.query()) \($0)".utf8) }
    var left = texts.flatMap { text in (0..<2).map { (text, UInt64($0 + 2 * random.below(4))) } }
    var last: [UInt64: (text: [UInt8], time: Int64)] = [:]
    var time: Int64 = 1000
    while !left.isEmpty {
      time += Int64(1 + random.below(120))
      left.swapAt(random.below(left.count), left.count - 1)
      let (text, session) = left.removeLast()
      overlay.record(normalized: text, surface: text, session: session, at: time)
      if left.count % 10 == 0 { overlay.checkInvariants() }
      var previous: [UInt8]?
      if let before = last[session], time - before.time <= 1800 { previous = before.text }
      model.record(
        .init(text: text, surface: text, previous: previous, session: session, time: time))
      last[session] = (text, time)
    }
    #expect(overlay.order.chunks.count > 2, "seed \(seed)")
    check(overlay, model, "seed \(seed), all")
    for session in UInt64(0)...2 {
      forget(overlay, nil, session, Int64.min...Int64.max, in: 50)
      overlay.checkInvariants()
      model.forget(nil, session, Int64.min...Int64.max)
    }
    model.hasForgotten = true
    check(overlay, model, "seed \(seed), some forgotten")
  }

  /// Deletions that have begun and wait, and what is recorded meanwhile: at the end there are the
  /// events that there would be if each deletion had been done at once.
  @Test func whatIsRecordedDuringADeletionStays() throws {
    try withEvery("seed", in: UInt64(0)..<200) { seed in
      var random = SplitMix64(seed: seed)
      let index = try LabelIndex(
        bytes: IndexWriter.serialize(RandomIndex.content(seed: seed, labels: 4)))
      let start = index.view.lastTime + 86_400
      func overlay() -> LiveOverlay {
        LiveOverlay(index: index, sessionsNeeded: 1, halfLife: Self.halfLife)
      }
      let (atOnce, inSteps) = (overlay(), overlay())
      let texts = ["ka", "ka lo", "mi"].map { Array($0.utf8) }
      var waiting: [LiveOverlay.Deletion] = []
      var time = start
      for _ in 0..<40 {
        time += Int64(random.below(90))
        let text = texts[random.below(texts.count)]
        let session = UInt64(1 + random.below(2))
        switch random.below(4) {
        case 0:
          let only = random.below(2) == 0 ? nil : text
          let whose = random.below(3) == 0 ? nil : session
          atOnce.forget(normalized: only, session: whose)
          if let begun = inSteps.beginForgetting(only.map { [$0] }, session: whose) {
            waiting.append(begun)
          }
        case 1 where !waiting.isEmpty:
          if inSteps.advance(&waiting[0], steps: 1 + random.below(3)) { waiting.removeFirst() }
        default:
          atOnce.record(normalized: text, surface: text, session: session, at: time)
          inSteps.record(normalized: text, surface: text, session: session, at: time)
        }
        inSteps.checkInvariants()
      }
      while !waiting.isEmpty {
        if inSteps.advance(&waiting[0], steps: 1) { waiting.removeFirst() }
      }
      inSteps.checkInvariants()
      #expect(inSteps.pending.isEmpty, "seed \(seed)")
      // Who followed a query is lost with the last event of the query. In steps, the query may come
      // again before its last event is gone, so that others' links to it live on.
      func uses(_ overlay: LiveOverlay) -> [UInt32] {
        texts.map { text in overlay.find(text).map { overlay.entries.list[Int($0)].uses } ?? 0 }
      }
      #expect(uses(inSteps) == uses(atOnce), "seed \(seed)")
      #expect(inSteps.eventCount == atOnce.eventCount, "seed \(seed)")
    }
  }

  @Test func aNewQueryIsShownToOthersAfterThreeSessions() throws {
    let engine = try CompletionEngine(
      TinyIndex.content, weights: RankerFeature.allCases.map { $0 == .heat ? 1 : 0 })
    let overlay = LiveOverlay(index: engine.index, cutoff: 0, halfLife: 1e6)
    let query = Array("newark".utf8)
    for session in [UInt64(1), 1, 2, 2, 3] {
      #expect(!engine.texts("newar", overlay: overlay).contains("Newark"))
      overlay.record(normalized: query, surface: Array("Newark".utf8), session: session, at: 900)
      // Something else comes between, because a repetition does not count.
      overlay.record(normalized: Array("x".utf8), surface: [], session: session, at: 901)
    }
    #expect(engine.texts("newar", overlay: overlay) == ["Newark"])
    #expect(engine.texts("newar") == [])
    overlay.forget(normalized: query, session: 2)
    #expect(engine.texts("newar", overlay: overlay) == [])
  }

  @Test func whatFollowedSinceTheIndexWasBuiltIsSuggested() throws {
    let engine = try CompletionEngine(
      TinyIndex.content, weights: RankerFeature.allCases.map { $0 == .follower ? 1 : 0 })
    let overlay = LiveOverlay(index: engine.index, cutoff: 0, halfLife: 1e6)
    for session in UInt64(1)...40 {
      for query in ["news", "newts"] {
        overlay.record(
          normalized: Array(query.utf8), surface: Array(query.utf8), session: session, at: 900)
      }
    }
    #expect(engine.texts("n", session(["news"])).first != "newts")
    #expect(engine.texts("n", session(["news"]), overlay: overlay).first == "newts")
  }

  @Test func timesOfAllSizesAreTaken() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
    for cutoff in [Int64.min, 0, .max] {
      let overlay = LiveOverlay(index: index, cutoff: cutoff, halfLife: 1)
      for time in [Int64.min, 0, .max, -1, 1] {
        overlay.record(normalized: [0x6E], surface: [0x6E], session: 7, at: time)
        #expect((0...1).contains(overlay.cooling))
      }
      var top = TopLabels()
      var promising = TopLabels()
      var work = BlockWork()
      top.reset(limit: 3)
      _ = [].withUnsafeBufferPointer {
        overlay.search(
          prefix: $0, blocks: nil, work: &work, promising: &promising, into: &top)
      }
      #expect(top.items.allSatisfy { $0.score.isFinite })
      overlay.forget(normalized: nil, session: 7)
      #expect(overlay.eventCount == 0)
    }
  }

  /// However much one session submits, most of what others did stays.
  @Test func oneSessionDrivesNobodyOut() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
    let overlay = LiveOverlay(index: index, cutoff: 0, capacity: 2000, halfLife: 1e6)
    let shared = Array("shared by many".utf8)
    for session in UInt64(1)...1000 {
      overlay.record(normalized: shared, surface: shared, session: session, at: 900)
    }
    for i in 0..<10_000 {
      let text = Array("flood \(i)".utf8)
      overlay.record(normalized: text, surface: text, session: 7777, at: 901)
    }
    #expect(overlay.eventCount == 1000 + overlay.share && overlay.share == 31)
    let id = try #require(overlay.find(shared))
    #expect(overlay.uses(of: id).uses == 1000)
    // A session may submit again what it forgot.
    overlay.forget(normalized: nil, session: 7777)
    overlay.record(normalized: shared, surface: shared, session: 7777, at: 902)
    #expect(overlay.eventCount == 1001)
  }
}
