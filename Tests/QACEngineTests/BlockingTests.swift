// No source brings what is blocked, and who blocks nothing changes nothing.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct BlockingTests {
  /// Queries of several sessions since the index was built: labels, and texts that no index has.
  private func overlay(_ subject: inout LogSubject) -> LiveOverlay {
    let overlay = LiveOverlay(index: subject.engine.index, cutoff: 0, halfLife: 1000)
    for i in 0..<120 {
      var text = subject.labels[subject.random.below(subject.labels.count)]
      if subject.random.below(2) == 0 { text += Array(" zz".utf8) }
      let normalized = subject.normalizer.normalize(text)
      for session in 0..<UInt64(subject.random.below(6)) {
        overlay.record(
          normalized: normalized, surface: text, session: session, at: Int64(1 + i * 20))
      }
    }
    return overlay
  }

  /// Rules whose texts are labels, their beginnings, their words, or what no label has; half of
  /// them hit one of `found`.
  private func rules(_ subject: inout LogSubject, hitting found: [Suggestion]) throws
    -> [BlockRule]
  {
    try (0..<1 + subject.random.below(6)).map { _ in
      var label = subject.labels[subject.random.below(subject.labels.count)]
      if !found.isEmpty, subject.random.below(2) == 0 {
        label = found[subject.random.below(found.count)].normalized
      }
      let words = Tokenizer.words(label)
      switch subject.random.below(6) {
      case 0: return try BlockRule(.exact, label)
      case 1: return try BlockRule(.exact, label + Array(" zz".utf8))
      case 2:
        let text = String(decoding: label, as: UTF8.self)
        return try rule(.prefix, String(text.prefix(1 + subject.random.below(4))))
      case 3: return try BlockRule(.word, Array(label[words[subject.random.below(words.count)]]))
      case 4: return try rule(.word, "zz")
      default:
        return try BlockRule(.pattern, Array(label.prefix(words[0].upperBound)) + Array("?*z".utf8))
      }
    }
  }

  /// Pins of labels and of other texts to a part of `typed`, and a boost that raises and one that
  /// lowers.
  private func rankingRules(
    _ subject: inout LogSubject, _ typed: [UInt8]
  ) throws -> RankingRules {
    let prefix = subject.normalizer.normalize(typed, as: .prefix)
    let matching = subject.labels.filter { $0.starts(with: prefix) }
    var pins: [PinRule] = []
    if let label = matching.last {
      pins.append(try PinRule(prefix: prefix, text: label))
      pins.append(try PinRule(prefix: [], text: label + Array(" pinned".utf8)))
    }
    let words = try ["zz", "a"].map { try BlockRule(.word, Array($0.utf8)) }
    let all = try BlockRule(.pattern, Array("?*e*".utf8))
    return RankingRules(
      pins: pins,
      boosts: [
        try BoostRule(all, factor: 50), try BoostRule(words[0], factor: 0.01),
        try BoostRule(words[1], factor: 3),
      ], in: subject.engine.index)
  }

  @Test(arguments: NormalizationProfile.allCases, UInt64(40)..<46)
  func nothingBlockedEverComesOut(profile: NormalizationProfile, seed: UInt64) throws {
    let set = SyntheticLog(seed: seed, events: 900, vocabulary: 150).trainingSet(profile)
    var subject = try LogSubject(set, seed: seed, weights: CompletionPropertyTests.weights(seed))
    let scratch = CompletionScratch(engine: subject.engine)
    let overlay = overlay(&subject)
    let idle = try BlockRule(.exact, Array("a text that nobody submitted".utf8))
    let nothing = BlockedLabels(
      BlockList([idle], profile: profile), in: subject.engine.index)
    #expect(nothing.count == 0 && !nothing.isEmpty)
    var hidden = 0
    var sources: Set<SuggestionSource> = []
    for round in 0..<360 {
      var options = CompletionOptions()
      if round % 2 == 1 {
        options.sources = [SuggestionSource.allCases[round / 2 % SuggestionSource.allCases.count]]
      }
      if round % 7 == 1 { options.beam = 2 }
      let typed = subject.prefix()
      let context = subject.session()
      let limit = round % 5 == 0 ? nil : 1 + subject.random.below(12)
      // Pins and boosts bring nothing past the rules, either.
      let isRuled = round % 2 == 1 || round % 6 == 0
      let ranking = isRuled ? try rankingRules(&subject, typed) : nil
      func found(_ blocks: BlockedLabels?) -> [Suggestion] {
        subject.engine.suggestions(
          typed, context, at: 3000, limit: limit, options: options, overlay: overlay,
          blocks: blocks, rules: ranking, scratch: scratch)
      }
      let free = found(nil)
      #expect(found(nothing) == free, "seed \(seed), round \(round)")
      let blocks = BlockedLabels(
        BlockList(try rules(&subject, hitting: free), profile: profile), in: subject.engine.index)
      let kept = found(blocks)
      for suggestion in kept {
        #expect(!blocks.list.blocks(suggestion.normalized), "seed \(seed), round \(round)")
        #expect(!blocks.list.blocks(subject.normalizer.normalize(suggestion.text)))
        sources.insert(suggestion.source)
      }
      hidden += free.count { blocks.list.blocks($0.normalized) }
      // What is not blocked stays: the places of what is are filled.
      let prefix = subject.normalizer.normalize(typed, as: .prefix)
      let rest = subject.labels.filter { $0.starts(with: prefix) && !blocks.list.blocks($0) }
      if options.sources.contains(.popular), !options.foldsDuplicates || profile == .verbatim {
        #expect(kept.count >= min(limit ?? 0, rest.count), "seed \(seed), round \(round)")
      }
    }
    #expect(hidden > 50, "seed \(seed): the rules hit \(hidden) suggestions")
    // Other ways of writing are tested where there are some (`VariantsTests`). The index has no
    // synonyms and no places (`PlaceTests`), and not every seed brings compounds, or labels by their
    // words (`WordSearchTests`).
    let all = Set(SuggestionSource.allCases).subtracting([
      .synonyms, .places, .compound, .variants, .anywhere,
    ])
    #expect(sources.isSuperset(of: all), "seed \(seed)")
  }

  /// A search that passes blocked labels over finds what is left of one that finds all.
  @Test(arguments: UInt64(0)..<40) func searchesFillThePlaces(seed: UInt64) throws {
    let style = RandomIndex.Weights.allCases[Int(seed % 3)]
    let index = try LabelIndex(
      bytes: IndexWriter.serialize(
        RandomIndex.content(seed: seed, labels: 2 + Int(seed) * 3, weights: style)))
    try index.verify()
    var random = SplitMix64(seed: seed)
    var tree = TreeSearch(
      arity: index.view.nodes.reduce(0) { max($0, $1.arity) }, summaries: index.view.nodeSummaries()
    )
    var popular = PopularSearch(labelCount: index.labelCount)
    for _ in 0..<20 {
      let rules = try (0..<1 + random.below(8)).map { _ in
        let text = Array(index.view.text(of: UInt32(random.below(index.labelCount))))
        return try BlockRule(random.below(3) == 0 ? .word : .exact, text)
      }
      let blocks = BlockedLabels(BlockList(rules, profile: .search), in: index)
      let range = randomRange(&random, index.labelCount)
      let x = randomVector(&random, features: index.view.features.count)
      let limit = 1 + random.below(10)
      tree.search(index.view, range: range, features: x, limit: range.count)
      let likely = tree.top.items.filter { !blocks.contains($0.label) }.prefix(limit)
      tree.search(index.view, range: range, features: x, limit: limit, blocks: blocks)
      #expect(
        tree.top.items.map(\.label) == likely.map(\.label)
          && tree.top.items.map(\.score) == likely.map(\.score), "seed \(seed)")
      popular.search(index.view, range: range, limit: range.count)
      let common = popular.top.items.filter { !blocks.contains($0.label) }.prefix(limit)
      popular.search(index.view, range: range, limit: limit, blocks: blocks)
      #expect(popular.top.items.map(\.label) == common.map(\.label), "seed \(seed)")
      // The next search knows nothing of the blocks of the one before.
      popular.search(index.view, range: range, limit: range.count)
      #expect(popular.top.items.count == range.count)
    }
  }

  /// The worst rules on the longest texts of a session and of others: the comparing ends, and what
  /// it did not come to is left out, while labels, of which is known what is blocked, still come.
  @Test func rulesHoldNoCompletionUp() throws {
    let set = SyntheticLog(seed: 5, events: 900, vocabulary: 150).trainingSet(.verbatim)
    let subject = try LogSubject(set, seed: 5)
    let rules = try (0..<BlockRule.maximumPatterns).map {
      try rule(.pattern, "a*" + String(repeating: "a?", count: 100 + $0 % 20) + "b*")
    }
    let blocks = BlockedLabels(
      BlockList(rules, profile: .verbatim), in: subject.engine.index)
    let long = (0..<60).map { String(repeating: "a", count: 1900) + "ccb\($0)" }
    let overlay = LiveOverlay(index: subject.engine.index, cutoff: 0, halfLife: 1000)
    for (i, text) in long.enumerated() {
      let text = Array((text + " z").utf8)
      for session in 0..<UInt64(4) {
        overlay.record(normalized: text, surface: text, session: session, at: Int64(1 + i))
      }
    }
    let scratch = CompletionScratch(engine: subject.engine)
    let context = session(long, profile: .verbatim)
    func found(_ prefix: String, _ blocks: BlockedLabels?) -> [Suggestion] {
      subject.engine.suggestions(
        Array(prefix.utf8), context, limit: 100, overlay: overlay, blocks: blocks, scratch: scratch)
    }
    #expect(found("a", nil).count { $0.label == nil } > 20)
    let kept = found("a", blocks)
    let overshoot = BlockRule.maximumPatternBytes * Normalizer.maximumBytes
    for work in [scratch.table.blockWork, scratch.ranking.blockWork] {
      #expect(work.isSpent && work.left >= -overshoot)
    }
    #expect(kept.count { $0.label == nil } < 3)
    #expect(found("", blocks).contains { $0.label != nil })
    // The next one begins anew: what it compares with little work is not left out.
    let short = session(["ab"], profile: .verbatim)
    let next = subject.engine.suggestions(
      Array("ab".utf8), short, blocks: blocks, scratch: scratch)
    #expect(next.contains { $0.text == Array("ab".utf8) })
  }

  @Test func aBlockedPrefixHasNoCompletions() throws {
    let set = SyntheticLog(seed: 3, events: 900, vocabulary: 150).trainingSet()
    let subject = try LogSubject(set, seed: 3)
    let label = try #require(subject.labels.first { $0.count > 3 })
    let text = String(decoding: label, as: UTF8.self)
    let blocks = BlockedLabels(
      BlockList([try rule(.prefix, String(text.prefix(2)))], profile: .search),
      in: subject.engine.index)
    let context = session([text, text + " zz"])
    #expect(!subject.engine.suggestions(label, context).isEmpty)
    #expect(subject.engine.suggestions(label, context, blocks: blocks).isEmpty)
  }
}
