// Turns typed bytes into the form in which queries, labels and prefixes are compared.
//
//     Normalizer(.search).normalize("  Straße, 12B ")               // "strasse 12b"
//     Normalizer(.search).normalize("New-", as: .prefix)            // "new "
//     Normalizer(.verbatim).normalize("  git commit -m 'A'")        // "git commit -m 'A'"
//
// `search`, in this order:
//   1. NFKC and full case folding, until nothing changes;
//   2. default-ignorable scalars (soft hyphen, zero-width space, variation selectors) are removed,
//      as in the Unicode mapping NFKC_Casefold; a zero-width joiner stays between two emoji;
//   3. punctuation and symbols (general categories P*, S*), controls and separators become a space.
//      Emoji stay, because a query of emoji alone would be empty without them; © and ® count as
//      symbols, although Unicode also lists them as emoji. The symbols of `c++`, `c#`, `10%` and
//      `.net` stay, because they tell words apart (`WordSymbols`);
//   4. Hangul is written as the keys that type it (`HangulKeys`);
//   5. a run of white space becomes one space, and none is left in front. At the end a query keeps
//      none, and a prefix keeps one if anything precedes it.
// `plainSearch`: the same without symbols and keys, for index files that were made so.
// `verbatim`: NFC, without white space in front. White space at the end, tabs, line breaks and NUL
// bytes inside stay, so a program that writes such text into lines has to escape it.
// A form has at most `maximumBytes` bytes, as many as a text of the protocol; a bound is needed
// because one character can become eighteen letters. A longer form ends with the last scalar that
// fits.
// Invalid UTF-8 becomes U+FFFD, one for each maximal ill-formed part. That is a symbol, so `search`
// makes it a space.
//
// Invariant: the result is valid UTF-8 in NFC, and normalising it again (as the same kind) gives
// the same bytes. The normal form of the beginning of an ASCII text is, except for a space at its
// end, a byte prefix of the normal form of the whole text; labels are found by this property. The
// exception is a `+` or `#` at the end of what was typed where a letter follows it in the text.
// Cost: about a nanosecond per byte of ASCII and no allocation except the growth of the output; 3
// to 50 nanoseconds per byte of any other text, and a few buffers.
// Sources: UAX #15 (normalisation forms), Unicode 3.13 D144-D147 and CaseFolding.txt status C and F
// (full case folding), UAX #44 (general categories).

/// Normalises UTF-8 text by one profile.
public struct Normalizer: Sendable, Equatable {
  /// The kind of a text, which decides what happens at its end.
  public enum Kind: Sendable, CaseIterable {
    /// A submitted query or a label: white space at the end is dropped (`search`).
    case query
    /// A text still being typed: one trailing space is kept ("new " is not "new").
    case prefix
  }

  /// The version of the normal forms. It changes whenever the normal form of any text changes,
  /// under either profile.
  ///
  /// A program that stores normal forms stores this version beside them, and makes the forms again
  /// if it differs. 1 is what release 0.1 made. 2 ends a form after at most `maximumBytes` bytes,
  /// and puts the marks that U+0F73, U+0F75 and U+0F81 decompose to in their order; 1 left them
  /// behind others. 3 keeps some symbols under `search`, and writes Hangul as keys.
  public static let formVersion = 3

  /// The greatest length of a normal form in bytes.
  public static let maximumBytes = 2048

  /// The profile that this normaliser follows.
  public let profile: NormalizationProfile

  /// Makes a normaliser of `profile`.
  public init(_ profile: NormalizationProfile) {
    self.profile = profile
  }

  /// Replaces `output` by the normal form of `input`; invalid UTF-8 becomes U+FFFD.
  ///
  /// - Complexity: O(`input.count`); one pass over the bytes of ASCII input.
  public func normalize(
    _ input: UnsafeBufferPointer<UInt8>, as kind: Kind, into output: inout [UInt8]
  ) {
    if !normalizeASCII(input, as: kind, into: &output) {
      normalizeUnicode(input, as: kind, into: &output)
    }
  }

  /// The normal form of `text`.
  public func normalize(_ text: String, as kind: Kind = .query) -> [UInt8] {
    var output: [UInt8] = []
    var text = text
    text.withUTF8 { normalize($0, as: kind, into: &output) }
    return output
  }

  /// The normal form of the UTF-8 bytes `input`.
  public func normalize(_ input: [UInt8], as kind: Kind = .query) -> [UInt8] {
    var output: [UInt8] = []
    input.withUnsafeBufferPointer { normalize($0, as: kind, into: &output) }
    return output
  }
}
