// The scripts that are written without spaces between words: Han, kana, Thai, Lao and Khmer.
//
// A word never begins with a sign that belongs to what stands before it: a vowel sign, a tone mark,
// a small kana, a sign of repetition or length. Thai and Lao write some vowels before the consonant
// that is spoken first, so a word never begins right behind such a vowel either. Digits and
// punctuation of these scripts are not among their letters.
// Every letter here takes at least three bytes in UTF-8, so a text without a byte of at least 0xE0
// has none.
// Cost: a few comparisons per scalar.
// Source: Unicode 16, Blocks.txt and LineBreak.txt (classes SA, ID, CJ, NS).

/// Knows the letters of scripts without spaces.
public enum UnspacedScript {
  /// Whether `text` may hold such letters: false only if it has none.
  ///
  /// - Complexity: O(`text.count`).
  @inlinable
  public static func mayOccur(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in text where byte >= 0xE0 { return true }
    return false
  }

  /// Whether `scalar` is such a letter, or a sign on one.
  public static func contains(_ scalar: UInt32) -> Bool {
    if scalar < 0x0E01 { return false }
    switch scalar {
    case 0x0E01...0x0E3A, 0x0E40...0x0E4E,  // Thai
      0x0E81...0x0ECF, 0x0EDC...0x0EDF,  // Lao
      0x1780...0x17D3, 0x17D7, 0x17DC, 0x17DD,  // Khmer
      0x3005...0x3007, 0x3041...0x3096, 0x3099...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF,
      0x31F0...0x31FF,  // kana
      0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF:  // Han
      return true
    default: return false
    }
  }

  /// Whether `scalar` is a Han character.
  public static func isHan(_ scalar: UInt32) -> Bool {
    scalar >= 0x3400 && contains(scalar)
  }

  /// Whether a word may begin with `scalar` behind `previous`; both are letters of these scripts.
  public static func mayBegin(_ scalar: UInt32, behind previous: UInt32) -> Bool {
    switch previous {
    case 0x0E40...0x0E44, 0x0EC0...0x0EC4, 0x17D2: return false
    default: break
    }
    switch scalar {
    case 0x0E30...0x0E3A, 0x0E45...0x0E4E,  // Thai vowel signs and marks
      0x0EB0...0x0EBC, 0x0EC6...0x0ECF,  // those of Lao
      0x17B4...0x17D3, 0x17D7, 0x17DD,  // those of Khmer
      0x3005, 0x3099...0x309E, 0x30FC...0x30FE, 0x31F0...0x31FF,  // repetition, length
      0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083, 0x3085, 0x3087, 0x308E,
      0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30C3, 0x30E3, 0x30E5, 0x30E7, 0x30EE:  // small kana
      return false
    default: return true
    }
  }
}
