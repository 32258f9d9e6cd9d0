// Random queries whose beginnings overlap: ASCII, accents, CJK, right-to-left.
//
// Words are chains of few syllables, so many labels share prefixes, and some are prefixes of
// others.

public import QACBinary
public import QACText

/// Draws queries from a seeded generator.
public struct LabelGenerator {
  /// The source of randomness.
  public var random: SplitMix64

  /// Makes a generator.
  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private static let syllables = [
    "a", "b", "an", "ka", "lo", "mi", "ré", "ñu", "東", "京", "ü", "Sa", "'x", "ابن", "ß", "o-",
  ]

  /// A query of one to three words, as typed.
  public mutating func query() -> String {
    let words = (0...random.below(3)).map { _ in
      (0...random.below(4)).map { _ in Self.syllables[random.below(Self.syllables.count)] }.joined()
    }
    return words.joined(separator: " ")
  }

  /// `count` distinct normalised queries, ascending.
  public mutating func labels(
    _ count: Int, profile: NormalizationProfile = .search
  ) -> [[UInt8]] {
    let normalizer = Normalizer(profile)
    var labels: Set<[UInt8]> = []
    while labels.count < count {
      let label = normalizer.normalize(query())
      if !label.isEmpty { labels.insert(label) }
    }
    return labels.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// A prefix of some of `labels`, or nearly one, or bytes that have nothing to do with them.
  public mutating func prefix(of labels: [[UInt8]]) -> [UInt8] {
    var text = labels[random.below(labels.count)]
    text.removeLast(random.below(text.count + 1))
    switch random.below(6) {
    case 0: text += Array(Self.syllables[random.below(Self.syllables.count)].utf8)
    case 1: text.append(UInt8(truncatingIfNeeded: random.next()))
    default: break
    }
    return text
  }
}
