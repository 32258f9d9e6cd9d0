// Terms with their texts, to tell people which they are: an index has only their keys.
//
//     "oak lamp"  -->  oak, lamp, the pair "oak lamp", the stems oak and lamp, oak, ak_, lam, amp, ...
//
// Cost: that of `forEach`, plus an array per term.

extension ItemTerms.Kind {
  /// What it is called.
  public var name: StaticString {
    switch self {
    case .word: return "word"
    case .bigram: return "pair"
    case .trigram: return "triple"
    case .stem: return "stem"
    case .characters: return "characters"
    }
  }
}

extension ItemTerms {
  /// Calls `body` with the kind, the key, the text and the first word of every term of `text`, in
  /// the order of `forEach`.
  ///
  /// - Parameters:
  ///   - text: A normalised text, valid UTF-8, with single spaces between words.
  ///   - mostWords: How many words count.
  ///   - body: Receives each term; the text of characters has `_` for the end of a word.
  public static func forEachNamed(
    of text: UnsafeBufferPointer<UInt8>, mostWords: Int = Self.mostWords,
    _ body: (_ kind: Kind, _ key: UInt64, _ name: [UInt8], _ word: Int) -> Void
  ) {
    var words: [ArraySlice<UInt8>] = []
    let bytes = Array(text)
    Tokenizer.forEachWord(text) { words.append(bytes[$0]) }
    var (last, place) = (-1, 0)
    forEach(of: text, mostWords: mostWords) { kind, key, number in
      switch kind {
      case .word: body(kind, key, Array(words[number]), number)
      case .bigram: body(kind, key, words[number...(number + 1)].joined([0x20]), number)
      case .trigram: body(kind, key, words[number...(number + 2)].joined([0x20]), number)
      case .stem:
        let characters = String(decoding: words[number], as: UTF8.self).unicodeScalars
        body(kind, key, utf8(characters.prefix(stemLength)), number)
      case .characters:
        if number != last { (last, place) = (number, 0) }
        let characters = String(decoding: words[number], as: UTF8.self).unicodeScalars
        let own = characters.dropFirst(place).prefix(3)
        body(kind, key, utf8(own) + (own.count < 3 ? [UInt8(ascii: "_")] : []), number)
        place += 1
      }
    }
  }

  private static func utf8(_ scalars: Substring.UnicodeScalarView) -> [UInt8] {
    Array(Substring(scalars).utf8)
  }
}

extension Sequence where Element == ArraySlice<UInt8> {
  /// The elements with `separator` between them.
  fileprivate func joined(_ separator: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (i, part) in enumerated() { result += (i == 0 ? [] : separator) + part }
    return result
  }
}
