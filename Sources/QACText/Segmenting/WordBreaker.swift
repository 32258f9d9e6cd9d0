// Finds the words of a text, also in scripts that are written without spaces.
//
//     text      "iphone手机壳 red"
//     words     iphone | 手机 | 壳 | red
//
// White space separates words, and so does the change between letters of a script without spaces
// (`UnspacedScript`) and anything else. A run of such letters is divided by the words that a log
// taught: the division with the greatest product of their probabilities. The table knows of each
// word, and of each beginning of one, how probable it is. So the last word of a prefix may be one
// that is not finished.
//
// Invariants:
// - A run is divided from its end, in windows of `mostScalars`. Of equal divisions the one with the
//   longest first word wins. So a text that begins where a word of a longer text begins, and ends
//   where it ends, has the same words there, if that word is in the last window.
// - A breaker without a table finds exactly the words of `Tokenizer`.
// - Words neither overlap nor leave out anything but white space.
// Cost: one test where there is no table; a pass over the bytes of a text without such letters.
// Else a look-up for every letter and every beginning of a known word there, at most `mostScalars`
// squared / 2 per window. No allocation.
// Source: Kudo, ACL 2018, §3.1 (unigram segmentation by the Viterbi algorithm).

/// Borrowed words of scripts without spaces; valid while the memory behind them is.
@frozen
public struct WordBreaker {
  /// The letters that are divided at once; a longer run has several such windows.
  @usableFromInline static let mostScalars = 64
  /// The bytes in which `isWordEnd` looks for words.
  @usableFromInline static let mostBytes = 512
  /// The seed of the keys.
  static let seed: UInt64 = 5
  /// Stands for "not a word" and "not a beginning" in `costs`.
  public static let none: UInt16 = 0xFF

  /// The keys of words and of beginnings of words.
  public let keys: SortedKeys
  /// For each key: in the low byte -16 ln P(a word is this), in the high byte -16 ln P(a word
  /// begins with this), each at most 254; the low byte is 255 if this is no word.
  public let costs: UnsafeBufferPointer<UInt16>

  /// Makes a breaker of keys and as many costs.
  public init(keys: SortedKeys, costs: UnsafeBufferPointer<UInt16>) {
    self.keys = keys
    self.costs = costs
  }

  /// A breaker without a table.
  public static var plain: WordBreaker {
    WordBreaker(
      keys: SortedKeys(
        starts: UnsafeBufferPointer(start: nil, count: 0),
        rests: UnsafeBufferPointer(start: nil, count: 0)),
      costs: UnsafeBufferPointer(start: nil, count: 0))
  }

  /// Whether there is no table, so that white space alone separates words.
  @inlinable
  public var isPlain: Bool { costs.isEmpty }

  /// Calls `body` with the byte range of each word of `text`, in order.
  ///
  /// - Complexity: O(`text.count`), and what dividing costs.
  @inlinable
  public func forEachWord(
    _ text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void
  ) {
    if isPlain || !UnspacedScript.mayOccur(in: text) {
      Tokenizer.forEachWord(text, body)
    } else {
      forEachUnspacedWord(text, body)
    }
  }

  /// The byte ranges of the words of `text`, in order.
  @inlinable
  public func words(_ text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    forEachWord(text) { result.append($0) }
    return result
  }

  /// Where the unfinished word at the end of `prefix` begins; its end if white space stands there.
  ///
  /// - Complexity: O(bytes of what follows the last white space).
  @inlinable
  public func tailStart(of prefix: UnsafeBufferPointer<UInt8>) -> Int {
    isPlain ? Self.plainStart(of: prefix) : unspacedStart(of: prefix, isUnfinished: true)
  }

  /// Where the last word of `text` begins, which must not end with white space.
  ///
  /// - Complexity: O(bytes of what follows the last white space).
  @inlinable
  public func lastWordStart(of text: UnsafeBufferPointer<UInt8>) -> Int {
    isPlain ? Self.plainStart(of: text) : unspacedStart(of: text, isUnfinished: false)
  }

  /// Where the bytes at the end of `text` begin that are not white space.
  @inlinable
  static func plainStart(of text: UnsafeBufferPointer<UInt8>) -> Int {
    var start = text.count
    while start > 0, !Tokenizer.isSpace(text[start - 1]) { start -= 1 }
    return start
  }

  /// Whether a word of `text` ends before byte `place`, which is at most its count.
  ///
  /// It is always so at the end, and before a space. In scripts without spaces it is so in the
  /// first `mostBytes` bytes only.
  /// - Complexity: that of `forEachWord` where letters of such scripts stand beside the place.
  @inlinable
  public func isWordEnd(_ place: Int, of text: UnsafeBufferPointer<UInt8>) -> Bool {
    if place == text.count || text[place] == 0x20 { return true }
    if isPlain || place == 0 || (text[place] < 0xE0 && text[place - 1] < 0x80) { return false }
    if place > Self.mostBytes { return false }
    var found = false
    // The letters of one more window may have a say in it.
    let end = min(text.count, place + 4 * Self.mostScalars)
    forEachWord(UnsafeBufferPointer(rebasing: text[..<end])) {
      if $0.upperBound == place { found = true }
    }
    return found
  }
}
