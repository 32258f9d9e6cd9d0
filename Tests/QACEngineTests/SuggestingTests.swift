// The front door for embedders: strings in, values out, the same answers as by the unsafe path.

import Foundation
import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct SuggestingTests {
  /// A random engine, and texts as somebody might type and submit them.
  private struct Subject {
    let engine: CompletionEngine
    let labels: [[UInt8]]
    var random: SplitMix64

    init(seed: UInt64, profile: NormalizationProfile) throws {
      let content = RandomIndex.content(seed: seed, labels: 60, profile: profile)
      labels = content.labels
      var random = SplitMix64(seed: seed)
      let weights = RankerFeature.allCases.map { _ in random.unit() - 0.3 }
      engine = try CompletionEngine(content, weights: weights)
      self.random = random
    }

    mutating func query() -> String {
      let text = String(decoding: labels[random.below(labels.count)], as: UTF8.self)
      switch random.below(5) {
      case 0: return text.uppercased() + "!"
      case 1: return text + " zz"
      default: return text
      }
    }

    mutating func prefix() -> String {
      let text = query()
      return String(text.prefix(random.below(text.count + 1)))
    }
  }

  /// Checks `found` against what `engine` answers by the unsafe path.
  private func expectEqual(
    _ found: [QACEngine.Suggestion], by engine: CompletionEngine, for prefix: String,
    in context: SessionContext, at time: Int64, limit: Int, overlay: LiveOverlay? = nil,
    blocks: BlockedLabels? = nil, _ comment: Comment
  ) {
    let scratch = CompletionScratch(engine: engine)
    Array(prefix.utf8).withUnsafeBufferPointer {
      engine.complete(
        prefix: $0, context: context, overlay: overlay, blocks: blocks, at: time, limit: limit,
        scratch: scratch)
    }
    #expect(found.count == scratch.count, comment)
    for (i, suggestion) in found.enumerated() where i < scratch.count {
      #expect(Array(suggestion.text.utf8) == scratch.text(i), comment)
      #expect(suggestion.score == scratch.score(i), comment)
      #expect(suggestion.source == scratch.source(i), comment)
      #expect(suggestion.match == scratch.match(i), comment)
      #expect(suggestion.label == scratch.label(i), comment)
      let explanation = suggestion.explanation
      #expect(explanation.map(\.feature) == RankerFeature.allCases, comment)
      #expect(explanation.map(\.value) == Array(scratch.featureValues(i)), comment)
      #expect(explanation.map(\.weight) == engine.weights, comment)
      let sum = explanation.reduce(0) { $0 + $1.contribution }
      #expect(abs(sum - suggestion.score) < 1e-9, comment)
    }
  }

  @Test(arguments: NormalizationProfile.allCases, UInt64(0)..<6)
  func answersAreThoseOfTheUnsafePath(profile: NormalizationProfile, seed: UInt64) throws {
    var subject = try Subject(seed: seed, profile: profile)
    let normalizer = Normalizer(profile)
    let overlay = LiveOverlay(index: subject.engine.index, cutoff: 0, sessionsNeeded: 1)
    for i in 0..<20 {
      let query = subject.query()
      overlay.record(
        normalized: normalizer.normalize(query), surface: Array(query.utf8), session: UInt64(i),
        at: 1000)
    }
    var rules: [BlockRule] = []
    for _ in 0..<3 {
      rules.append(
        try BlockRule(.exact, subject.labels[subject.random.below(subject.labels.count)]))
    }
    let blocks = BlockedLabels(BlockList(rules, profile: profile), in: subject.engine.index)
    for round in 0..<20 {
      var session = Session(capacity: 6)
      var context = SessionContext(capacity: 6)
      for step in 0..<8 {
        let time = Int64(1000 + round * 50 + step * 400)
        let prefix = subject.prefix()
        let limit = subject.random.below(12)
        let (live, blocked) = (round % 3 == 1 ? overlay : nil, round % 4 == 2 ? blocks : nil)
        let found = subject.engine.suggestions(
          for: prefix, in: session, limit: limit, at: time, overlay: live, blocks: blocked)
        expectEqual(
          found, by: subject.engine, for: prefix, in: context, at: time, limit: limit,
          overlay: live,
          blocks: blocked, "\(profile), seed \(seed), round \(round), step \(step)")
        let query = subject.query()
        session.record(query, at: time)
        context.record(
          normalized: normalizer.normalize(query), surface: Array(query.utf8), at: time)
        if subject.random.below(6) == 0 {
          let forgotten = subject.query()
          session.forget(forgotten)
          context.forget(normalized: normalizer.normalize(forgotten))
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<4) func oneSessionServesManyEngines(seed: UInt64) throws {
    var search = try Subject(seed: seed, profile: .search)
    let verbatim = try Subject(seed: seed + 100, profile: .verbatim)
    let other = try Subject(seed: seed + 200, profile: .search)
    var session = Session()
    var contexts = [SessionContext(), SessionContext(), SessionContext()]
    for i in 0..<30 {
      let query = search.query()
      session.record(query, at: Int64(1000 + i))
      let prefix = search.prefix()
      for (k, engine) in [search.engine, verbatim.engine, other.engine].enumerated() {
        contexts[k].record(
          normalized: Normalizer(engine.index.profile).normalize(query),
          surface: Array(query.utf8), at: Int64(1000 + i))
        expectEqual(
          engine.suggestions(for: prefix, in: session, at: 1040), by: engine, for: prefix,
          in: contexts[k], at: 1040, limit: 10, "seed \(seed), query \(i), engine \(k)")
      }
    }
  }

  private func engine() throws -> CompletionEngine {
    var content = TinyIndex.content
    content.ranker = [("follower", 1), ("sessionUses", 5)]
    return try CompletionEngine(content)
  }

  @Test func copiesOfASessionAreIndependent() throws {
    let engine = try engine()
    var first = Session()
    first.record("Newton", at: 1000)
    var second = first
    second.record("zebra crossing", at: 1001)
    let kept = engine.suggestions(for: "z", in: second, at: 1002)
    #expect(kept.map(\.text) == ["zebra crossing"])
    #expect(engine.suggestions(for: "z", in: first, at: 1002).isEmpty)
    #expect(engine.suggestions(for: "new", in: first, at: 1002).first?.text == "Newton")
    second.forget("NEWTON")
    #expect(engine.suggestions(for: "new", in: second, at: 1002).first?.source != .session)
    #expect(engine.suggestions(for: "new", in: first, at: 1002).first?.text == "Newton")
    // What was returned stays what it is.
    #expect(kept.map(\.text) == ["zebra crossing"])
    first.forget("Newton")
    #expect(engine.suggestions(for: "z", in: second, at: 1002) == kept)
  }

  @Test func timeIsNowUnlessToldOtherwise() throws {
    let engine = try engine()
    let now = Int64(Date().timeIntervalSince1970)
    var session = Session()
    session.record("New York")
    // "paris" has followed "new york": known to be so as long as that is context.
    func follows(at time: Int64?) -> Bool {
      engine.suggestions(for: "", in: session, at: time).contains { $0.source == .followers }
    }
    #expect(follows(at: nil))
    #expect(follows(at: now + 60))
    #expect(!follows(at: now + 4000))
  }

  @Test func aFileIsOpenedOrRefused() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("tiny.qaci")
    let bytes = IndexWriter.serialize(TinyIndex.content)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let engine = try CompletionEngine(contentsOf: path)
    #expect(engine.suggestions(for: "par", in: Session(), at: 1).map(\.text) == ["Paris"])
    #expect(throws: EngineError.self) {
      try CompletionEngine(contentsOf: directory.file("missing"))
    }
    try Data(bytes.dropLast(9)).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: EngineError.self) { try CompletionEngine(contentsOf: path) }
    #expect(error?.description.contains("rebuild it with qac-index build") == true)
  }

  @Test func whatNormalisingLeavesNothingOfIsNoContext() throws {
    let engine = try engine()
    var session = Session()
    session.record("new york", at: 1000)
    session.record("!!!", at: 1001)
    #expect(
      engine.suggestions(for: "", in: session, at: 1002).contains { $0.source == .followers })
    session.forget("???")
    #expect(engine.suggestions(for: "", in: session, limit: 0, at: 1002).isEmpty)
  }
}
