// The words that divide texts of scripts without spaces, in memory: `WordBreaker` shows them.
//
// Invariant: equal probabilities give equal tables. A table holds each word and each of its
// beginnings, letter by letter.
// Cost: about 5 bytes per word or beginning.

#if canImport(Glibc)
  import Glibc
#endif

/// Words with their probabilities, in the form in which they are written.
public struct WordTable: Sendable {
  /// The keys of words and of beginnings of words.
  public let keys: SortedKeySet
  /// For each key the figures that `WordBreaker.costs` describes.
  public let costs: [UInt16]

  /// Makes a table of words.
  ///
  /// - Parameter words: Distinct texts in UTF-8, of letters of scripts without spaces, each with a
  ///   weight above 0. Its probability is its share of all weights.
  public init(words: [(text: [UInt8], weight: Double)] = []) {
    var figures: [UInt64: (word: Double, beginning: Double)] = [:]
    var sum = 0.0
    for (text, weight) in words {
      sum += weight
      var hash = StableHash.start ^ StableHash.mix(WordBreaker.seed)
      for (i, byte) in text.enumerated() {
        hash = StableHash.step(hash, byte)
        let isWord = i + 1 == text.count
        if !isWord, text[i + 1] & 0xC0 == 0x80 { continue }
        figures[StableHash.mix(hash), default: (0, 0)].beginning += weight
        if isWord { figures[StableHash.mix(hash), default: (0, 0)].word += weight }
      }
    }
    let sorted = figures.sorted { $0.key < $1.key }
    keys = SortedKeySet(sorted.map(\.key))
    costs = keys.sources.map {
      let (word, beginning) = sorted[$0].value
      return (word > 0 ? Self.code(word / sum) : WordBreaker.none)
        | Self.code(beginning / sum) << 8
    }
  }

  /// Whether there are no words.
  public var isEmpty: Bool { costs.isEmpty }

  /// -16 ln `p`, from 0 to 254.
  private static func code(_ p: Double) -> UInt16 {
    UInt16(min(max((-16 * log(p)).rounded(), 0), 254))
  }

  /// Calls `body` with a breaker that divides by these words.
  public func withBreaker<R>(_ body: (WordBreaker) throws -> R) rethrows -> R {
    if isEmpty { return try body(.plain) }
    return try keys.starts.withUnsafeBufferPointer { starts in
      try keys.rests.withUnsafeBufferPointer { rests in
        try costs.withUnsafeBufferPointer { costs in
          try body(
            WordBreaker(keys: SortedKeys(starts: starts, rests: rests), costs: costs))
        }
      }
    }
  }
}
