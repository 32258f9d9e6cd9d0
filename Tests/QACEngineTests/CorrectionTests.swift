// Corrections come only where few labels match, are marked, and stand below what matches unless far
// more likely.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

@Suite struct CorrectionTests {
  /// An engine on labels without a tree to speak of, each with its weight and followers.
  private static func engine(
    _ labels: [(text: String, weight: UInt32)], followers: [Int: [Int: UInt32]] = [:],
    weights: [Double]? = nil
  ) throws -> CompletionEngine {
    let features = FeatureSpace(documentFrequencies: [:], documents: 0)
    var content = IndexContent(profile: .search, features: features)
    content.labels = labels.map { Array($0.text.utf8) }
    content.surfaces = content.labels
    content.weights = labels.map(\.weight)
    var root = NodeRecord()
    root.labelHigh = UInt32(labels.count)
    root.memberCount = UInt32(labels.count)
    content.nodes = [root]
    for i in labels.indices {
      for (label, count) in (followers[i] ?? [:]).sorted(by: { $0.key < $1.key }) {
        content.followerLabels.append(UInt32(label))
        content.followerCounts.append(count)
      }
      content.followerOffsets.append(UInt32(content.followerLabels.count))
    }
    return try CompletionEngine(content, weights: weights)
  }

  private static let popularity = RankerFeature.allCases.map { $0 == .popularity ? 1.0 : 0 }

  @Test func aMistypedPrefixIsCorrected() throws {
    let engine = try Self.engine([
      ("apple", 5), ("apple pie", 9), ("banana", 50), ("maple syrup", 3), ("zagreb", 2),
    ])
    #expect(engine.texts("appke") == ["apple pie", "apple"])
    #expect(engine.texts("appke p") == ["apple pie"])
    #expect(engine.texts("bannana") == ["banana"])
    #expect(engine.texts("yagreb") == ["zagreb"])
    #expect(engine.texts("nple").isEmpty, "beginnings are not corrected lightly")
    let suggestion = try #require(engine.suggestions(Array("mapel".utf8)).first)
    #expect(suggestion.isCorrected && suggestion.source == .corrected)
    #expect(suggestion.source.name.description == "corrected")
    #expect(engine.texts("ba") == ["banana"])
    #expect(engine.texts("bx").isEmpty)
    let options = CompletionOptions(
      sources: Set(SuggestionSource.allCases).subtracting([.corrected]))
    #expect(engine.texts("appke", options: options).isEmpty)
  }

  @Test func onlyWhereFewMatch() throws {
    for matching in 1...12 {
      let engine = try Self.engine(
        (0..<matching).map { ("solar \($0 + 10)", 1) } + [("solxr panel", 900)],
        weights: Self.popularity)
      let found = engine.suggestions(Array("solar".utf8), limit: 20)
      #expect(found.contains { $0.string == "solxr panel" } == (matching < 3))
      #expect(found.contains { $0.isCorrected } == (matching < 3))
    }
  }

  @Test func whatIsComposedBehindAMistypedWordStandsBelowItsCorrections() throws {
    let queries = ["garden hose", "garden gloves", "fire hose", "red hose"]
    let set = TrainingSet(
      profile: .search, queries: queries.map { Array($0.utf8) },
      surfaces: queries.map { Array($0.utf8) },
      examples: queries.indices.map {
        .init(previous: TrainingSet.none, query: UInt32($0), count: 9)
      })
    let engine = try CompletionEngine(
      IndexBuilder(settings: BuildSettings()).build(set), weights: Self.popularity)
    #expect(engine.texts("grden ho") == ["garden hose"])
    // A word that is known is no error, however rarely it stands there.
    #expect(engine.texts("gloves ho").first == "gloves hose")
  }

  @Test func farMoreLikelyCorrectionsComeFirst() throws {
    let engine = try Self.engine(
      [("colour", 1_000_000), ("colout", 1), ("colouts", 400_000)], weights: Self.popularity)
    #expect(engine.texts("colout") == ["colouts", "colour", "colout"])
    let rare = try Self.engine([("colour", 1_000_000), ("coloyr", 1)], weights: Self.popularity)
    #expect(rare.texts("coloyr") == ["coloyr", "colour"])
  }

  @Test func contextDecidesAmongCorrections() throws {
    let engine = try Self.engine(
      [("garden", 10), ("hose", 40), ("hose reel", 90), ("hosta", 10)],
      followers: [0: [3: 8]])
    #expect(engine.texts("hsot").first == "hosta")
    let weights = RankerFeature.allCases.map { $0 == .follower ? 1.0 : 0 }
    let following = CompletionEngine(engine, weights: weights)
    #expect(following.texts("hhos").first == "hose reel")
    #expect(following.texts("hhos", session(["garden"])).first == "hosta")
  }

  @Test func ownQueriesAreCorrectedForTheirSessionAlone() throws {
    let engine = try Self.engine([("something else", 3)])
    let context = session(["private matter"])
    let found = engine.suggestions(Array("privvate".utf8), context)
    #expect(found.map(\.string) == ["private matter"])
    #expect(found.allSatisfy { $0.isCorrected && $0.label == nil })
    #expect(engine.texts("privvate").isEmpty)
  }

  @Test(arguments: UInt64(0)..<12)
  func correctionsAreTrueAndKeepTheirDistance(seed: UInt64) throws {
    let profile: NormalizationProfile = seed % 2 == 0 ? .search : .verbatim
    let set = SyntheticLog(seed: seed, events: 1200, vocabulary: 150).trainingSet(profile)
    let weights = CompletionPropertyTests.weights(seed)
    var subject = try LogSubject(set, seed: seed, weights: weights)
    let engine = subject.engine
    let scratch = CompletionScratch(engine: engine)
    let features = RankerFeature.allCases
    var corrected = 0
    for _ in 0..<200 {
      var typed = subject.prefix()
      if typed.count > 3 { typed.swapAt(typed.count - 1, typed.count - 2) }
      let prefix = engine.normalizer.normalize(typed, as: .prefix)
      let context = subject.session()
      let limit = 1 + subject.random.below(12)
      let found = engine.suggestions(typed, context, at: 3000, limit: limit, scratch: scratch)
      let matching = subject.labels.filter { $0.starts(with: prefix) }.count
      let letters = PlainTypos.letters(prefix)
      let meant = engine.reading(prefix, context)
      let plain = found.indices.map { i in
        zip(features, scratch.explain(i, engine: engine)).reduce(0) { sum, part in
          part.0 == .correction || part.0 == .correctionCost
            ? sum : sum + part.1.value * part.1.weight
        }
      }
      for (i, suggestion) in found.enumerated() where suggestion.isCorrected {
        corrected += 1
        #expect(matching < CorrectedSource.fewMatches, "seed \(seed)")
        let values = Array(scratch.featureValues(i))
        let cost = values[RankerFeature.correctionCost.rawValue]
        let holdsWords = values[RankerFeature.wordsMatch.rawValue] == 1
        let isRead =
          meant.map {
            Double($0.cost) == cost
              && (holdsWords || suggestion.normalized.starts(with: $0.text))
          } == true
        if !isRead {
          let plain = PlainTypos.distance(letters, PlainTypos.letters(suggestion.normalized)).cost
          #expect(Double(plain) / 8 == cost && plain > 0, "seed \(seed)")
          #expect(plain <= PlainTypos.budget(letters.count), "seed \(seed)")
          #expect(
            suggestion.normalized.first != prefix.first
              || !PlainTypos.isFarFetched(plain, letters.count), "seed \(seed)")
        }
        let penalty = 6 + 2 * cost
        #expect(
          abs(plain[i] - suggestion.score - penalty) < 1e-9 || plain[i] - suggestion.score > penalty
        )
        for below in found.indices where below > i && !found[below].isCorrected {
          #expect(plain[i] - plain[below] > penalty - 1e-9, "seed \(seed)")
        }
      }
      let options = CompletionOptions(
        sources: Set(SuggestionSource.allCases).subtracting([.corrected]))
      let without = engine.suggestions(
        typed, context, at: 3000, limit: limit, options: options, scratch: scratch)
      let exact = found.filter { !$0.isCorrected }
      // What is composed may lose its place to them; what is known keeps its order and score.
      let known = exact.filter { $0.label != nil }
      let knownWithout = without.filter { $0.label != nil }
      if profile == .verbatim {
        let count = min(known.count, knownWithout.count)
        #expect(known.prefix(count) == knownWithout.prefix(count), "seed \(seed)")
      }
    }
    #expect(corrected > 0, "seed \(seed) corrects nothing")
  }
}
