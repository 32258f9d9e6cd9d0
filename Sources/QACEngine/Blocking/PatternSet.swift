// All patterns of a list: does one of them fit?
//
// A few patterns are compared one by one. For many, an automaton finds in one pass over the text
// which of the patterns' longest literals it contains. Only these patterns are compared, each at
// most once per text.
// Cost: O(text) steps however many patterns there are, and O(text) for each pattern that has its
// longest literal in the text: as a rule none, or the one that fits.

/// Patterns that are asked together.
struct PatternSet: Sendable {
  /// Up to so many patterns are compared one by one, which takes fewer steps than the automaton.
  private static let few = 6

  private let patterns: [GlobPattern]
  private let automata: [LiteralAutomaton]

  /// Makes a set of patterns, given as `GlobPattern.form(of:by:)` returns them.
  ///
  /// - Complexity: O(bytes of all patterns x log patterns).
  init(_ forms: [[UInt8]]) {
    let patterns = forms.map { GlobPattern(form: $0) }
    self.patterns = patterns
    automata =
      patterns.count <= Self.few
      ? []
      : stride(from: 0, to: patterns.count, by: LiteralAutomaton.capacity).map { start in
        let part = start..<min(start + LiteralAutomaton.capacity, patterns.count)
        return LiteralAutomaton(part.map { (patterns[$0].longestLiteral, $0) })
      }
  }

  /// Whether there are no patterns.
  var isEmpty: Bool { patterns.isEmpty }

  /// Whether `text`, which is UTF-8, fits one of the patterns, or no work is left to find that out.
  func matches(_ text: UnsafeBufferPointer<UInt8>, _ work: inout BlockWork) -> Bool {
    if automata.isEmpty { return fits(text, patterns.indices, &work) }
    for automaton in automata {
      var search = automaton.search()
      defer { work.left &-= search.steps }
      for byte in text {
        automaton.read(byte, &search)
        while let numbers = automaton.nextNumbers(&search) {
          for i in numbers {
            let number = automaton.patterns[i]
            if fits(text, number..<number + 1, &work) { return true }
          }
        }
      }
    }
    return work.isSpent
  }

  /// Whether `text` fits one of the patterns `numbers`.
  @inline(__always)
  private func fits(
    _ text: UnsafeBufferPointer<UInt8>, _ numbers: Range<Int>, _ work: inout BlockWork
  ) -> Bool {
    for i in numbers {
      var steps = 0
      let fits = patterns[i].matches(text, steps: &steps)
      // Texts that fit are counted too: a completion may meet many of them.
      work.left &-= steps
      if fits || work.isSpent { return true }
    }
    return false
  }
}
