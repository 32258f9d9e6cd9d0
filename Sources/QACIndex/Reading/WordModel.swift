// How likely a word is after another: a bigram model that is smoothed when it is built.
//
// The model knows words only by 64-bit keys: it scores texts and shows none. It stores ln P(word |
// previous) of the pairs that it keeps, ln P(word) of all words, and for each word as a previous
// one ln B, where B is the probability that its pairs leave over:
//
//     P(word | previous) = stored, if the pair is kept
//                        = B(previous) P(word) otherwise; B = 1 for an unknown previous word
//
// A query begins after `begin` and ends with `end`. A word that the model does not know has the
// probability of `unknown`. Keys are `SortedKeys`: two words whose keys agree in the bits that are
// stored share their figures. Logarithms are rounded to sixteenths and take a byte each, so the
// least is -15.9375.
// Source: the back-off form of interpolated n-gram models as in Stolcke, SRILM (2002),
// ngram-format. Training chooses the smoothing (`WordModelBuilder` of QACTraining).

public import QACText

/// Makes the 64-bit keys by which the word model knows words.
public enum WordKey {
  /// Stands before the first word.
  public static let begin: UInt64 = StableHash.mix(1)
  /// Stands after the last word.
  public static let end: UInt64 = StableHash.mix(2)
  /// Stands for all words without an entry.
  public static let unknown: UInt64 = StableHash.mix(3)

  /// The key of a word.
  @inlinable
  public static func of(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    StableHash.of(word, seed: 3)
  }

  /// The key of the last word of `text`, or `begin` if it has none.
  ///
  /// - Complexity: O(bytes of what follows the last white space between words, and of the white
  ///   space after it).
  @inlinable
  public static func last(
    of text: UnsafeBufferPointer<UInt8>, _ breaker: WordBreaker = .plain
  ) -> UInt64 {
    var end = text.count
    while end > 0, Tokenizer.isSpace(text[end - 1]) { end -= 1 }
    let start = breaker.lastWordStart(of: UnsafeBufferPointer(rebasing: text[..<end]))
    return start == end ? begin : of(UnsafeBufferPointer(rebasing: text[start..<end]))
  }

  /// The key of a word after another.
  @inlinable
  public static func pair(_ previous: UInt64, _ word: UInt64) -> UInt64 {
    StableHash.mix(StableHash.mix(previous) &+ word)
  }
}

/// A word model before it is in a file.
public struct WordModel: Sendable {
  /// A word's figures.
  public struct Word: Sendable, Equatable {
    /// Its key.
    public var key: UInt64
    /// ln P(word), at most 0.
    public var logProbability: Float
    /// ln B, at most 0.
    public var logBackoff: Float

    /// Makes a word's entry.
    public init(key: UInt64, logProbability: Float, logBackoff: Float) {
      self.key = key
      self.logProbability = logProbability
      self.logBackoff = logBackoff
    }
  }

  /// A pair's figure.
  public struct Pair: Sendable, Equatable {
    /// Its key.
    public var key: UInt64
    /// ln P(word | previous), at most 0.
    public var logProbability: Float

    /// Makes a pair's entry.
    public init(key: UInt64, logProbability: Float) {
      self.key = key
      self.logProbability = logProbability
    }
  }

  /// The words, ascending by key: either none, or with `begin`, `end` and `unknown` among them.
  public var words: [Word] = []
  /// The pairs, ascending by key.
  public var pairs: [Pair] = []

  /// Makes a model that knows nothing.
  public init() {}
}

/// A borrowed view of a word model; valid as long as the memory behind it.
@frozen
public struct WordModelView {
  /// Finds the words of texts.
  public let breaker: WordBreaker
  /// The words' keys.
  public let words: SortedKeys
  /// -16 ln P(word).
  public let wordProbabilities: UnsafeBufferPointer<UInt8>
  /// -16 ln B.
  public let wordBackoffs: UnsafeBufferPointer<UInt8>
  /// The pairs' keys.
  public let pairs: SortedKeys
  /// -16 ln P(word | previous).
  public let pairProbabilities: UnsafeBufferPointer<UInt8>

  /// The logarithm that `code` stands for.
  @inlinable
  static func logarithm(_ code: UInt8) -> Double { Double(code) * -0.0625 }

  /// The code of a logarithm of at most 0, rounded to the nearest sixteenth.
  static func code(_ logarithm: Float) -> UInt8 {
    UInt8(min(max((-16 * logarithm).rounded(), 0), 255))
  }

  /// Whether the model knows `word`.
  @inlinable
  public func knows(_ word: UInt64) -> Bool { words.rank(of: word) != nil }

  /// ln P(`word` | `previous`) of two keys, whose key as a pair is `pair`; 0 in a model that knows
  /// nothing.
  ///
  /// - Complexity: at most four look-ups.
  @inlinable
  public func logProbability(of word: UInt64, after previous: UInt64, pair: UInt64) -> Double {
    if let pair = pairs.rank(of: pair) { return Self.logarithm(pairProbabilities[pair]) }
    let backoff = words.rank(of: previous).map { Self.logarithm(wordBackoffs[$0]) } ?? 0
    let rank = words.rank(of: word) ?? words.rank(of: WordKey.unknown)
    return backoff + (rank.map { Self.logarithm(wordProbabilities[$0]) } ?? 0)
  }

  /// ln P that the words of `text`, and then the end of the query, follow the word `previous`.
  ///
  /// - Complexity: O(`text.count`).
  @inlinable
  public func logProbability(
    ofRest text: UnsafeBufferPointer<UInt8>, after previous: UInt64
  ) -> Double {
    logProbability(ofRest: text, after: previous) { word, last in
      logProbability(of: word, after: last, pair: WordKey.pair(last, word))
    }
  }

  /// The same, with ln P of a word after another given by `known`.
  @inlinable
  @inline(__always)
  public func logProbability(
    ofRest text: UnsafeBufferPointer<UInt8>, after previous: UInt64,
    _ known: (_ word: UInt64, _ previous: UInt64) -> Double
  ) -> Double {
    // In a loop of its own, where no call sees the sum, it stays in a register.
    if !breaker.isPlain { return unspacedLogProbability(ofRest: text, after: previous, known) }
    var sum = 0.0
    var last = previous
    Tokenizer.forEachWord(text) { range in
      let word = WordKey.of(UnsafeBufferPointer(rebasing: text[range]))
      sum += known(word, last)
      last = word
    }
    return sum + known(WordKey.end, last)
  }

  /// The same with the words of `breaker`.
  @inlinable
  @inline(never)
  func unspacedLogProbability(
    ofRest text: UnsafeBufferPointer<UInt8>, after previous: UInt64,
    _ known: (_ word: UInt64, _ previous: UInt64) -> Double
  ) -> Double {
    var sum = 0.0
    var last = previous
    breaker.forEachWord(text) { range in
      let word = WordKey.of(UnsafeBufferPointer(rebasing: text[range]))
      sum += known(word, last)
      last = word
    }
    return sum + known(WordKey.end, last)
  }
}
