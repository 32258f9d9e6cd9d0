// Typing errors come at their rate, one per prefix, never at the first letter, and depend only on
// the seed.

import QACBinary
import QACTestSupport
import Testing

@testable import QACReplay

@Suite struct TypingErrorsTests {
  private func letters(_ text: some Sequence<UInt8>) -> [Unicode.Scalar] {
    Array(String(decoding: Array(text), as: UTF8.self).unicodeScalars)
  }

  /// Whether `typed` is `meant` with one letter dropped, added, replaced or exchanged with the
  /// next.
  private func isOneErrorAway(_ typed: [Unicode.Scalar], _ meant: [Unicode.Scalar]) -> Bool {
    let head = zip(typed, meant).prefix { $0 == $1 }.count
    let tail = zip(typed.dropFirst(head).reversed(), meant.dropFirst(head).reversed())
      .prefix { $0 == $1 }.count
    let (a, b) = (typed.count - head - tail, meant.count - head - tail)
    if a == 2, b == 2 {
      return typed[head] == meant[head + 1] && typed[head + 1] == meant[head]
    }
    return a <= 1 && b <= 1 && a + b > 0
  }

  @Test(arguments: UInt64(0)..<20)
  func oneErrorBehindTheFirstLetter(seed: UInt64) {
    var labels = LabelGenerator(seed: seed)
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let text = Array(labels.query().utf8)[...]
      var again = random
      let typed = TypingErrors(rate: 1).typed(text, &random)
      #expect(TypingErrors(rate: 1).typed(text, &again) == typed, "seed \(seed)")
      let (a, b) = (letters(typed), letters(text))
      #expect(a.first == b.first, "seed \(seed)")
      if b.count < 2 {
        #expect(a == b)
      } else {
        #expect(isOneErrorAway(a, b), "seed \(seed): \(a) for \(b)")
      }
    }
  }

  @Test func errorsComeAtTheirRate() {
    var random = SplitMix64(seed: 1)
    let text = Array("suggestion".utf8)[...]
    for rate in [0, 0.1, 0.5] {
      let changed = (0..<4000).reduce(0) { sum, _ in
        sum + (TypingErrors(rate: rate).typed(text, &random) == text ? 0 : 1)
      }
      #expect(abs(Double(changed) / 4000 - rate) < 0.04, "\(rate)")
    }
    let empty: ArraySlice<UInt8> = []
    #expect(TypingErrors(rate: 1).typed(empty, &random).isEmpty)
  }
}
