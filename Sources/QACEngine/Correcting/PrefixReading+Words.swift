// The words of a prefix, and which of them may be misspelt.
//
// Numbers, words of one letter, and words with anything but letters (or, under `search`, letters and
// digits) stay as they are; so does, in verbatim texts, whatever stands within quotes.
// Cost: O(bytes of the prefix), and a look-up per word; for a word that no label has, one pass over
// the session's queries that may have it.

import QACIndex
import QACText

extension PrefixReading {
  /// Finds the words of `prefix`; false if there are too many or none of them can be corrected.
  mutating func divide(_ prefix: UnsafeBufferPointer<UInt8>) -> Bool {
    words.removeAll(keepingCapacity: true)
    var quotes: UInt8 = 0
    var start = -1
    for at in 0...prefix.count {
      let isEnd = at == prefix.count
      if !isEnd, !Tokenizer.isSpace(prefix[at]) {
        if start < 0 { start = at }
        continue
      }
      if start < 0 { continue }
      if words.count == Self.mostWords { return false }
      let isQuoted = quotes != 0
      var isWord = at - start <= LabelWords.mostBytes
      for byte in prefix[start..<at] {
        if !Self.isLetter(byte) { isWord = isWord && !isVerbatim && Self.isDigit(byte) }
        if isVerbatim, byte == 0x22 || byte == 0x27 || byte == 0x60 {
          if quotes == 0 { quotes = byte } else if quotes == byte { quotes = 0 }
        }
      }
      words.append(
        Word(bytes: start..<at, isTail: isEnd, isPlain: isWord && !isQuoted))
      start = -1
    }
    return words.contains { $0.isPlain }
  }

  @inline(__always)
  private static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (byte | 0x20) &- 0x61 < 26
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// Looks up the weight of each word; false if too many are unknown.
  mutating func weigh(
    _ prefix: UnsafeBufferPointer<UInt8>, _ list: LabelWords, _ context: borrowing SessionContext
  ) -> Bool {
    var doubtful = 0
    for i in words.indices where words[i].isPlain {
      let bytes = words[i].bytes
      // The byte behind a finished word may be another white space than a space.
      words[i].weight =
        words[i].isTail || prefix[bytes.upperBound] == 0x20
        ? list.weight(list.range(typed(i, prefix))) : 0
      if words[i].weight == 0, Self.isOwn(prefix, bytes, words[i].isTail, context) {
        words[i].weight = list.greatestWeight
      }
      if isDoubtful(i, list) { doubtful += 1 }
    }
    return doubtful <= Self.mostSearched
  }

  /// The word, with the space behind it if it is finished.
  @inline(__always)
  func typed(
    _ i: Int, _ prefix: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    let bytes = words[i].bytes
    return UnsafeBufferPointer(
      rebasing: prefix[bytes.lowerBound..<bytes.upperBound + (words[i].isTail ? 0 : 1)])
  }

  /// Whether the word is so rare that another may be meant.
  func isDoubtful(_ i: Int, _ list: LabelWords) -> Bool {
    words[i].isPlain && words[i].bytes.count > 1
      && words[i].weight &* ReadingCosts.plausible < list.greatestWeight
  }

  /// Whether a query of the session has the word, or, if it is unfinished, one that begins with it.
  private static func isOwn(
    _ prefix: UnsafeBufferPointer<UInt8>, _ bytes: Range<Int>, _ isTail: Bool,
    _ context: borrowing SessionContext
  ) -> Bool {
    let word = UnsafeBufferPointer(rebasing: prefix[bytes])
    let beginning = TextOutline.WordBeginning(word)
    for id in context.entries.indices where context.rows[id].outline.mayHaveWord(beginning) {
      var found = false
      context.withText(of: id) { text in
        WordSuffixes.forEachWordSuffix(of: text, beginningWith: word) { own, _ in
          found = found || isTail || own.count == word.count
        }
      }
      if found { return true }
    }
    return false
  }
}
