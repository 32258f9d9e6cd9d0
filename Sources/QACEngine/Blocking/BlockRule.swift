// One rule of a block list: what a suggestion must not be, begin with or contain, or an item that
// must not be shown.
//
// A rule is kept as it was written, and compared in an index's normal form, like queries and
// labels. In the canonical form of a pattern the byte 0xFF stands for `?` and 0xFE for `*`; neither
// occurs in UTF-8.

public import QACText

/// A text, or a set of texts, that is never suggested.
public struct BlockRule: Sendable, Hashable {
  /// How a rule's text is compared with a suggestion.
  public enum Kind: String, Sendable, CaseIterable {
    /// The whole suggestion is the text.
    case exact
    /// The suggestion begins with the text, even within a word.
    case prefix
    /// The suggestion contains the words of the text, whole and next to each other.
    case word
    /// The whole suggestion fits the text: `*` stands for any run of scalars, `?` for one scalar.
    case pattern
    /// The text is the id of an item, byte for byte; the rule blocks no suggestion.
    case item
  }

  /// The most bytes of a rule's text.
  public static let maximumBytes = 2048
  /// The most bytes of a pattern. If `?` stands between two `*`, comparing takes up to that many
  /// steps per byte of the suggestion.
  public static let maximumPatternBytes = 256
  /// The most words of a `word` rule.
  public static let maximumWords = 16
  /// The most bytes of an item's id.
  public static let maximumItemIDBytes = 256

  /// How the text is compared.
  public let kind: Kind
  /// The text as it was written, UTF-8.
  public let text: [UInt8]

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - kind: How the text is compared.
  ///   - text: UTF-8 without U+0000; in a pattern a literal `*`, `?` or backslash has a backslash
  ///     before it.
  /// - Throws: `BlockRuleFault`.
  public init(_ kind: Kind, _ text: [UInt8]) throws(BlockRuleFault) {
    let limit: Int
    switch kind {
    case .exact, .prefix, .word: limit = Self.maximumBytes
    case .pattern: limit = Self.maximumPatternBytes
    case .item: limit = Self.maximumItemIDBytes
    }
    guard text.count <= limit else { throw .tooLong(limit: limit) }
    guard !text.contains(0) else { throw .containsNUL }
    guard text.elementsEqual(String(decoding: text, as: UTF8.self).utf8) else { throw .notUTF8 }
    guard !text.allSatisfy(Tokenizer.isSpace) else { throw .empty }
    self.kind = kind
    self.text = text
    if kind == .pattern {
      let isBare = try GlobPattern.pieces(of: text).allSatisfy { piece in
        if case .text(let bytes) = piece { bytes.allSatisfy(Tokenizer.isSpace) } else { true }
      }
      if isBare { throw .wildcardsAlone }
    }
  }

  /// The rule's text as it is compared. Two rules of one kind with equal forms block the same
  /// texts.
  ///
  /// - Parameter normalizer: The normalizer of the index's profile.
  /// - Returns: UTF-8; for a pattern, with 0xFF for `?` and 0xFE for `*`; an item's id as it is.
  /// - Throws: `BlockRuleFault` if the rule can block nothing in that form.
  /// - Complexity: O(`text.count`).
  public func form(by normalizer: Normalizer) throws(BlockRuleFault) -> [UInt8] {
    if kind == .item { return text }
    if kind == .pattern { return try GlobPattern.form(of: text, by: normalizer) }
    let form = normalizer.normalize(text, as: .query)
    if form.allSatisfy(Tokenizer.isSpace) { throw .nothingLeft }
    if kind == .word {
      guard Tokenizer.words(form).count <= Self.maximumWords else {
        throw .tooManyWords(limit: Self.maximumWords)
      }
    }
    return form
  }
}
