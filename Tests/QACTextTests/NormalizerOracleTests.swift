// The normaliser against the plain one: every scalar, alone and among others, random texts, and
// texts with forms that are longer than the bound.

import QACBinary
import QACTestSupport
import QACText
import Testing

/// A text for which the two make different forms.
private struct Differs: Error {
  let profile: NormalizationProfile
  let kind: Normalizer.Kind
  let input: [UInt8]
  let form: [UInt8]
  let plain: [UInt8]
}

struct NormalizerOracleTests {
  private func check(_ text: String) throws { try check(Array(text.utf8)) }

  private func check(
    _ input: [UInt8], as kinds: [Normalizer.Kind] = Normalizer.Kind.allCases
  ) throws {
    for profile in NormalizationProfile.allCases {
      for kind in kinds {
        let form = Normalizer(profile).normalize(input, as: kind)
        let plain = PlainNormalizer.bounded(
          PlainNormalizer.form(of: input, as: kind, profile), as: kind, profile)
        if form != plain {
          throw Differs(profile: profile, kind: kind, input: input, form: form, plain: plain)
        }
        if Normalizer(profile).normalize(form, as: kind) != form {
          throw Differs(profile: profile, kind: kind, input: form, form: [], plain: form)
        }
      }
    }
  }

  /// Of ideographs, syllables and unassigned scalars only some, except in release builds.
  private func isTried(_ value: UInt32) -> Bool {
    #if DEBUG
      switch value {
      case 0x3400..<0x4D00, 0x4E00..<0xA000, 0xAC00..<0xD700, 0xE000..<0xF900, 0x1_7000..<0x1_8D00,
        0x2_0000..<0x2_F800, 0x2_FA20...0x10_FFFF:
        return value % 61 == 0
      default: return true
      }
    #else
      return true
    #endif
  }

  @Test(arguments: 0..<4) func everyScalarIsWhatTheLibraryMakesOfIt(part: UInt32) throws {
    for value in UInt32(0)...0x10FFFF where value % 4 == part && isTried(value) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      try check(Array("\(scalar)".utf8), as: [.prefix])
      // Between letters and marks, where more can compose, be reordered or fold.
      try check(Array("E\u{323}\(scalar)\u{345}\u{301}k".utf8), as: [.query])
    }
  }

  @Test func mixedTextsAreWhatTheLibraryMakesOfThem() throws {
    try withEvery("seed", in: UInt64(0)..<3_000) { seed in
      var generator = TextGenerator(seed: seed)
      try check(generator.mixed(limit: 24))
      try check(generator.bytes(limit: 24))
      try check(generator.marks(limit: 40))
    }
  }

  /// Texts of several pieces, some of which end at the bound.
  @Test func longTextsAreWhatTheLibraryMakesOfThem() throws {
    try withEvery("seed", in: UInt64(0)..<60) { seed in
      var generator = TextGenerator(seed: seed)
      try check(generator.mixed(limit: 900))
      try check(generator.marks(limit: 1_200))
      try check(generator.bytes(limit: 2_600))
      try check(generator.ascii(limit: 5_000))
    }
  }

  @Test(arguments: [
    "\u{FDFA}", "\u{3316}", "\u{33FF}", "\u{1F82}", "\u{344}", "\u{1D160}", "ß", "\u{958}", "ｱ",
    "\u{1112}\u{1161}\u{11AB}", "a\u{300}\u{323}", "👩\u{200D}", "👩\u{200D}💻", "\u{300}\u{323}",
    "\u{1E9E}\u{AD}", "½", "x ", "x-", "A\u{FF}", "\u{ABC}",
  ])
  func formsEndAtTheBound(part: String) throws {
    for lead in ["", "a", "bc", " d", "é", "\u{300}"] {
      for count in [300, 1_024, 2_049] {
        try check(lead + String(repeating: part, count: count))
      }
    }
  }

  @Test func theBoundIsInReach() {
    let whole = String(repeating: "a", count: Normalizer.maximumBytes)
    for profile in NormalizationProfile.allCases {
      let normalizer = Normalizer(profile)
      #expect(normalizer.normalize(whole + "b") == Array(whole.utf8))
      #expect(normalizer.normalize(whole + "é") == Array(whole.utf8))
      #expect(normalizer.normalize(String(whole.dropLast() + "é")) == Array(whole.utf8.dropLast()))
      #expect(normalizer.normalize(whole + " ", as: .prefix) == Array(whole.utf8))
    }
    let space = String(whole.dropLast() + " b")
    #expect(Normalizer(.search).normalize(space) == Array(whole.utf8.dropLast()))
    let typed = Normalizer(.search).normalize(space, as: .prefix)
    #expect(typed == Array((whole.dropLast() + " ").utf8))
  }
}
