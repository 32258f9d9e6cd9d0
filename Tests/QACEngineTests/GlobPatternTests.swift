// Patterns against a matcher that tries everything, and in the normal form of each profile.

import QACBinary
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct GlobPatternTests {
  private static func form(
    _ pattern: String, _ profile: NormalizationProfile = .search
  ) throws -> [UInt8] {
    try GlobPattern.form(of: Array(pattern.utf8), by: Normalizer(profile))
  }

  private static func matches(
    _ pattern: String, _ text: String, _ profile: NormalizationProfile = .search
  ) throws -> Bool {
    let form = try form(pattern, profile)
    let text = Normalizer(profile).normalize(text)
    var steps = 0
    let fits = text.withUnsafeBufferPointer { GlobPattern(form: form).matches($0, steps: &steps) }
    #expect(fits == PlainGlob(form: form).matches(text), "\(pattern) on \(text)")
    return fits
  }

  /// Whether `text` fits, scalar by scalar, by all ways of cutting it.
  private static func fits(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool
  {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      return (text.startIndex...text.endIndex).contains { fits(pattern.dropFirst(), text[$0...]) }
    }
    guard let next = text.first, first == "?" || first == next else { return false }
    return fits(pattern.dropFirst(), text.dropFirst())
  }

  @Test(arguments: 0..<20) func everyPatternFitsWhatTryingAllWaysFits(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    // Scalars of one to four bytes.
    let letters: [Character] = ["a", "b", "é", "東", "🦊"]
    var hits = 0
    for _ in 0..<500 {
      let kinds: [Character] = letters.prefix(1 + random.below(5)) + ["*", "?", "*"]
      let pattern = (0..<random.below(9)).map { _ in kinds[random.below(kinds.count)] }
      let text = (0..<random.below(12)).map { _ in letters[random.below(1 + random.below(5))] }
      guard pattern.contains(where: letters.contains) else { continue }
      let expected = Self.fits(pattern[...], text[...])
      if expected { hits += 1 }
      #expect(
        try Self.matches(String(pattern), String(text), .verbatim) == expected,
        "seed \(seed): \(String(pattern)) on \(String(text))")
    }
    #expect(hits > 20, "seed \(seed): \(hits) texts fit")
  }

  @Test(arguments: [
    ("*badword*", "a BADWORD here", true), ("*badword*", "badwords", true),
    ("* badword *", "a badword here", true), ("* badword *", "badword", false),
    ("free*money", "Free: all the money!", true), ("free*money", "free money now", false),
    ("new *", "new york", true), ("new *", "newton", false), ("new *", "new", false),
    ("b?d", "bad", true), ("b?d", "b d", true), ("b?d", "büd", true), ("b?d", "bd", false),
    ("*c++*", "c++ course", true), ("*ß*", "STRASSE", true), ("a*a", "a", false),
    ("*a-b*", "x a/b y", true),
  ])
  func patternsAreComparedInTheNormalForm(pattern: String, text: String, fits: Bool) throws {
    #expect(try Self.matches(pattern, text) == fits)
  }

  @Test func escapesMakeWildcardsLiteral() throws {
    #expect(try Self.matches("rm -rf \\*", "rm -rf *", .verbatim))
    #expect(try !Self.matches("rm -rf \\*", "rm -rf x", .verbatim))
    #expect(try Self.matches("*\\\\n*", "echo a\\nb", .verbatim))
    #expect(try Self.matches("wh\\?", "wh?", .verbatim))
    #expect(try !Self.matches("wh\\?", "who", .verbatim))
    for pattern in ["a\\", "\\a", "\\ *"] {
      #expect(throws: BlockRuleFault.badEscape) { try Self.form(pattern) }
    }
  }

  /// A matcher that tries all ways would not finish these.
  @Test func hostilePatternsEnd() throws {
    let text = String(repeating: "a", count: 2048)
    for pattern in [
      String(repeating: "*a", count: 127) + "*b", String(repeating: "a*", count: 120) + "b",
      String(repeating: "?*", count: 126) + "b", "*" + String(repeating: "?a", count: 120) + "b*",
    ] {
      #expect(try !Self.matches(pattern, text, .verbatim))
    }
  }

  /// Nobody asks about bytes that are not UTF-8; still, they are not read beyond their end.
  @Test func anyBytesAreReadWithinTheirBounds() throws {
    var random = SplitMix64(seed: 7)
    for _ in 0..<2000 {
      let text = (0..<random.below(8)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      for pattern in ["*?é?*", "?*é", "é??", "*\u{10FFFF}*?"] {
        let glob = GlobPattern(form: try Self.form(pattern, .verbatim))
        var steps = 0
        _ = text.withUnsafeBufferPointer { glob.matches($0, steps: &steps) }
      }
    }
  }
}
