// Hangul as the keys that type it on the usual (two-set) keyboard, and the syllables of such keys.
//
//     관   ㄱㅗㅏㄴ        안   ㅇㅏㄴ        닭   ㄷㅏㄹㄱ
//     과   ㄱㅗㅏ          아나 ㅇㅏㄴㅏ      달기 ㄷㅏㄹㄱㅣ
//
// An input method shows a half-written syllable with every key: 과 on the way to 관, and 안 on the
// way to 아나, where the next key moves the last consonant on. Written as keys, whatever is shown on
// the way to a text is a beginning of that text. So `search` compares keys, and everything that
// rests on prefixes works for Hangul.
//
// A key is one of the compatibility jamo U+3131 to U+3163, which no normalisation composes. Compound
// vowels and double final consonants are two keys; doubled consonants such as ㄲ are one.
// Invariant: `syllables(of:)` gives back a text of modern syllables from its keys. Single jamo may
// join to syllables there, as they do while one types.
// Cost: a table look-up per jamo.
// Sources: Unicode 3.12 (Hangul syllables), KS X 5002 (the keyboard).

#if canImport(Glibc)
  import Glibc
#endif

/// The keys of Hangul.
package enum HangulKeys {
  /// The first key, ㄱ.
  private static let first: UInt32 = 0x3131
  private static let firstVowel: UInt32 = 0x314F
  private static let last: UInt32 = 0x3163

  /// The keys of each leading consonant, U+1100 to U+1112.
  private static let leads: [UInt32] = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ".unicodeScalars.map(\.value)
  /// The keys of each vowel, U+1161 to U+1175.
  private static let vowels = keys(
    "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ")
  /// The keys of each trailing consonant, U+11A8 to U+11C2.
  private static let trails = keys(
    "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ")

  private static func keys(_ list: String) -> [(UInt32, UInt32?)] {
    list.split(separator: " ").map { keys in
      let values = keys.unicodeScalars.map(\.value)
      return (values[0], values.count > 1 ? values[1] : nil)
    }
  }

  /// Whether `scalar` is a modern syllable or one of the modern jamo that compose to syllables.
  @inline(__always)
  static func isTyped(_ scalar: UInt32) -> Bool {
    if scalar < 0x1100 { return false }
    if scalar >= 0x1200 { return Hangul.isSyllable(scalar) }
    return scalar < 0x1113 || scalar &- 0x1161 < 21 || scalar &- 0x11A8 < 27
  }

  /// Calls `body` with each key that types `scalar`, for which `isTyped` holds.
  static func forEachKey(of scalar: UInt32, _ body: (UInt32) -> Void) {
    if Hangul.isSyllable(scalar) {
      Hangul.forEachPart(of: scalar) { forEachKey(of: $0, body) }
      return
    }
    if scalar < 0x1113 {
      body(leads[Int(scalar - 0x1100)])
      return
    }
    let (key, second) =
      scalar < 0x11A8 ? vowels[Int(scalar - 0x1161)] : trails[Int(scalar - 0x11A8)]
    body(key)
    if let second { body(second) }
  }

  /// Whether `text`, UTF-8, may have keys: it has the first byte of one.
  package static func mayOccur(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = text.baseAddress else { return false }
    return memchr(base, 0xE3, text.count) != nil
  }

  /// Appends `text`, a normal form, to `output` with its keys joined to syllables.
  ///
  /// - Complexity: O(`text.count`).
  package static func appendSyllables(
    of text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]
  ) {
    var i = 0
    while i < text.count {
      guard let (syllable, count) = syllable(text, i) else {
        output.append(text[i])
        i += 1
        continue
      }
      i += 3 * count
      output.append(0xE0 | UInt8(truncatingIfNeeded: syllable >> 12))
      output.append(0x80 | UInt8(truncatingIfNeeded: syllable >> 6 & 0x3F))
      output.append(0x80 | UInt8(truncatingIfNeeded: syllable & 0x3F))
    }
  }

  /// The text of a normal form with its keys joined to syllables.
  package static func syllables(of text: [UInt8]) -> [UInt8] {
    text.withUnsafeBufferPointer { text in
      if !mayOccur(in: text) { return Array(text) }
      var output: [UInt8] = []
      appendSyllables(of: text, to: &output)
      return output
    }
  }

  /// The syllable that begins with the key at byte `at`, and how many keys it has.
  private static func syllable(
    _ text: UnsafeBufferPointer<UInt8>, _ at: Int
  ) -> (scalar: UInt32, keys: Int)? {
    guard let lead = lead(key(text, at)), let key = vowel(text, at + 3) else { return nil }
    var keys = 2
    var vowel = key
    if let second = self.vowel(text, at + 6),
      let joined = vowels.firstIndex(where: { $0 == (firstVowel + key, firstVowel + second) })
    {
      vowel = UInt32(joined)
      keys = 3
    }
    let open = 0xAC00 + (lead * 21 + vowel) * 28
    let next = self.key(text, at + 3 * keys)
    // A consonant before a vowel begins the next syllable.
    guard let trail = trails.firstIndex(where: { $0 == (next, nil) }),
      self.vowel(text, at + 3 * keys + 3) == nil
    else { return (open, keys) }
    let second = self.key(text, at + 3 * keys + 3)
    if let both = trails.firstIndex(where: { $0 == (next, second) }),
      self.vowel(text, at + 3 * keys + 6) == nil
    {
      return (open + UInt32(both) + 1, keys + 2)
    }
    return (open + UInt32(trail) + 1, keys + 1)
  }

  /// The key at byte `at`, or 0.
  private static func key(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt32 {
    guard at + 3 <= text.count, text[at] == 0xE3 else { return 0 }
    let scalar = 0x3000 | UInt32(text[at + 1] & 0x3F) << 6 | UInt32(text[at + 2] & 0x3F)
    return scalar >= first && scalar <= last ? scalar : 0
  }

  /// The number of the leading consonant that `key` is, or nil.
  private static func lead(_ key: UInt32) -> UInt32? {
    leads.firstIndex(of: key).map { UInt32($0) }
  }

  /// The number of the vowel at byte `at`, or nil.
  private static func vowel(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt32? {
    let key = key(text, at)
    return key >= firstVowel ? key - firstVowel : nil
  }
}
