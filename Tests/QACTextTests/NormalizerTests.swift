// The normal forms of single texts under both profiles.

import QACText
import Testing

struct NormalizerTests {
  private func search(_ text: String, as kind: Normalizer.Kind = .query) -> String {
    String(decoding: Normalizer(.search).normalize(text, as: kind), as: UTF8.self)
  }

  private func verbatim(_ text: String, as kind: Normalizer.Kind = .query) -> String {
    String(decoding: Normalizer(.verbatim).normalize(text, as: kind), as: UTF8.self)
  }

  @Test(
    arguments: [
      ("", ""),
      ("   \t\n", ""),
      ("!?", ""),
      ("  Red   RUNNING\tshoes ", "red running shoes"),
      ("don't", "don t"),
      ("c++ (2nd ed.)", "c++ 2nd ed"),
      ("AT&T", "at t"),
      ("a\0b\u{7F}c", "a b c"),
      // Case folding: sharp s, dotted and dotless i, sigmas, the Kelvin sign, Cherokee.
      ("STRASSE", "strasse"), ("Straße", "strasse"), ("STRAẞE", "strasse"),
      ("İstanbul", "i\u{307}stanbul"), ("ısı", "ısı"),
      ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"), ("οδυσσεύς", "οδυσσεύσ"), ("Σς", "σσ"),
      ("300 \u{212A}", "300 k"), ("\u{AB70}\u{13F8}", "\u{13A0}\u{13F0}"),
      // Compatibility forms.
      ("ﬁsh ２４ ①½ m²", "fish 24 11 2 m2"), ("ﾃﾚﾋﾞ", "テレビ"), ("\u{1D400}BC", "abc"),
      ("Acme™ Cola® ©1999", "acmetm cola 1999"),
      // Canonical forms: the same word composed and decomposed.
      ("cafe\u{301}", "caf\u{E9}"), ("CAFÉ", "caf\u{E9}"), ("\u{212B}", "\u{E5}"),
      ("q\u{307}\u{323}", "q\u{323}\u{307}"), ("x\u{302F}\u{F75}", "x\u{F71}\u{F74}\u{302F}"),
      ("\u{1112}\u{1161}\u{11AB}", "ㅎㅏㄴ"), ("\u{D55C}", "ㅎㅏㄴ"),
      // Scripts without case, and from right to left.
      ("東京　駅。", "東京 駅"), ("שָׁלוֹם, עולם", "שָׁלוֹם עולם"),
      ("مرحبا؟ بك", "مرحبا بك"), ("می\u{200C}روم", "میروم"), ("हिन्दी", "हिन्दी"),
      // Invisible scalars.
      ("run\u{AD}ning\u{200B}s", "runnings"), ("\u{FEFF}shoes", "shoes"),
      ("e\u{34F}\u{301}", "\u{E9}"), ("a\u{200E}b", "ab"),
      // Emoji and their joiners stay, presentation selectors are removed.
      ("🍕", "🍕"), ("pizza 🍕!", "pizza 🍕"), ("I ❤\u{FE0F} NY", "i ❤ ny"),
      ("👩\u{200D}💻", "👩\u{200D}💻"), ("👍🏽", "👍🏽"), ("🇩🇪", "🇩🇪"),
      ("👩\u{200D}\u{200D}💻", "👩\u{200D}💻"), ("👩\u{200D}x\u{200D}💻", "👩x💻"), ("🍕\u{200D}", "🍕"),
      ("★ → € ≠", ""),
    ])
  func searchForm(text: String, expected: String) {
    #expect(Array(search(text).unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test(
    arguments: [
      ("", ""), (" ", ""), ("\t\n ", ""), ("new", "new"), ("New ", "new "), ("new  \t", "new "),
      ("new-", "new "), ("-", ""), ("straße ", "strasse "), ("é\u{3000}", "é "), ("🍕 ", "🍕 "),
    ])
  func searchPrefixKeepsOneSpace(text: String, expected: String) {
    #expect(search(text, as: .prefix) == expected)
  }

  @Test(
    arguments: [
      ("", ""), ("  \t", ""), ("  git  Commit -m 'A' ", "git  Commit -m 'A' "),
      ("\u{3000}\u{A0}é", "é"), ("cafe\u{301}", "caf\u{E9}"), ("ﬁ", "ﬁ"), ("Σς", "Σς"),
      // Kept inside: line breaks, tabs and NUL.
      ("a\0b\n\tc\n", "a\0b\n\tc\n"), ("é\0\n\tc ", "é\0\n\tc "), ("\0 a", "\0 a"),
    ])
  func verbatimForm(text: String, expected: String) {
    for kind in Normalizer.Kind.allCases {
      #expect(Array(verbatim(text, as: kind).utf8) == Array(expected.utf8))
    }
  }

  @Test
  func invalidBytesAreReplaced() {
    let cases: [([UInt8], String, String)] = [
      ([0x61, 0xFF, 0x62], "a b", "a\u{FFFD}b"),
      ([0xFF], "", "\u{FFFD}"),
      ([0x61, 0xE2, 0x82], "a", "a\u{FFFD}"),
      ([0xC0, 0x80, 0x41], "a", "\u{FFFD}\u{FFFD}A"),
      ([0xED, 0xA0, 0x80, 0x41], "a", "\u{FFFD}\u{FFFD}\u{FFFD}A"),
      ([0xF4, 0x90, 0x80, 0x80], "", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    ]
    for (bytes, searched, kept) in cases {
      #expect(Normalizer(.search).normalize(bytes) == Array(searched.utf8), "\(bytes)")
      #expect(Normalizer(.verbatim).normalize(bytes) == Array(kept.utf8), "\(bytes)")
    }
  }

  @Test
  func veryLongInput() {
    // 409 words with their spaces, and three letters of the next.
    let ascii = String(repeating: "Word, ", count: 500_000)
    #expect(search(ascii) == String(String(repeating: "word ", count: 410).dropLast(2)))
    let mixed = String(repeating: "Größe ", count: 100_000)
    #expect(search(mixed, as: .prefix).hasPrefix("grösse grösse "))
    #expect(search(mixed, as: .prefix).utf8.count == Normalizer.maximumBytes)
    // One base with a great many marks: ordering them is not quadratic.
    let marks = "a" + String(repeating: "\u{300}\u{323}", count: 500_000)
    #expect(
      search(marks).unicodeScalars.elementsEqual(
        ("\u{1EA1}" + String(repeating: "\u{323}", count: 1_022)).unicodeScalars))
  }

  @Test
  func outputIsReplacedNotAppended() {
    var output = Array("left over".utf8)
    for text in ["abc", "äbc", ""] {
      for profile in NormalizationProfile.allCases {
        output.append(0x21)
        Array(text.utf8).withUnsafeBufferPointer {
          Normalizer(profile).normalize($0, as: .query, into: &output)
        }
        #expect(output == Array(text.utf8))
      }
    }
  }

  @Test
  func profilesByName() {
    for profile in NormalizationProfile.current {
      #expect(NormalizationProfile(name: profile.name) == profile)
    }
    for profile in NormalizationProfile.allCases {
      #expect(NormalizationProfile(rawValue: profile.rawValue) == profile)
    }
    #expect(NormalizationProfile(name: "Search") == nil)
    #expect(NormalizationProfile(name: "") == nil)
  }

  /// Vowels of syllables end with U+1175 (Unicode 15.0, 3.12). Foundation composes U+1176, too, so
  /// it is no oracle for that.
  @Test func onlyVowelsOfSyllablesCompose() {
    let bytes = Normalizer(.verbatim).normalize("\u{1100}\u{1176}", as: .query)
    #expect(bytes == Array("\u{1100}\u{1176}".utf8))
    let syllable = Normalizer(.verbatim).normalize("\u{1100}\u{1175}", as: .query)
    #expect(syllable == Array("\u{AE30}".utf8))
  }
}
