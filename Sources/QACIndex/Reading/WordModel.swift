// How likely a word is after another: a bigram model that is smoothed when it is built, and looked up.
//
// Words are known by 64-bit keys alone: the model scores texts and shows none. It stores
// ln P(word | previous) of the pairs it kept, ln P(word) of all words, and for each word as a previous
// one ln B, the weight of what its pairs leave over:
//
//     P(word | previous) = stored, where the pair is kept
//                        = B(previous) P(word) otherwise; B = 1 for a previous word it does not know
//
// A query begins after `begin` and ends with `end`; words that the model does not know have the
// probability of `unknown`. Keys are `SortedKeys`: two words that agree in the bits that count share
// their figures. Logarithms are rounded to sixteenths, a byte each: at least -15.9375.
// Source: back-off form of interpolated n-gram models as in Stolcke, SRILM (2002), ngram-format;
// training chooses the smoothing.

public import QACText

/// Makes the 64-bit keys by which the word model knows words.
public enum WordKey {
  /// Stands before the first word.
  public static let begin: UInt64 = StableHash.mix(1)
  /// Stands behind the last word.
  public static let end: UInt64 = StableHash.mix(2)
  /// Stands for all words without an entry.
  public static let unknown: UInt64 = StableHash.mix(3)

  /// The key of a word.
  @inlinable
  public static func of(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    StableHash.of(word, seed: 3)
  }

  /// The key of the last word of `text`, or `begin` where it has none.
  ///
  /// - Complexity: O(bytes of that word and the white space behind it).
  @inlinable
  public static func last(of text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var end = text.count
    while end > 0, Tokenizer.isSpace(text[end - 1]) { end -= 1 }
    var start = end
    while start > 0, !Tokenizer.isSpace(text[start - 1]) { start -= 1 }
    return start == end ? begin : of(UnsafeBufferPointer(rebasing: text[start..<end]))
  }

  /// The key of a word after another.
  @inlinable
  public static func pair(_ previous: UInt64, _ word: UInt64) -> UInt64 {
    StableHash.mix(StableHash.mix(previous) &+ word)
  }
}

/// A word model before it is a file.
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

  /// The words, ascending by key; none at all, or `begin`, `end` and `unknown` among them.
  public var words: [Word] = []
  /// The pairs, ascending by key.
  public var pairs: [Pair] = []

  /// Makes a model that knows nothing.
  public init() {}
}

/// A borrowed view of a word model; valid while the memory behind it is.
@frozen
public struct WordModelView {
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

  /// ln P(`word` | `previous`) of two keys, of which `pair` is the pair's key; 0 by a model that knows nothing.
  ///
  /// - Complexity: four look-ups at the most.
  @inlinable
  public func logProbability(of word: UInt64, after previous: UInt64, pair: UInt64) -> Double {
    if let pair = pairs.rank(of: pair) { return Self.logarithm(pairProbabilities[pair]) }
    let backoff = words.rank(of: previous).map { Self.logarithm(wordBackoffs[$0]) } ?? 0
    let rank = words.rank(of: word) ?? words.rank(of: WordKey.unknown)
    return backoff + (rank.map { Self.logarithm(wordProbabilities[$0]) } ?? 0)
  }

  /// ln P of the words of `text`, and then no more, after the word `previous`; a text of white space
  /// is the end of a query.
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

  /// The same, where `known` tells ln P of a word after another.
  @inlinable
  @inline(__always)
  public func logProbability(
    ofRest text: UnsafeBufferPointer<UInt8>, after previous: UInt64,
    _ known: (_ word: UInt64, _ previous: UInt64) -> Double
  ) -> Double {
    var sum = 0.0
    var last = previous
    Tokenizer.forEachWord(text) { range in
      let word = WordKey.of(UnsafeBufferPointer(rebasing: text[range]))
      sum += known(word, last)
      last = word
    }
    return sum + known(WordKey.end, last)
  }
}
