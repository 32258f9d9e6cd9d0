// Decides which spellings of a text may be shown to people who did not write it.
//
// A spelling may differ from the normal form by anything that the normal form drops. That is mostly
// case and punctuation, but it can also be an escape sequence for a terminal, or a mark that
// reverses the order of the line around it. So under `search` a spelling with controls or bidi
// controls is not fit, and its normal form, which holds neither, is shown. Under `verbatim` these
// bytes are part of the text (the newline of a command, for example), and the front end escapes
// them.
//
// Cost: every byte is looked at once.
// Source: Unicode 15, general category Cc and Zl, Zp; UAX #9, table 1 (bidi formatting characters).

/// Texts as they are shown.
public enum DisplayText {
  /// How `form`, a normal form, is shown where no spelling of its text may be: Hangul in syllables.
  ///
  /// - Complexity: O(`form.count`).
  public static func shown(form: [UInt8], profile: NormalizationProfile) -> [UInt8] {
    profile == .search ? HangulKeys.syllables(of: form) : form
  }

  /// Whether `text`, UTF-8, may be shown under `profile` to people who did not write it.
  ///
  /// - Complexity: O(`text.count`).
  public static func isFit(
    _ text: UnsafeBufferPointer<UInt8>, profile: NormalizationProfile
  ) -> Bool {
    if profile == .verbatim { return true }
    for i in text.indices {
      let byte = text[i]
      // Most bytes are visible ASCII.
      if byte &- 0x20 < 0x5F { continue }
      switch byte {
      case ..<0x20, 0x7F:
        return false
      case 0xC2:
        // U+0080 to U+009F.
        if i + 1 < text.count, text[i + 1] < 0xA0 { return false }
      case 0xD8:
        // U+061C, the Arabic letter mark.
        if i + 1 < text.count, text[i + 1] == 0x9C { return false }
      case 0xE2:
        guard i + 2 < text.count else { continue }
        switch (text[i + 1], text[i + 2]) {
        case (0x80, 0x8E...0x8F), (0x80, 0xA8...0xAE), (0x81, 0xA6...0xA9):
          // U+200E, U+200F; U+2028 to U+202E; U+2066 to U+2069.
          return false
        default: continue
        }
      default: continue
      }
    }
    return true
  }
}
