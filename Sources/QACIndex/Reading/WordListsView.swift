// The word lists: which labels hold a word, heaviest first.
//
//     words           ... "munich"         "museum" ...       ascending, so a prefix is a range
//     list            6 9 14 40 ...                           ascending: twice the place, plus 1 if
//                                                             the word is the label's first
//     rankedLabels    place 3 -> label 817                    places are in the order of weight
//
// Entries of all lists count in one order, so a list is read heaviest label first, and several
// lists are intersected or merged like sorted numbers. Labels of a single word are in no list: what
// begins that word is a prefix of the label.
//
// Invariant (verified): the lists hold exactly the words that `WordListsView.words(of:_:)` returns.
// Cost: about two bytes per word of a label, and two more per label.
// Source: Gog, Pibiri, Venturini, SIGIR 2020, §3 (labels numbered in the order of their scores). We
// differ: entries have a fixed width, so that any of them is read at once.

public import QACBinary
import QACText

/// Borrowed word lists; valid as long as the memory behind them.
@frozen
public struct WordListsView {
  /// The sections that hold them: a file has all or none.
  static let sections: [IndexSection] = [.listWords, .listOffsets, .listPlaces, .rankedLabels]
  /// The bytes of the longest word that has a list.
  public static let mostWordBytes = 128
  /// The words of a label that are in lists, from its beginning on.
  public static let mostWords = 32

  /// The words, ascending.
  public let words: SortedTexts
  /// The number of each word's first entry, and the end.
  public let offsets: AscendingArray
  /// Per entry twice the place of a label, plus 1 if the word is its first.
  public let places: PackedArray<UInt32>
  /// The label at each place.
  public let rankedLabels: PackedArray<UInt32>

  /// The entries of word `i`.
  @inlinable
  public func list(_ i: Int) -> Range<Int> {
    let (low, high) = offsets.bounds(i)
    return Int(truncatingIfNeeded: low)..<Int(truncatingIfNeeded: high)
  }

  /// The number of entries of the words in `range`.
  @inlinable
  public func entryCount(of range: Range<Int>) -> Int {
    Int(truncatingIfNeeded: offsets[range.upperBound] &- offsets[range.lowerBound])
  }

  /// The words of a label's text that have it in their lists, each once, in order; none if the
  /// label is a single word.
  ///
  /// - Complexity: O(`text.count` + the square of the number of words).
  static func words(
    of text: UnsafeBufferPointer<UInt8>, _ breaker: WordBreaker
  ) -> [Range<Int>] {
    var count = 0
    var result: [Range<Int>] = []
    breaker.forEachWord(text) { word in
      count += 1
      if count > mostWords || word.count > mostWordBytes { return }
      let bytes = text[word]
      if !result.contains(where: { text[$0].elementsEqual(bytes) }) { result.append(word) }
    }
    return count > 1 ? result : []
  }
}
