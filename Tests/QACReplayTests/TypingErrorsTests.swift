// Typing errors come at their rate, one per prefix, anywhere in it, and depend only on the seed.

import QACBinary
import QACTestSupport
import Testing

@testable import QACReplay

@Suite struct TypingErrorsTests {
  private func letters(_ text: some Sequence<UInt8>) -> [Unicode.Scalar] {
    Array(String(decoding: Array(text), as: UTF8.self).unicodeScalars)
  }

  /// Whether an error of the kind `error` somewhere in `meant` makes `typed`.
  private func fits(
    _ error: TypingError, _ typed: [Unicode.Scalar], _ meant: [Unicode.Scalar]
  ) -> Bool {
    func isLetter(_ i: Int) -> Bool { meant.indices.contains(i) && meant[i] != " " }
    func without(_ i: Int) -> [Unicode.Scalar] { Array(meant[..<i] + meant[(i + 1)...]) }
    func with(_ scalar: Unicode.Scalar, at i: Int) -> [Unicode.Scalar] {
      Array(meant[..<i] + [scalar] + meant[i...])
    }
    func isHit(_ error: TypingError, _ i: Int) -> Bool {
      switch error {
      case .dropped: return typed == without(i)
      case .doubled: return typed == with(meant[i], at: i)
      case .beside:
        return typed.count == meant.count && typed[i] != " " && typed[i] != meant[i]
          && zip(typed, meant).count { $0 != $1 } == 1
      case .exchanged:
        var other = meant
        if isLetter(i + 1) { other.swapAt(i, i + 1) }
        return typed == other && typed != meant
      case .firstLetter, .joined, .torn: return false
      }
    }
    let letters = meant.indices.filter(isLetter)
    let kinds = [TypingError.dropped, .doubled, .beside, .exchanged]
    switch error {
    case .firstLetter:
      return letters.contains { i in !isLetter(i - 1) && kinds.contains { isHit($0, i) } }
    case .joined:
      return meant.indices.contains {
        meant[$0] == " " && isLetter($0 - 1) && isLetter($0 + 1) && typed == without($0)
      }
    case .torn: return letters.contains { isLetter($0 - 1) && typed == with(" ", at: $0) }
    default: return letters.contains { isLetter($0 - 1) && isHit(error, $0) }
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func oneErrorAnywhere(seed: UInt64) {
    var labels = LabelGenerator(seed: seed)
    var random = SplitMix64(seed: seed)
    for _ in 0..<400 {
      let text = Array(labels.query().utf8)[...]
      var again = random
      let (typed, error) = TypingErrors(rate: 1).typed(text, &random)
      #expect(TypingErrors(rate: 1).typed(text, &again).prefix == typed, "seed \(seed)")
      let (a, b) = (letters(typed), letters(text))
      guard let error else {
        #expect(a == b && b.count { $0 != " " } < 2, "seed \(seed): \(b)")
        continue
      }
      #expect(a != b, "seed \(seed): \(b)")
      #expect(fits(error, a, b), "seed \(seed): \(error), \(a) for \(b)")
      #expect(a.first != " ", "seed \(seed): \(a) for \(b)")
      #expect(a.count { $0 != " " } >= 2, "seed \(seed): \(a) for \(b)")
      #expect(zip(a, a.dropFirst()).allSatisfy { $0 != " " || $1 != " " }, "seed \(seed): \(a)")
    }
  }

  @Test func errorsComeAtTheirRate() {
    var random = SplitMix64(seed: 1)
    let text = Array("suggestion".utf8)[...]
    for rate in [0, 0.1, 0.5] {
      let changed = (0..<4000).reduce(0) { sum, _ in
        let (typed, error) = TypingErrors(rate: rate).typed(text, &random)
        #expect((error == nil) == (typed == text))
        return sum + (error == nil ? 0 : 1)
      }
      #expect(abs(Double(changed) / 4000 - rate) < 0.04, "\(rate)")
    }
    let empty: ArraySlice<UInt8> = []
    #expect(TypingErrors(rate: 1).typed(empty, &random).prefix.isEmpty)
  }

  /// The shares that the head of `TypingErrors` and docs/evaluation.md state.
  @Test func kindsComeAtTheirShares() {
    var random = SplitMix64(seed: 2)
    let text = Array("wireless headphones blac".utf8)[...]
    var counts: [TypingError: Double] = [:]
    let draws = 20_000
    for _ in 0..<draws {
      let error = TypingErrors(rate: 1).typed(text, &random).error
      if let error { counts[error, default: 0] += 1 / Double(draws) }
    }
    // Three of the 22 letters are first ones, and three end a word, which leaves exchanges doubled.
    // The last one is not dropped, either, and one letter is like the next.
    let letters = 0.85 * 19 / 22
    let expected: [TypingError: Double] = [
      .joined: 0.1, .torn: 0.05, .firstLetter: 0.85 * 3 / 22, .dropped: 0.85 * 0.35 * 18 / 22,
      .beside: letters * 0.25, .exchanged: 0.85 * 0.15 * 15 / 22,
    ]
    for (kind, share) in expected {
      #expect(abs((counts[kind] ?? 0) - share) < 0.01, "\(kind): \(counts[kind] ?? 0), \(share)")
    }
    #expect(abs(counts.values.reduce(0, +) - 1) < 1e-9)
  }

  /// Every word and every letter is hit, the first ones too, and words are joined and torn.
  @Test func errorsComeAnywhere() {
    var random = SplitMix64(seed: 3)
    let text = "tv stand oak"
    var seen: Set<String> = []
    for _ in 0..<5_000 {
      let typed = TypingErrors(rate: 1).typed(Array(text.utf8)[...], &random).prefix
      seen.insert(String(decoding: typed, as: UTF8.self))
    }
    let expected = [
      "v stand oak", "vt stand oak", "tv tand oak", "tv tsand oak", "tv stand ak", "tv stand oka",
      "tvstand oak", "tv standoak", "t v stand oak", "tv st and oak", "tv stand oa k",
      "tv stan oak", "ttv stand oak", "tv stand oakk",
    ]
    for typed in expected { #expect(seen.contains(typed), "\(typed)") }
    #expect(!seen.contains(text))
    #expect(!seen.contains("tv stand oa"), "the loss of the last letter does not show")
  }

  @Test func prefixesThatAreTooShortStayAsTheyAre() {
    var random = SplitMix64(seed: 4)
    for text in ["", "a", "a ", "字"] {
      for _ in 0..<50 {
        let (typed, error) = TypingErrors(rate: 1).typed(Array(text.utf8)[...], &random)
        #expect(Array(typed) == Array(text.utf8))
        #expect(error == nil)
      }
    }
  }
}
