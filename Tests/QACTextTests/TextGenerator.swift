// Random texts for property tests: ASCII, mixed scripts, and plain bytes.

import QACBinary

/// Draws texts from a seeded generator.
struct TextGenerator {
  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Up to `limit` bytes of ASCII, controls included, with white space and punctuation frequent.
  mutating func ascii(limit: Int) -> [UInt8] {
    let frequent = Array(" \t\n-.,'aAbBzZ09_/+#%".utf8)
    return (0..<random.below(limit + 1)).map { _ in
      random.below(2) == 0 ? frequent[random.below(frequent.count)] : UInt8(random.below(128))
    }
  }

  /// Up to `limit` arbitrary bytes.
  mutating func bytes(limit: Int) -> [UInt8] {
    (0..<random.below(limit + 1)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  /// Up to `limit` scalars: troublesome ones, ASCII, and any at all.
  mutating func mixed(limit: Int) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<random.below(limit + 1) {
      switch random.below(4) {
      case 0: text.append(Unicode.Scalar(UInt8(random.below(128))))
      case 1: text.append(anyScalar())
      default: text.append(Self.troublesome[random.below(Self.troublesome.count)])
      }
    }
    return String(text)
  }

  /// Up to `limit` scalars, nearly all of them marks of many combining classes, or parts of Hangul.
  mutating func marks(limit: Int) -> String {
    var text = String.UnicodeScalarView()
    let isHangul = random.below(3) == 0
    for _ in 0..<random.below(limit + 1) {
      switch random.below(40) {
      case 0: text.append(Self.troublesome[random.below(Self.troublesome.count)])
      case 1: text.append(anyScalar())
      default:
        let ranges: [ClosedRange<UInt32>] =
          isHangul
          ? [0x1100...0x1113, 0x1160...0x1176, 0x11A6...0x11C3, 0xAC00...0xAC40, 0xFFA0...0xFFDC]
          : [0x300...0x36F, 0x591...0x5BD, 0x64B...0x655, 0x302A...0x3030, 0x3099...0x309A]
        let range = ranges[random.below(ranges.count)]
        let value = range.lowerBound + UInt32(random.below(range.count))
        text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
      }
    }
    return String(text)
  }

  private mutating func anyScalar() -> Unicode.Scalar {
    let limit = random.below(2) == 0 ? 0x3000 : 0x110000
    return Unicode.Scalar(UInt32(random.below(limit))) ?? "\u{FFFD}"
  }

  /// Scalars that fold, compose, decompose, join or are removed.
  static let troublesome: [Unicode.Scalar] =
    Array(
      ("aAeEiIkKsS 1" + "ßẞıİΣσςſKÅŉǰ" + "ﬁﬃ①½²㎏ΐᾳᾼϒᏸꭰᎠ" + "éñäÖ" + "+#%.＋ㄱㄳㅏㅘ관").unicodeScalars)
    + [
      "\u{301}", "\u{308}", "\u{307}", "\u{345}", "\u{323}", "\u{338}", "\u{34F}", "\u{3099}",
      "\u{200B}", "\u{200C}", "\u{200D}", "\u{200D}", "\u{FE0F}", "\u{AD}", "\u{FEFF}", "\u{A0}",
      "\u{3000}", "\u{2028}", "\u{85}", "\u{20E3}", "\u{1F468}", "\u{1F469}", "\u{1F4BB}",
      "\u{1F3FD}", "\u{2764}", "\u{2640}", "\u{1F1E9}", "\u{1F1EA}", "\u{AE}", "\u{2122}",
      "\u{1100}", "\u{1161}", "\u{11A8}", "\u{AC00}", "\u{3B1}", "\u{5D0}", "\u{5B0}", "\u{627}",
      "\u{653}", "\u{E0067}", "\u{E007F}", "\u{FFFD}", "\u{B4}", "\u{2260}", "\u{0}", "\u{1D400}",
    ]
}
