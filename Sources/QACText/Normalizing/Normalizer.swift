// Turns typed bytes into the form in which queries, labels and prefixes are compared.
//
//     Normalizer(.search).normalize("  Straße, 12B ")               // "strasse 12b"
//     Normalizer(.search).normalize("New-", as: .prefix)            // "new "
//     Normalizer(.verbatim).normalize("  git commit -m 'A'")        // "git commit -m 'A'"
//
// `search`, in this order:
//   1. NFKC and full case folding, until nothing changes;
//   2. default-ignorable scalars (soft hyphen, zero-width space, variation selectors) go, as in
//      the Unicode mapping NFKC_Casefold; a zero-width joiner stays between two emoji;
//   3. punctuation and symbols (general categories P*, S*), controls and separators become a space.
//      Emoji stay as they are, because a query of emoji alone would be empty without them; © and ®
//      are symbols here although Unicode also lists them as emoji;
//   4. runs of white space become one space, none is left in front. At the end a query keeps none
//      and a prefix keeps one, if anything precedes it.
// `verbatim`: NFC; white space in front goes. White space at the end, tabs, line breaks and NUL bytes
// inside stay: whoever writes text into lines has to escape it.
// A form has at most `maximumBytes` bytes, as many as a text of the protocol: one character can become
// eighteen letters. What would be longer ends with the last scalar that fits.
// Invalid UTF-8 becomes U+FFFD, one for each maximal ill-formed part; `search` treats that as the
// symbol it is and makes it a space.
//
// Invariant: the result is valid UTF-8 in NFC, and normalising it again (as the same kind) gives
// the same bytes. Of ASCII text, the normal form of a typed beginning is, but for a space at its
// end, a byte prefix of the normal form of the whole: labels are found by that.
// Cost: ASCII about a nanosecond a byte and no allocation but growth of the output; other text 3 to 50
// nanoseconds a byte, whatever it is, and a buffer or two. Sources: UAX #15 (normalisation forms), Unicode 3.13 D144-D147 and
// CaseFolding.txt status C and F (full case folding), UAX #44 (general categories).

/// Normalises UTF-8 text by one profile.
public struct Normalizer: Sendable, Equatable {
  /// What a text is, which decides what happens at its end.
  public enum Kind: Sendable, CaseIterable {
    /// A submitted query or a label: white space at the end is dropped (`search`).
    case query
    /// A text still being typed: one trailing space is kept ("new " is not "new").
    case prefix
  }

  /// The version of the normal forms: it changes whenever the normal form of any text does, under
  /// either profile.
  ///
  /// Whoever stores normal forms stores it beside them, and makes them anew where it differs.
  /// 1 is what release 0.1 made. 2 ends a form after at most `maximumBytes` bytes, and puts the marks
  /// that U+0F73, U+0F75 and U+0F81 decompose to in their order, where 1 left them behind others.
  public static let formVersion = 2

  /// The most bytes of a normal form.
  public static let maximumBytes = 2048

  /// The profile by which this normalises.
  public let profile: NormalizationProfile

  /// Makes a normaliser of `profile`.
  public init(_ profile: NormalizationProfile) {
    self.profile = profile
  }

  /// Replaces `output` by the normal form of `input`; invalid UTF-8 becomes U+FFFD.
  ///
  /// - Complexity: O(`input.count`); of ASCII input one pass over its bytes.
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
