// How many terminal cells a text takes: 0, 1 or 2 per grapheme, as terminals draw them.
//
// Sources: Unicode Standard Annex 11 (East_Asian_Width W and F: the table below, blocks rounded to
// what is assigned or reserved in them) and UTS 51 (Emoji_Presentation, from the standard library).
// Ambiguous width counts as 1, as in UTF-8 terminals outside East Asian locales.
// Cost: one comparison for ASCII, else a binary search in some 50 ranges.

import QACBinary

/// The width of text in cells.
public enum CellWidth {
  /// The width of a grapheme: the sum over its scalars, except that an emoji sequence takes 2.
  public static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    var sum = 0
    var isPicture = false
    for scalar in scalars {
      sum += of(scalar)
      // Variation selector 16 and zero-width joiner; flags are pairs of regional indicators.
      if scalar.value == 0xFE0F || scalar.value == 0x200D || scalar.properties.isEmojiModifier
        || (0x1F1E6...0x1F1FF).contains(scalar.value)
      {
        isPicture = true
      }
    }
    return isPicture ? min(sum, 2) == 0 ? 0 : 2 : sum
  }

  /// The width of a text.
  public static func of(_ text: String) -> Int {
    text.reduce(0) { $0 + of($1) }
  }

  /// The width of a scalar on its own; 0 for combining marks and format characters.
  public static func of(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1 }
    // Hangul vowels and final consonants join the syllable before them.
    if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if isWide(value) || scalar.properties.isEmojiPresentation { return 2 }
    return 1
  }

  private static func isWide(_ value: UInt32) -> Bool {
    let low = wide.indices.partitioningIndex { wide[$0].upperBound >= value }
    return low < wide.count && wide[low].contains(value)
  }

  /// The wide and fullwidth ranges that are not emoji, in order.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x2E99,
    0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x2FF0...0x303E, 0x3041...0x3096, 0x3099...0x30FF,
    0x3105...0x312F, 0x3131...0x318E, 0x3190...0x31E5, 0x31EF...0x321E, 0x3220...0x3247,
    0x3250...0xA48C, 0xA490...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE10...0xFE19, 0xFE30...0xFE52, 0xFE54...0xFE66, 0xFE68...0xFE6B, 0xFF01...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x16FE4, 0x16FF0...0x16FF1, 0x17000...0x187F7, 0x18800...0x18CD5,
    0x18CFF...0x18D08, 0x1AFF0...0x1AFFE, 0x1B000...0x1B122, 0x1B132...0x1B132, 0x1B150...0x1B152,
    0x1B155...0x1B155, 0x1B164...0x1B167, 0x1B170...0x1B2FB, 0x1D300...0x1D356, 0x1D360...0x1D376,
    0x1F200...0x1F202, 0x1F210...0x1F23B, 0x1F240...0x1F248, 0x1F250...0x1F251, 0x20000...0x2FFFD,
    0x30000...0x3FFFD,
  ]
}
