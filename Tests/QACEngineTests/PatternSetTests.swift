// Many patterns at once against each alone, and the steps that the worst of them take.

import QACBinary
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct PatternSetTests {
  private func forms(
    _ patterns: [String], _ profile: NormalizationProfile = .verbatim
  ) throws -> [[UInt8]] {
    try patterns.map { try GlobPattern.form(of: Array($0.utf8), by: Normalizer(profile)) }
  }

  /// Whether `set` matches, and the steps that it took.
  private func ask(_ set: PatternSet, _ text: [UInt8]) -> (matches: Bool, steps: Int) {
    var work = BlockWork.unlimited
    let before = work.left
    let matches = text.withUnsafeBufferPointer { set.matches($0, &work) }
    return (matches, before - work.left)
  }

  private func pattern(_ letters: [String], _ random: inout SplitMix64) -> String {
    let kinds = letters + ["*", "?", "*", "\\*", "\\?", "\\\\"]
    return (0..<1 + random.below(10)).map { _ in kinds[random.below(kinds.count)] }.joined()
  }

  @Test(arguments: NormalizationProfile.allCases, 0..<20)
  func aSetFitsWhatOneOfItsPatternsFits(profile: NormalizationProfile, seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    // Scalars of one to four bytes; some fold, become a space under `search`, or vanish.
    let letters = ["a", "b", "é", "東", "🦊", "B", "-", " ", "\u{AD}", "\u{FDFA}"]
    let used = Array(letters.prefix(1 + random.below(letters.count)))
    let signs = used + ["*", "?", "\\"]
    var hits = 0
    for _ in 0..<12 {
      let forms = (0..<1 + random.below(60)).compactMap { _ in
        let text = Array(pattern(used, &random).utf8)
        return try? GlobPattern.form(of: text, by: Normalizer(profile))
      }
      let set = PatternSet(forms)
      let plain = forms.map { PlainGlob(form: $0) }
      for _ in 0..<60 {
        let text = (0..<random.below(14)).map { _ in signs[random.below(signs.count)] }.joined()
        let normal = Normalizer(profile).normalize(text)
        let expected = plain.contains { $0.matches(normal) }
        if expected { hits += 1 }
        #expect(ask(set, normal).matches == expected, "seed \(seed): \(text)")
      }
    }
    #expect(hits > 10, "seed \(seed): \(hits) texts fit")
  }

  /// More patterns than one automaton holds, many of them with the same longest literal.
  @Test func manyPatternsFitWhatOneOfThemFits() throws {
    var random = SplitMix64(seed: 11)
    var texts: [String] = []
    for _ in 0..<2_600 {
      let letters = (0..<3 + random.below(5)).map { _ in ["a", "b", "c"][random.below(3)] }
      texts.append(letters.joined())
    }
    let patterns = texts.map { text in
      switch random.below(4) {
      case 0: "*\(text)*"
      case 1: "\(text)?*c"
      case 2: "*a\(text)"
      default: "\(text.prefix(2))*\(text)"
      }
    }
    let forms = try forms(patterns)
    let set = PatternSet(forms)
    let plain = forms.map { PlainGlob(form: $0) }
    var hits = 0
    for _ in 0..<300 {
      let text = (0..<random.below(9)).map { _ in ["a", "b", "c"][random.below(3)] }.joined()
      let expected = plain.contains { $0.matches(Array(text.utf8)) }
      if expected { hits += 1 }
      #expect(ask(set, Array(text.utf8)).matches == expected, "\(text)")
    }
    #expect((50...250).contains(hits), "\(hits) texts fit")
  }

  /// A thousand patterns cost what one costs if no text has what they look for.
  @Test(
    arguments: [
      { "*" + String(repeating: "a", count: 60 + $0 % 140) + "b\($0)*" },
      { String(repeating: "a", count: $0 % 100) + "*\($0)" + String(repeating: "b", count: 120) },
      { "*b\(1000 + $0)" + String(repeating: "?a", count: 100) + "*" },
      { "*" + String(repeating: "a", count: $0 % 250) + "b" },
      { _ in "*" + String(repeating: "\u{FDFA}", count: 80) + "*" },
    ] as [@Sendable (Int) -> String])
  func absentLiteralsTakeStepsOfTheTextAlone(pattern: @Sendable (Int) -> String) throws {
    let set = PatternSet(try forms((0..<1000).map { pattern($0) }, .search))
    let few = PatternSet(try forms((0..<2).map { pattern($0) }, .search))
    for text in [
      String(repeating: "a", count: 2048), String(repeating: "ab ", count: 682),
      String(repeating: "a", count: 2000) + "0123456789",
    ] {
      let (matches, steps) = ask(set, Array(text.utf8))
      #expect(!matches && !ask(few, Array(text.utf8)).matches)
      // Two steps per byte down the automaton and back, some to find a child, and the literals
      // found.
      #expect(steps <= 24 * text.utf8.count, "\(steps) steps for \(text.utf8.count) bytes")
    }
  }

  /// Each pattern is compared at most once per text, in steps of the text, if no `?` stands between
  /// two runs.
  @Test func literalsThatEndEverywhereAreComparedOnce() throws {
    // At each byte, literals of 250 lengths end, so every pattern is compared.
    let patterns = (0..<1000).map { "*\(String(repeating: "a", count: 1 + $0 % 250))*c*" }
    let text = Array((String(repeating: "a", count: 2047) + "b").utf8)
    let (matches, steps) = ask(PatternSet(try forms(patterns)), text)
    #expect(!matches)
    #expect(steps <= (1000 * 2 + 24) * text.count, "\(steps) steps")
    // The same with patterns of as many pieces as there can be.
    let pieces = (0..<1000).map { "*" + String(repeating: "a*", count: 120) + "c\($0 % 10)*" }
    let spread = ask(PatternSet(try forms(pieces)), text)
    #expect(!spread.matches && spread.steps <= 24 * text.count, "\(spread.steps) steps")
  }

  /// Texts that are blocked take steps like others, because a completion may meet any number of
  /// them.
  @Test func whatFitsIsCountedToo() throws {
    let text = Array((String(repeating: "a", count: 500) + "c").utf8)
    let pattern = "*" + String(repeating: "?", count: 100) + "c*"
    for count in [1, 100] {
      let (matches, steps) = ask(
        PatternSet(try forms([String](repeating: pattern, count: count))), text)
      #expect(matches && steps > 100 * 400, "\(steps) steps")
    }
  }

  /// The work of one completion ends, whatever the rules and the texts are.
  @Test func workThatIsSpentBlocksTheRest() throws {
    let rules = try (0..<1000).map {
      try rule(.pattern, "*" + String(repeating: "a?", count: 80 + $0 % 40) + "b*")
    }
    let list = BlockList(rules, profile: .verbatim)
    let text = Array((String(repeating: "a", count: 2000) + "c b").utf8)
    #expect(!list.blocks(Array("c".utf8)))
    var work = BlockWork()
    let answers = (0..<200).map { _ in text.withUnsafeBufferPointer { list.blocks($0, &work) } }
    // A comparison that is under way when nothing is left is finished: at most a pattern against a
    // text.
    #expect(work.isSpent && work.left >= -BlockRule.maximumPatternBytes * text.count)
    #expect(answers.suffix(100).allSatisfy { $0 })
    #expect(Array("c".utf8).withUnsafeBufferPointer { list.blocks($0, &work) })
  }
}
