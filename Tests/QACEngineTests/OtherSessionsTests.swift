// What one session submitted is not shown to another below the minimum, by any source: generated.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct OtherSessionsTests {
  /// A word that only `session` uses.
  private static func secret(_ session: Int) -> [UInt8] { Array("xq\(session)secret".utf8) }

  private static func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool {
    text.count >= word.count
      && (0...text.count - word.count).contains { text[$0...].starts(with: word) }
  }

  @Test(arguments: UInt64(0)..<6)
  func noSourceShowsWhatFewerThanThreeOthersSubmitted(seed: UInt64) throws {
    let profile: NormalizationProfile = seed % 2 == 0 ? .search : .verbatim
    let set = SyntheticLog(seed: seed, events: 1200, vocabulary: 120).trainingSet(profile)
    var subject = try LogSubject(set, seed: seed, weights: CompletionPropertyTests.weights(seed))
    let engine = subject.engine
    let overlay = LiveOverlay(index: engine.index, cutoff: 0)
    let scratch = CompletionScratch(engine: engine)
    let shared = Array("xq shared".utf8)
    var contexts = (0..<5).map { _ in SessionContext() }
    var sharers: Set<Int> = []
    var own = 0
    for step in 0..<1500 {
      let time = Int64(1000 + step * 7)
      let session = subject.random.below(contexts.count)
      let label = subject.labels[subject.random.below(subject.labels.count)]
      let secret = Self.secret(session)
      var query: [UInt8]
      switch subject.random.below(5) {
      case 0: query = secret
      case 1: query = label + [0x20] + secret
      case 2: query = secret + [0x20] + label
      case 3 where step > 700: query = shared
      default: query = label
      }
      query = subject.normalizer.normalize(query)
      if query == shared { sharers.insert(session) }
      contexts[session].record(normalized: query, surface: query, at: time)
      overlay.record(normalized: query, surface: query, session: UInt64(session + 1), at: time)

      let asking = subject.random.below(contexts.count)
      var typed = subject.prefix()
      switch subject.random.below(6) {
      case 0: typed = Array("xq".utf8)
      case 1: typed = Array("xq\(subject.random.below(5))sec".utf8)
      case 2: typed = label + Array(" xq".utf8)
      case 3: typed = label + [0x20]
      case 4: typed = Array("xq\(subject.random.below(5))secert".utf8)
      default: break
      }
      let found = engine.suggestions(
        typed, contexts[asking], at: time, limit: 20, overlay: overlay, scratch: scratch)
      for suggestion in found {
        for other in contexts.indices where other != asking {
          #expect(
            !Self.contains(suggestion.normalized, Self.secret(other)),
            "seed \(seed), step \(step), by \(suggestion.source.name)")
        }
        if Self.contains(suggestion.normalized, Self.secret(asking)) { own += 1 }
        if suggestion.normalized == shared {
          #expect(sharers.count >= 3 || sharers.contains(asking), "seed \(seed), step \(step)")
        }
      }
    }
    overlay.checkInvariants()
    // The test sees something: own secrets come back, and what three shared is shown.
    #expect(own > 0)
    #expect(sharers.count >= 3)
  }

  /// Everything that a completion says: texts, scores, sources and features.
  private func everything(
    _ engine: CompletionEngine, _ prefix: [UInt8], _ context: SessionContext, at time: Int64,
    _ overlay: LiveOverlay, _ scratch: CompletionScratch
  ) -> [String] {
    prefix.withUnsafeBufferPointer {
      engine.complete(
        prefix: $0, context: context, overlay: overlay, at: time, limit: 20, scratch: scratch)
    }
    return (0..<scratch.count).map { i in
      "\(String(decoding: scratch.text(i), as: UTF8.self)) \(scratch.source(i)) "
        + "\(scratch.score(i)) \(Array(scratch.featureValues(i)))"
    }
  }

  /// A query, label or not, that too few sessions submitted moves nothing in what others are
  /// answered: no count, no order, no decay, no follower. With enough it does.
  @Test(arguments: UInt64(0)..<6)
  func whatFewSubmittedMovesNothingForOthers(seed: UInt64) throws {
    let set = SyntheticLog(seed: seed, events: 1200, vocabulary: 120).trainingSet(.search)
    var subject = try LogSubject(set, seed: seed, weights: CompletionPropertyTests.weights(seed))
    let engine = subject.engine
    let overlay = LiveOverlay(index: engine.index, cutoff: 0, halfLife: 100_000)
    let scratch = CompletionScratch(engine: engine)
    var time: Int64 = 1000
    // What is known already: queries of many.
    for session in 1...40 {
      time += 500
      let query = subject.labels[session % 7]
      overlay.record(normalized: query, surface: query, session: UInt64(session), at: time)
    }
    var moved = 0
    for round in 0..<60 {
      let note = Comment(rawValue: "seed \(seed), round \(round)")
      let query =
        round % 2 == 0
        ? subject.labels[7 + subject.random.below(subject.labels.count - 7)]
        : Array("private \(round)".utf8)
      if let id = overlay.find(query), overlay.uses(of: id).uses > 0 { continue }
      let asked = [[], subject.prefix(), Array(query.prefix(3)), query]
      // Others ask behind nothing, behind this query, and behind one that is well known.
      let contexts = [nil, query, subject.labels[round % 7]].map { previous in
        var context = SessionContext()
        if let previous {
          context.record(normalized: previous, surface: previous, at: time + 40_000)
        }
        return context
      }
      func answers() -> [[String]] {
        asked.flatMap { prefix in
          contexts.map {
            everything(engine, prefix, $0, at: time + 40_000, overlay, scratch)
          }
        }
      }
      let before = answers()
      let visible = overlay.visibleCount
      for session in UInt64(1000)...1001 {
        // Much later, over and over, before and behind what others know.
        for i in 0..<4 {
          overlay.record(
            normalized: query, surface: Array("Private!".utf8), session: session,
            at: time + 30_000 + Int64(i))
          let next = Array("then \(session) \(round)".utf8)
          overlay.record(normalized: next, surface: next, session: session, at: time + 30_010)
        }
        overlay.checkInvariants()
        #expect(answers() == before, note)
        #expect(overlay.visibleCount == visible, note)
      }
      overlay.record(normalized: query, surface: query, session: 1002, at: time + 30_100)
      #expect(overlay.visibleCount == visible + 1, note)
      if answers() != before { moved += 1 }
      for session in UInt64(1000)...1002 { overlay.forget(normalized: nil, session: session) }
      overlay.checkInvariants()
      #expect(answers() == before, note)
    }
    #expect(moved > 20)
  }

  /// Who guesses a private query is not told what came next.
  @Test func whatFollowedAPrivateQueryIsNotTold() throws {
    let engine = try CompletionEngine(
      TinyIndex.content, weights: RankerFeature.allCases.map { $0 == .follower ? 1 : 0 })
    let overlay = LiveOverlay(index: engine.index, cutoff: 0, halfLife: 1e6)
    let secret = Array("a private query".utf8)
    func record(_ query: String, _ session: UInt64, _ time: Int64) {
      overlay.record(
        normalized: Array(query.utf8), surface: Array(query.utf8), session: session, at: time)
    }
    for other in UInt64(10)...12 { record("newts", other, 800) }
    let wrong = engine.texts("n", session(["a wrong guess"]), overlay: overlay)
    record("a private query", 1, 900)
    record("newts", 1, 901)
    #expect(overlay.find(secret) != nil)
    #expect(engine.texts("n", session(["a private query"]), overlay: overlay) == wrong)
    for other in UInt64(10)...11 {
      record("a private query", other, 902)
      record("newts", other, 100_000)
    }
    // Now it is no secret, and one session tells what followed.
    #expect(engine.texts("n", session(["a private query"]), overlay: overlay) != wrong)
  }

  /// Others are shown a spelling that enough sessions wrote, or the normal form; who goes takes its
  /// vote along.
  @Test func oneSessionsSpellingIsShownToNobodyElse() throws {
    let engine = try CompletionEngine(
      TinyIndex.content, weights: RankerFeature.allCases.map { $0 == .heat ? 1 : 0 })
    let overlay = LiveOverlay(index: engine.index, cutoff: 0, halfLife: 1e6)
    func record(_ surface: String, _ session: UInt64, day: Int64 = 0) {
      overlay.record(
        normalized: Array("newark form".utf8), surface: Array(surface.utf8), session: session,
        at: 900 + day * 86_400)
    }
    func shown() -> [String] { engine.texts("newar", overlay: overlay) }
    record("Newark-2!/#(my_own:Form)?", 1)
    for other in UInt64(2)...4 { record("newark form", other) }
    #expect(shown() == ["newark form"])
    for other in UInt64(5)...7 { record("Newark Form", other) }
    // As many wrote the normal form.
    #expect(shown() == ["newark form"])
    record("Newark Form", 8)
    #expect(shown() == ["Newark Form"])
    // One that wrote it so takes to another spelling on another day: its vote moves.
    record("NEWARK", 8, day: 1)
    #expect(shown() == ["newark form"])
    for other in UInt64(2)...4 { overlay.forget(normalized: nil, session: other) }
    #expect(shown() == ["Newark Form"])
    overlay.forget(normalized: nil, session: 7)
    #expect(shown() == ["newark form"])
    // Others never see controls or marks that change a line's direction, however many wrote them.
    for other in UInt64(20)...29 { record("Newark \u{202E}Form", other) }
    for other in UInt64(30)...39 { record("Newark \u{1B}[2JForm", other) }
    #expect(shown() == ["newark form"])
  }

  /// However many spellings there are, no more are kept than fit, and one that may be shown stays.
  @Test func spellingsAreBounded() {
    var spellings = Spellings()
    let text = Array("newark".utf8)
    func add(_ surface: String) -> UInt64 {
      spellings.add(Array(surface.utf8), of: text, profile: .search)
    }
    var votes = (0..<3).map { _ in add("Newark") }
    for i in 0..<1000 { votes.append(add("newark \(i)!")) }
    #expect(spellings.shown(to: 3) == Array("Newark".utf8))
    #expect(spellings.shown(to: 4) == nil)
    for vote in votes { spellings.remove(vote) }
    #expect(spellings.isEmpty)
  }
}
