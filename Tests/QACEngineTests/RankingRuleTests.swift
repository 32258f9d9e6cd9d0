// Pins stand first, boosts change scores by what they say, and nothing else changes.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct RankingRuleTests {
  private static let time: Int64 = 3000

  private func subject(
    _ profile: NormalizationProfile, _ seed: UInt64
  ) throws -> LogSubject {
    let set = SyntheticLog(seed: seed, events: 700, vocabulary: 120).trainingSet(profile)
    return try LogSubject(set, seed: seed, weights: CompletionPropertyTests.weights(seed))
  }

  /// Pins of labels and of other texts to beginnings of them; some are over.
  /// Half of them are of labels that begin with `typed`.
  private func pins(_ subject: inout LogSubject, _ typed: [UInt8]) throws -> [PinRule] {
    let matching = subject.labels.filter { $0.starts(with: typed) }
    return try (0..<subject.random.below(20)).map { i in
      let labels = i % 2 == 0 || matching.isEmpty ? subject.labels : matching
      var text = labels[subject.random.below(labels.count)]
      if subject.random.below(3) == 0 { text += Array(" pinned".utf8) }
      let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
      var prefix = String.UnicodeScalarView()
      prefix.append(contentsOf: scalars.prefix(subject.random.below(scalars.count + 1)))
      let until: [Int64?] = [nil, nil, Self.time, Self.time + 1, 0]
      return try PinRule(
        prefix: Array(String(prefix).utf8), text: text,
        until: until[subject.random.below(until.count)])
    }
  }

  private func boosts(_ subject: inout LogSubject) throws -> [BoostRule] {
    try (0..<subject.random.below(8)).map { _ in
      let label = subject.labels[subject.random.below(subject.labels.count)]
      let words = Tokenizer.words(label)
      let word = Array(label[words[subject.random.below(words.count)]])
      let rule: BlockRule
      switch subject.random.below(4) {
      case 0: rule = try BlockRule(.exact, label)
      case 1:
        let text = String(decoding: label, as: UTF8.self)
        rule = try BlockRule(.prefix, Array(String(text.unicodeScalars.prefix(1)).utf8))
      case 2: rule = try BlockRule(.word, word)
      default: rule = try BlockRule(.pattern, Array("*".utf8) + word + Array("?*".utf8))
      }
      return try BoostRule(rule, factor: [0.01, 0.5, 1, 2, 7, 100][subject.random.below(6)])
    }
  }

  /// What `boosts` add to a score, by a scan of all rules.
  private func lift(
    _ text: [UInt8], _ boosts: [BoostRule], _ profile: NormalizationProfile
  ) -> Double {
    let lifts = boosts.filter { BlockList([$0.matching], profile: profile).blocks(text) }
      .map { log($0.factor) }
    return lifts.max { (abs($0), $0) < (abs($1), $1) } ?? 0
  }

  /// The texts of the pins that count for `prefix`, best first, by a scan of all pins.
  private func pinned(
    _ pins: [PinRule], _ prefix: [UInt8], _ normalizer: Normalizer
  ) -> [[UInt8]] {
    let forms = pins.filter { Self.time < $0.until ?? .max }
      .compactMap { try? $0.form(by: normalizer) }
      .filter { prefix.starts(with: $0.prefix) && $0.text.starts(with: prefix) }
    let order = forms.enumerated().sorted {
      ($0.element.prefix.count, $1.offset) > ($1.element.prefix.count, $0.offset)
    }
    var texts: [[UInt8]] = []
    for (_, form) in order.prefix(PinRule.mostShown) where !texts.contains(form.text) {
      texts.append(form.text)
    }
    return texts
  }

  @Test(arguments: NormalizationProfile.allCases, UInt64(0)..<8)
  func answersAreThoseOfTheDefinition(profile: NormalizationProfile, seed: UInt64) throws {
    var subject = try subject(profile, seed)
    let scratch = CompletionScratch(engine: subject.engine)
    var (shown, lifted) = (0, 0)
    for round in 0..<60 {
      let comment = Comment(rawValue: "\(profile), seed \(seed), round \(round)")
      let typed = round % 10 == 0 ? [] : subject.prefix()
      let (pins, boosts) = (try pins(&subject, typed), try boosts(&subject))
      let rules = RankingRules(pins: pins, boosts: boosts, in: subject.engine.index)
      let context = subject.session()
      func all(_ rules: RankingRules?) -> [Suggestion] {
        subject.engine.suggestions(
          typed, context, at: Self.time, limit: nil, rules: rules, scratch: scratch)
      }
      let free = all(nil)
      let ruled = all(rules)
      let prefix = subject.normalizer.normalize(typed, as: .prefix)
      let first = pinned(pins, prefix, subject.normalizer)
      shown += first.count
      #expect(Array(ruled.prefix(first.count).map(\.normalized)) == first, comment)
      for suggestion in ruled.prefix(first.count) {
        #expect(suggestion.source == .pinned && suggestion.match == .prefix, comment)
      }
      // All that came before comes, with the scores that the boosts say.
      let scores = Dictionary(
        uniqueKeysWithValues: ruled.dropFirst(first.count).map { ($0.normalized, $0.score) })
      for suggestion in free where !first.contains(suggestion.normalized) {
        let lift = lift(suggestion.normalized, boosts, profile)
        if lift != 0 { lifted += 1 }
        guard let score = scores[suggestion.normalized] else {
          Issue.record("\(comment): a suggestion is gone")
          continue
        }
        #expect(abs(score - suggestion.score - lift) < 1e-9, comment)
      }
      // Nothing else comes but labels that match.
      let known = Set(free.map(\.normalized) + first)
      for suggestion in ruled where !known.contains(suggestion.normalized) {
        #expect(suggestion.source == .boosted && suggestion.label != nil, comment)
        #expect(suggestion.normalized.starts(with: prefix), comment)
      }
      #expect(ruled.map(\.score) == ruled.map(\.score).sorted(by: >), comment)
      for (i, suggestion) in ruled.enumerated() {
        let sum = scratch.explain(i, engine: subject.engine).reduce(0) { $0 + $1.value * $1.weight }
        #expect(abs(sum - suggestion.score) < 1e-9, comment)
      }
      // The best of all raised labels are among the candidates.
      let raised = subject.labels.indices.filter {
        subject.labels[$0].starts(with: prefix) && lift(subject.labels[$0], boosts, profile) > 0
      }
      let view = subject.engine.index.view
      let best = raised.max { a, b in
        Double(view.weight(of: UInt32(a))) * exp(lift(subject.labels[a], boosts, profile))
          < Double(view.weight(of: UInt32(b))) * exp(lift(subject.labels[b], boosts, profile))
      }
      if let best { #expect(ruled.contains { $0.normalized == subject.labels[best] }, comment) }
    }
    #expect(
      shown > 5 && lifted > 5, "seed \(seed): \(shown) shown, \(lifted) lifted")
  }

  @Test(arguments: NormalizationProfile.allCases)
  func rulesWithoutEffectChangeNothing(profile: NormalizationProfile) throws {
    var subject = try subject(profile, 77)
    let scratch = CompletionScratch(engine: subject.engine)
    let idle = RankingRules(
      pins: [
        try PinRule(prefix: Array("no".utf8), text: Array("yes".utf8)),
        try PinRule(prefix: [], text: Array("gone".utf8), until: 1),
      ], boosts: [try BoostRule(BlockRule(.word, Array("a".utf8)), factor: 1)],
      in: subject.engine.index)
    let empty = RankingRules(pins: [], boosts: [], in: subject.engine.index)
    #expect(empty.isEmpty && !idle.isEmpty && idle.boosts == nil)
    for round in 0..<80 {
      let (typed, context) = (subject.prefix(), subject.session())
      func found(_ rules: RankingRules?) -> [Suggestion] {
        subject.engine.suggestions(
          typed, context, at: Self.time, limit: 10, rules: rules, scratch: scratch)
      }
      let free = found(nil)
      #expect(found(idle) == free && found(empty) == free, "round \(round)")
    }
  }

  /// Texts, patterns and numbers of rules as nobody in good faith gives them take bounded steps,
  /// and what no steps are left for is not boosted.
  @Test func hostileBoostsAreBounded() throws {
    var subject = try subject(.search, 5)
    let boosts = try (0..<BoostRule.maximumRules).map { i in
      let pattern = "*" + String(repeating: "a?", count: 60) + "*\(i)"
      return try BoostRule(
        BlockRule(.pattern, Array(pattern.utf8)), factor: 1 + Double(i + 1) / 2000)
    }
    let table = try #require(BoostTable(boosts, in: subject.engine.index))
    let text = Array(String(repeating: "a", count: 2000).utf8)
    var work = BlockWork()
    let lift = text.withUnsafeBufferPointer { table.lift(of: $0, &work) }
    #expect(lift == 0 && work.isSpent)
    // One comparison that was under way is finished.
    #expect(work.left > -(text.count * BlockRule.maximumPatternBytes * 2))
    _ = subject.prefix()
  }

  @Test func pinsAndBoostsThatCannotBeAreRefused() throws {
    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    let search = Normalizer(.search)
    #expect(throws: RankingRuleFault.text(.empty)) {
      try PinRule(prefix: [], text: bytes(" "))
    }
    #expect(throws: RankingRuleFault.text(.containsNUL)) {
      try PinRule(prefix: [0], text: bytes("a"))
    }
    #expect(throws: RankingRuleFault.text(.notUTF8)) {
      try PinRule(prefix: [], text: [0xFF])
    }
    #expect(throws: RankingRuleFault.text(.tooLong(limit: PinRule.maximumBytes))) {
      try PinRule(prefix: [UInt8](repeating: 0x61, count: 2049), text: bytes("a"))
    }
    #expect(throws: RankingRuleFault.doesNotMatch) {
      try PinRule(prefix: bytes("b"), text: bytes("a")).form(by: search)
    }
    #expect(throws: RankingRuleFault.text(.nothingLeft)) {
      try PinRule(prefix: [], text: bytes("!!!")).form(by: search)
    }
    let form = try PinRule(prefix: bytes("ÖF"), text: bytes("öffi!")).form(by: search)
    #expect(form.text.starts(with: form.prefix))
    for factor in [0, -1, 0.0009, 1001, .infinity, .nan] {
      #expect(throws: RankingRuleFault.factor) {
        try BoostRule(BlockRule(.word, bytes("a")), factor: factor)
      }
    }
    for fault in [
      RankingRuleFault.doesNotMatch, .blocked, .factor, .text(.empty),
    ] {
      #expect(fault.description.contains(";"))
    }
  }
}
