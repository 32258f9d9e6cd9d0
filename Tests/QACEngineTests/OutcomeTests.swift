// What failed for several sessions is suggested to none that has not submitted it.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct OutcomeTests {
  private let index: LabelIndex
  private let engine: CompletionEngine

  init() throws {
    index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
    engine = try CompletionEngine(index: index)
  }

  private func suggestions(
    _ prefix: String, _ overlay: LiveOverlay, _ context: SessionContext = SessionContext()
  ) -> [String] {
    let scratch = CompletionScratch(engine: engine)
    Array(prefix.utf8).withUnsafeBufferPointer {
      engine.complete(
        prefix: $0, context: context, overlay: overlay, at: 1000, limit: 10, scratch: scratch)
    }
    return (0..<scratch.count).map { String(decoding: scratch.normalizedText($0), as: UTF8.self) }
  }

  private func overlay() -> LiveOverlay {
    LiveOverlay(index: index, cutoff: 0, sessionsNeeded: 3, capacity: 64)
  }

  private func record(
    _ text: [UInt8], _ session: UInt64, _ ending: LiveOverlay.Ending, in overlay: LiveOverlay,
    at time: Int64 = 500
  ) {
    overlay.record(
      normalized: text, surface: text, session: session, at: time, ending: ending)
    overlay.checkInvariants()
  }

  @Test func aFailingLabelIsOfferedToNobodyElse() throws {
    let label = Array(index.view.text(of: 5))
    let name = String(decoding: label, as: UTF8.self)
    let overlay = overlay()
    #expect(suggestions("", overlay).contains(name))
    for session in 1...2 { record(label, UInt64(session), .failed, in: overlay) }
    // Two sessions are too few to move anything.
    #expect(suggestions("", overlay) == suggestions("", self.overlay()))
    record(label, 3, .failed, in: overlay)
    #expect(overlay.failingCount == 1)
    #expect(!suggestions("", overlay).contains(name))
    var own = SessionContext()
    own.record(normalized: label, surface: label, at: 500)
    #expect(suggestions("", overlay, own).contains(name))
    // As many for whom it goes well bring it back.
    for session in 4...6 { record(label, UInt64(session), .ok, in: overlay) }
    #expect(overlay.failingCount == 0)
    #expect(suggestions("", overlay).contains(name))
    // What is forgotten counts no more.
    for session in 4...6 { overlay.forget(normalized: nil, session: UInt64(session)) }
    #expect(!suggestions("", overlay).contains(name))
    overlay.forget(normalized: label, session: 1)
    overlay.checkInvariants()
    #expect(suggestions("", overlay).contains(name))
  }

  @Test func aNewTextThatFailsIsNeverShown() {
    let text = Array("zzz command".utf8)
    let overlay = overlay()
    for session in 1...5 { record(text, UInt64(session), .failed, in: overlay) }
    #expect(suggestions("zzz", overlay).isEmpty)
    for session in 6...7 { record(text, UInt64(session), .ok, in: overlay) }
    #expect(suggestions("zzz", overlay).isEmpty)
    #expect(overlay.visibleCount == 0)
  }

  @Test func anOutcomeThatComesLateCounts() {
    let text = Array("zzz command".utf8)
    let overlay = overlay()
    for session in 1...3 { record(text, UInt64(session), .unknown, in: overlay) }
    #expect(suggestions("zzz", overlay) == ["zzz command"])
    for session in 1...2 {
      overlay.end(normalized: text, surface: text, session: UInt64(session), as: .failed)
      overlay.checkInvariants()
      // Below three sessions for whom it went well it is not shown.
      #expect(suggestions("zzz", overlay).isEmpty)
    }
    overlay.end(normalized: text, surface: text, session: 1, as: .ok)
    overlay.end(normalized: text, surface: text, session: 2, as: .ok)
    overlay.checkInvariants()
    #expect(suggestions("zzz", overlay) == ["zzz command"])
    // Of a session that submitted nothing, and of a query that is not known, nothing changes.
    overlay.end(normalized: text, surface: text, session: 9, as: .failed)
    overlay.end(normalized: [0x61], surface: [0x61], session: 1, as: .failed)
    overlay.checkInvariants()
    #expect(suggestions("zzz", overlay) == ["zzz command"])
  }

  /// A session's queries of the same day count by their last outcome.
  @Test func theLastOutcomeOfTheDayCounts() {
    let text = Array("zzz command".utf8)
    let overlay = overlay()
    for session in 1...3 {
      record(text, UInt64(session), .ok, in: overlay, at: 500)
      record(text, UInt64(session), .failed, in: overlay, at: 600)
    }
    #expect(overlay.failingCount == 1 && overlay.eventCount == 3)
    for session in 1...3 { record(text, UInt64(session), .unknown, in: overlay, at: 700) }
    #expect(overlay.failingCount == 1)
    for session in 1...3 { record(text, UInt64(session), .ok, in: overlay, at: 800) }
    #expect(overlay.failingCount == 0 && overlay.visibleCount == 1)
  }

  /// The invariants hold whatever happens, and in the end nothing is left.
  @Test(arguments: 0..<20) func theSumsStayRight(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let overlay = LiveOverlay(
      index: index, cutoff: 0, sessionsNeeded: 1 + seed % 3, capacity: 8 + random.below(40))
    let texts =
      [Array(index.view.text(of: 0)), Array(index.view.text(of: 1))]
      + ["zzz", "yyy a", "yyy b"].map { Array($0.utf8) }
    var time: Int64 = 1
    for _ in 0..<300 {
      time += Int64(random.below(20_000))
      let text = texts[random.below(texts.count)]
      let session = UInt64(random.below(6))
      let ending: [LiveOverlay.Ending] = [.unknown, .ok, .failed]
      let thread = Situation(thread: [[], [1], [2]][random.below(3)])
      switch random.below(10) {
      case 0..<6:
        overlay.record(
          normalized: text, surface: text, session: session, at: time, in: thread,
          ending: ending[random.below(3)])
      case 6..<9:
        overlay.end(
          normalized: text, surface: text, session: session, as: ending[random.below(3)])
      default:
        overlay.forget(
          normalized: random.below(2) == 0 ? nil : text,
          session: random.below(3) == 0 ? nil : session)
      }
      overlay.checkInvariants()
    }
    overlay.forget(normalized: nil, session: nil)
    overlay.checkInvariants()
    #expect(overlay.eventCount == 0 && overlay.failingCount == 0 && overlay.visibleCount == 0)
  }

  /// A session is told which of its own queries failed when they were used last, whatever source
  /// brought them; neither order nor scores depend on it.
  @Test(arguments: 0..<30) func ownFailuresAreToldAndChangeNothingElse(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let labels = (0..<UInt32(index.labelCount)).map { Array(index.view.text(of: $0)) }
    // More queries than a source brings, so that some labels are not known as the session's own.
    let texts = labels + (0..<40).map { Array("new \($0)".utf8) }
    var (told, silent) = (SessionContext(), SessionContext())
    var outcomes: [[UInt8]: Bool] = [:]
    for time in 0..<Int64(100) {
      let text = texts[random.below(random.below(3) == 0 ? labels.count : texts.count)]
      outcomes[text] = random.below(3) == 0
      told.record(normalized: text, surface: text, at: time, failed: outcomes[text] == true)
      silent.record(normalized: text, surface: text, at: time)
    }
    let scratch = CompletionScratch(engine: engine)
    for prefix in ["", "n", "new", "news", "new 1", "nwe y"] {
      for limit in [3, 10, nil] {
        let found = engine.suggestions(Array(prefix.utf8), told, limit: limit, scratch: scratch)
        for (i, suggestion) in found.enumerated() {
          #expect(
            scratch.hasFailed(i, in: told) == (outcomes[suggestion.normalized] == true),
            "\(prefix): \(suggestion)")
        }
        #expect(found == engine.suggestions(Array(prefix.utf8), silent, limit: limit))
        let others = engine.suggestions(Array(prefix.utf8), silent, scratch: scratch)
        #expect(others.indices.allSatisfy { !scratch.hasFailed($0, in: silent) })
      }
    }
  }

  @Test func anEmbedderIsToldToo() {
    var session = Session()
    session.record("New  Delhi", at: 1, failed: true)
    session.record("newton", at: 2)
    func failing() -> [String] {
      engine.suggestions(for: "new", in: session, at: 3).filter(\.hasFailed).map(\.text)
    }
    #expect(failing() == ["New  Delhi"])
    session.record("new delhi", at: 3)
    #expect(failing().isEmpty)
  }

  @Test func threadsOfASessionDoNotFollowEachOther() {
    let (a, b) = (Array("zzz a".utf8), Array("zzz b".utf8))
    func followers(_ threads: (String?, String?)) -> Int {
      let overlay = LiveOverlay(index: index, cutoff: 0, sessionsNeeded: 1)
      for (i, (text, thread)) in [(a, threads.0), (b, threads.1)].enumerated() {
        overlay.record(
          normalized: text, surface: text, session: 1, at: 500 + Int64(i),
          in: Situation(thread: thread.map { Array($0.utf8) }))
      }
      overlay.checkInvariants()
      return overlay.find(a).map { overlay.entries.list[Int($0)].followers.count } ?? -1
    }
    #expect(followers((nil, nil)) == 1)
    #expect(followers(("t1", "t1")) == 1)
    #expect(followers(("t1", "t2")) == 0)
    #expect(followers(("t1", nil)) == 1)
    #expect(followers((nil, "t1")) == 0)
  }
}
