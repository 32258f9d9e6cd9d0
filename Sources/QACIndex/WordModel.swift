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
// probability of `unknown`. Two words of equal key (n^2 / 2^65 among n) share their figures.
// Source: back-off form of interpolated n-gram models as in Stolcke, SRILM (2002), ngram-format;
// training chooses the smoothing.

public import QACText

/// Makes the 64-bit keys by which the word model knows words.
public enum WordKey {
  /// Stands before the first word.
  public static let begin: UInt64 = 1
  /// Stands behind the last word.
  public static let end: UInt64 = 2
  /// Stands for all words without an entry.
  public static let unknown: UInt64 = 3

  /// The key of a word: above those with a meaning of their own.
  @inlinable
  public static func of(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let hash = StableHash.of(word, seed: 3)
    return hash > unknown ? hash : hash + 4
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

  /// The key of a word after another; never 0.
  @inlinable
  public static func pair(_ previous: UInt64, _ word: UInt64) -> UInt64 {
    let hash = StableHash.mix(StableHash.mix(previous) &+ word)
    return hash == KeyTable.free ? 1 : hash
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
  /// The keys of the words' slots.
  public let wordKeys: UnsafeBufferPointer<UInt64>
  /// ln P(word) by slot.
  public let wordProbabilities: UnsafeBufferPointer<Float>
  /// ln B by slot.
  public let wordBackoffs: UnsafeBufferPointer<Float>
  /// The keys of the pairs' slots.
  public let pairKeys: UnsafeBufferPointer<UInt64>
  /// ln P(word | previous) by slot.
  public let pairProbabilities: UnsafeBufferPointer<Float>

  /// ln P(`word` | `previous`) of two keys; 0 by a model that knows nothing.
  ///
  /// - Complexity: three look-ups at the most.
  @inlinable
  public func logProbability(of word: UInt64, after previous: UInt64) -> Double {
    if let slot = KeyTable.slot(of: WordKey.pair(previous, word), in: pairKeys) {
      return Double(pairProbabilities[slot])
    }
    let backoff = KeyTable.slot(of: previous, in: wordKeys).map { wordBackoffs[$0] } ?? 0
    let slot =
      KeyTable.slot(of: word, in: wordKeys) ?? KeyTable.slot(of: WordKey.unknown, in: wordKeys)
    return Double(backoff) + Double(slot.map { wordProbabilities[$0] } ?? 0)
  }

  /// ln P of the words of `text`, and then no more, after the word `previous`; a text of white space
  /// is the end of a query.
  ///
  /// - Complexity: O(`text.count`).
  @inlinable
  public func logProbability(
    ofRest text: UnsafeBufferPointer<UInt8>, after previous: UInt64
  ) -> Double {
    var sum = 0.0
    var last = previous
    Tokenizer.forEachWord(text) { range in
      let word = WordKey.of(UnsafeBufferPointer(rebasing: text[range]))
      sum += logProbability(of: word, after: last)
      last = word
    }
    return sum + logProbability(of: WordKey.end, after: last)
  }
}
