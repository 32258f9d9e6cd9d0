// Makes seeded typing errors in the prefixes of a replay, to measure what corrections are worth.
//
// A mistyped prefix has one error, anywhere. In 10 % two words are typed as one and in 5 % one word
// is torn into two, if the prefix allows it. Otherwise one letter is hit, each with the same
// probability, the first ones of words too: it is dropped (35 %), typed twice (25 %), replaced by a
// key beside it (25 %), or exchanged with the next letter of its word (15 %). A letter that does
// not allow its error is typed twice instead. A letter without a known key beside it is not
// replaced. The last letter of a word, and one like the next, is not exchanged. The last letter of
// the prefix is not dropped, because its loss would not show; nor is a letter that is a whole word,
// or one of two. A prefix of fewer than two letters has no error.
//
// Invariant: an error changes the prefix, puts no space in front of it or beside another one, and
// depends on the prefix and the generator alone.
// Sources: the shares of the letters' errors follow the order that Pollock and Zamora, JASIS 1983,
// report for misspelt words (omission, insertion, substitution, transposition); all insertions are
// doubled letters here. Kukich, ACM Computing Surveys 1992, reports that 15 % of the errors in
// typed text are at the boundaries of words, most of them words run together.

package import QACBinary

/// A kind of typing error.
public enum TypingError: String, Sendable, CaseIterable {
  /// A letter is missing.
  case dropped
  /// A letter is typed twice.
  case doubled
  /// A key beside the right one is hit.
  case beside
  /// Two neighbouring letters are exchanged.
  case exchanged
  /// Any of these at the first letter of a word.
  case firstLetter
  /// Two words are typed as one.
  case joined
  /// One word is typed as two.
  case torn
}

/// Mistypes prefixes.
public struct TypingErrors: Sendable, Equatable {
  /// The share of prefixes with an error, 0 to 1.
  public var rate: Double

  /// The keys beside each letter a to z on a QWERTY keyboard.
  private static let beside: [StaticString] = [
    "qwsz", "vghn", "xdfv", "serfcx", "wsdr", "drtgvc", "ftyhbv", "gyujnb", "ujko", "huikmn",
    "jiolm", "kop", "njk", "bhjm", "iklp", "ol", "wa", "edft", "awedxz", "rfgy", "yhji", "cfgb",
    "qase", "zsdc", "tghu", "asx",
  ]

  /// Makes errors in `rate` of the prefixes.
  public init(rate: Double) { self.rate = rate }

  /// `prefix` as it is typed: with an error with probability `rate`.
  ///
  /// - Parameters:
  ///   - prefix: Normalised UTF-8.
  ///   - random: The generator of random numbers.
  /// - Returns: UTF-8, not empty unless `prefix` is, and the kind of its error, nil if it has none.
  package func typed(
    _ prefix: ArraySlice<UInt8>, _ random: inout SplitMix64
  ) -> (prefix: ArraySlice<UInt8>, error: TypingError?) {
    let isMistyped = random.unit() < rate
    var typing = Typing(prefix)
    guard isMistyped, typing.letters.count >= 2 else { return (prefix, nil) }
    let kind = random.below(100)
    let error =
      (kind < 10 ? typing.join(&random) : kind < 15 ? typing.tear(&random) : nil)
      ?? typing.hitLetter(&random)
    return (typing.utf8, error)
  }

  /// A prefix in which an error is made.
  private struct Typing {
    private var scalars: [Unicode.Scalar]
    /// The places in `scalars` of everything but spaces.
    let letters: [Int]

    init(_ prefix: ArraySlice<UInt8>) {
      scalars = Array(String(decoding: prefix, as: UTF8.self).unicodeScalars)
      letters = scalars.indices.filter { [scalars] in scalars[$0] != " " }
    }

    var utf8: ArraySlice<UInt8> {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      return Array(String(text).utf8)[...]
    }

    private func isLetter(_ i: Int) -> Bool { scalars.indices.contains(i) && scalars[i] != " " }

    /// Takes out a space between two letters; nil if there is none.
    mutating func join(_ random: inout SplitMix64) -> TypingError? {
      let spaces = scalars.indices.filter {
        !isLetter($0) && isLetter($0 - 1) && isLetter($0 + 1)
      }
      if spaces.isEmpty { return nil }
      scalars.remove(at: spaces[random.below(spaces.count)])
      return .joined
    }

    /// Puts a space between two letters of a word; nil if no word has two.
    mutating func tear(_ random: inout SplitMix64) -> TypingError? {
      let places = letters.filter { isLetter($0 - 1) }
      if places.isEmpty { return nil }
      scalars.insert(" ", at: places[random.below(places.count)])
      return .torn
    }

    /// Mistypes a letter.
    mutating func hitLetter(_ random: inout SplitMix64) -> TypingError {
      let at = letters[random.below(letters.count)]
      let isFirst = !isLetter(at - 1)
      let hasNext = isLetter(at + 1)
      let kind = random.below(20)
      var error = TypingError.doubled
      let mayDrop = letters.count > 2 && at < scalars.count - 1 && (!isFirst || hasNext)
      if kind < 7, mayDrop {
        error = .dropped
        scalars.remove(at: at)
      } else if kind >= 12, kind < 17, let key = TypingErrors.key(beside: scalars[at], &random) {
        error = .beside
        scalars[at] = key
      } else if kind >= 17, hasNext, scalars[at] != scalars[at + 1] {
        error = .exchanged
        scalars.swapAt(at, at + 1)
      } else {
        scalars.insert(scalars[at], at: at)
      }
      return isFirst ? .firstLetter : error
    }
  }

  private static func key(
    beside letter: Unicode.Scalar, _ random: inout SplitMix64
  ) -> Unicode.Scalar? {
    guard letter.value &- 0x61 < 26 else { return nil }
    return beside[Int(letter.value - 0x61)].withUTF8Buffer {
      Unicode.Scalar($0[random.below($0.count)])
    }
  }
}
