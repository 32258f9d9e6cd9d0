// The terms of item retrieval: words, stems, sequences of words, and character trigrams of words.
//
// A query and the texts of items are cut in the same way. A term is identified by a 64-bit key; the
// kinds have keys of their own, so that the trigram "can" is not the word "can". A stem is the
// first five characters of a word, or all of a shorter one: it brings "archives" to "archive" in
// any language, without a dictionary. Trigrams are cut within a word that has a mark at its end:
// "lens" gives "len", "ens" and "ns_". So words of one or two letters have trigrams with the mark,
// too, and the ends of words count for more.
//
// Cost: one pass over the bytes per kind; three keys per scalar at most.
// Source: Yu et al., JMLR 2022 (arXiv:2010.05878), §4.1 (word and character n-grams for eXtreme
// multi-label ranking). The mark at the end of words is ours.

/// Cuts normalised text into the terms of item retrieval.
public enum ItemTerms {
  /// What a term is made of.
  public enum Kind: UInt8, CaseIterable, Sendable {
    case word
    /// Two words in a row.
    case bigram
    /// Three words in a row.
    case trigram
    /// The beginning of a word.
    case stem
    /// Three scalars of a word with its end mark.
    case characters

    /// Whether items are searched by terms of this kind; the others count in comparisons alone.
    public var isSearched: Bool { self != .bigram && self != .trigram }
  }

  /// The words of a text that count; the rest of a longer one is ignored.
  public static let mostWords = 512
  /// The characters of a stem.
  public static let stemLength = 5

  /// An underscore: no normal form of the search profile has one.
  private static let endMark: UInt32 = 0x5F

  /// Calls `body` with the kind and the key of every term of `text`, in order of place; a term
  /// that occurs twice comes twice.
  ///
  /// - Parameters:
  ///   - text: A normalised text, valid UTF-8, with single spaces between words.
  ///   - mostWords: How many words count.
  ///   - body: Receives the kind, the key and the number of the word that the term begins with.
  public static func forEach(
    of text: UnsafeBufferPointer<UInt8>, mostWords: Int = Self.mostWords,
    _ body: (Kind, UInt64, Int) -> Void
  ) {
    var (last, beforeLast): (UInt64?, UInt64?) = (nil, nil)
    var number = 0
    Tokenizer.forEachWord(text) { range in
      if number == mostWords { return }
      let word = UnsafeBufferPointer(rebasing: text[range])
      let key = StableHash.of(word, seed: 11)
      body(.word, key, number)
      body(.stem, StableHash.of(stem(of: word), seed: 16), number)
      if let last {
        body(.bigram, pair(last, key, seed: 12), number - 1)
        if let beforeLast {
          body(.trigram, pair(pair(beforeLast, last, seed: 13), key, seed: 14), number - 2)
        }
      }
      forEachTrigram(of: word) { body(.characters, $0, number) }
      (beforeLast, last) = (last, key)
      number += 1
    }
  }

  private static func stem(of word: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var (end, count) = (0, 0)
    while count < stemLength, UTF8Scalars.next(word, &end) != nil { count += 1 }
    return UnsafeBufferPointer(rebasing: word[..<end])
  }

  private static func pair(_ a: UInt64, _ b: UInt64, seed: UInt64) -> UInt64 {
    StableHash.mix(StableHash.mix(a ^ StableHash.mix(seed)) ^ b)
  }

  private static func forEachTrigram(
    of word: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Void
  ) {
    var offset = 0
    guard var first = UTF8Scalars.next(word, &offset) else { return }
    guard var second = UTF8Scalars.next(word, &offset) else {
      body(trigram(first, endMark, endMark))
      return
    }
    while let third = UTF8Scalars.next(word, &offset) {
      body(trigram(first, second, third))
      (first, second) = (second, third)
    }
    body(trigram(first, second, endMark))
  }

  private static func trigram(_ a: UInt32, _ b: UInt32, _ c: UInt32) -> UInt64 {
    StableHash.mix(FeatureKey.gram(a, b, c) ^ 15)
  }
}
