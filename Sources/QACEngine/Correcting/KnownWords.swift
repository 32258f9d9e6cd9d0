// What the word model knows of the words of a text: whether what was typed is plausible as it is.
//
// Cost: one look-up in the model per word; no allocation.

import QACIndex
import QACText

/// Asks for the words of a text.
enum KnownWords {
  /// A word is frequent if it stands behind so many different words: ln of that, less a rounding
  /// step of the model.
  private static let frequent = 1.0
  /// The bytes that the last word must have.
  private static let fewestBytes = 3

  /// Whether no query of the index has one of the words of `text`; false if the index has no words at
  /// all, which says nothing of any.
  static func areMissing(
    in text: UnsafeBufferPointer<UInt8>, _ view: borrowing IndexView
  ) -> Bool {
    let words = view.words
    if words.words.count == 0 { return false }
    var isMissing = false
    Tokenizer.forEachWord(text) { range in
      if !words.knows(WordKey.of(UnsafeBufferPointer(rebasing: text[range]))) { isMissing = true }
    }
    return isMissing
  }

  /// Whether every word of `text` is frequent in the queries of the index. The last one must have
  /// some letters: every letter is a word somewhere, but few people mean it.
  static func areFrequent(
    in text: UnsafeBufferPointer<UInt8>, _ view: borrowing IndexView
  ) -> Bool {
    let words = view.words
    let least = logProbability(WordKey.unknown, words) + frequent
    var areFrequent = true
    var last = 0
    Tokenizer.forEachWord(text) { range in
      last = range.count
      let word = WordKey.of(UnsafeBufferPointer(rebasing: text[range]))
      if !words.knows(word) || logProbability(word, words) < least { areFrequent = false }
    }
    return areFrequent && last >= fewestBytes
  }

  /// ln P(`word`) whatever came before: nothing comes after the end of a query.
  private static func logProbability(_ word: UInt64, _ words: WordModelView) -> Double {
    words.logProbability(of: word, after: WordKey.end, pair: WordKey.pair(WordKey.end, word))
  }
}
