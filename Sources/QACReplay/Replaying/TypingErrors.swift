// Makes seeded typing errors in the prefixes of a replay, to measure what corrections are worth.
//
// A mistyped prefix has one error, at a random letter other than the first: the letter is dropped
// (35 %), typed twice (25 %), replaced by a key beside it (25 %), or exchanged with the next (15
// %). A letter that does not allow its error is typed twice instead: one without a known key beside
// it, and the last letter, because its loss would not show. Prefixes of one letter have no errors.
// Source: the shares follow the order that Pollock and Zamora, JASIS 1983, report for misspelt
// words (omission, insertion, substitution, transposition); all insertions are doubled letters
// here.

package import QACBinary

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
  /// - Returns: UTF-8, not empty unless `prefix` is.
  package func typed(_ prefix: ArraySlice<UInt8>, _ random: inout SplitMix64) -> ArraySlice<UInt8> {
    let isMistyped = random.unit() < rate
    var letters = Array(String(decoding: prefix, as: UTF8.self).unicodeScalars)
    if !isMistyped || letters.count < 2 { return prefix }
    let at = 1 + random.below(letters.count - 1)
    let kind = random.below(20)
    let isLast = at == letters.count - 1
    if kind < 7, !isLast {
      letters.remove(at: at)
    } else if kind >= 12, kind < 17, let key = Self.key(beside: letters[at], &random) {
      letters[at] = key
    } else if kind >= 17, !isLast, letters[at] != letters[at + 1] {
      letters.swapAt(at, at + 1)
    } else {
      letters.insert(letters[at], at: at)
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: letters)
    return Array(String(text).utf8)[...]
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
