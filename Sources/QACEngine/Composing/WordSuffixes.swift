// The endings and words of one text that begin with an unfinished word.
//
// A person who typed `ping 10.0.0.5` may go on from `ssh 10.` with `10.0.0.5`. For one session, its
// earlier queries are what the suffix table is for all. What this finds is private to the session.

import QACText

/// Finds the words of a text that continue a tail.
enum WordSuffixes {
  /// Bytes of the longest text that is read. A query may be as long as a request.
  static let mostBytes = 1024

  /// Calls `body` for every word of `text` that begins with `tail`, in order.
  ///
  /// - Parameters:
  ///   - text: A normalised query; one of more than `mostBytes` bytes has no words here.
  ///   - breaker: Finds its words.
  ///   - tail: The unfinished word; every word begins with an empty one.
  ///   - body: Called with the range of the word and the range from there to the end of the text.
  /// - Complexity: O(`text.count`).
  @inline(__always)
  static func forEachWordSuffix(
    of text: UnsafeBufferPointer<UInt8>, _ breaker: WordBreaker = .plain,
    beginningWith tail: UnsafeBufferPointer<UInt8>,
    _ body: (_ word: Range<Int>, _ suffix: Range<Int>) -> Void
  ) {
    if text.count > mostBytes { return }
    // To divide a text takes longer than to see that it does not hold the tail.
    if !breaker.isPlain, !text.holds(tail) { return }
    if let initial = tail.first, breaker.isPlain {
      forEachPlainWord(of: text, beginningWith: tail, initial) {
        body($0, $0.lowerBound..<text.count)
      }
      return
    }
    breaker.forEachWord(text) { word in
      if UnsafeBufferPointer(rebasing: text[word]).hasPrefix(tail) {
        body(word, word.lowerBound..<text.count)
      }
    }
  }

  /// Calls `body` for every word between white space that begins with `tail`, whose first byte is
  /// `initial`. Most bytes are another, so words are looked for where it stands.
  @inline(__always)
  private static func forEachPlainWord(
    of text: UnsafeBufferPointer<UInt8>, beginningWith tail: UnsafeBufferPointer<UInt8>,
    _ initial: UInt8, _ body: (Range<Int>) -> Void
  ) {
    for start in text.indices where text[start] == initial {
      if start > 0, !Tokenizer.isSpace(text[start - 1]) { continue }
      if !UnsafeBufferPointer(rebasing: text[start...]).hasPrefix(tail) { continue }
      var end = start + tail.count
      while end < text.count, !Tokenizer.isSpace(text[end]) { end += 1 }
      body(start..<end)
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether `other` stands anywhere in these bytes.
  fileprivate func holds(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    if other.isEmpty { return true }
    if other.count > count { return false }
    for i in 0...count - other.count where self[i] == other[0] {
      if UnsafeBufferPointer(rebasing: self[i...]).hasPrefix(other) { return true }
    }
    return false
  }
}
