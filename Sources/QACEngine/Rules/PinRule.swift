// A pin: a text that the operator wants to stand first for a prefix.
//
// It counts for the prefix, and for every longer prefix that its text still begins with. A pin is
// kept as it was written, and compared in an index's normal form, like queries and labels.
// Invariant: under a profile under which the text does not begin with the prefix, a pin has no
// effect.

public import QACText

/// A text that stands first for a prefix.
public struct PinRule: Sendable, Hashable {
  /// The most bytes of the prefix, and of the text.
  public static let maximumBytes = 2048
  /// The most pins of a daemon.
  public static let maximumRules = 10_000
  /// The most pins that one completion shows.
  public static let mostShown = 16

  /// The prefix as it was written, UTF-8; it may be empty.
  public let prefix: [UInt8]
  /// The text as it was written, UTF-8.
  public let text: [UInt8]
  /// Unix seconds before which the pin counts; nil for ever.
  public let until: Int64?

  /// Makes a pin.
  ///
  /// - Parameters:
  ///   - prefix: UTF-8 without U+0000; it may be empty.
  ///   - text: UTF-8 without U+0000, more than white space.
  ///   - until: Unix seconds before which the pin counts; nil for ever.
  /// - Throws: `RankingRuleFault`.
  public init(
    prefix: [UInt8], text: [UInt8], until: Int64? = nil
  ) throws(RankingRuleFault) {
    for bytes in [prefix, text] {
      guard bytes.count <= Self.maximumBytes else {
        throw .text(.tooLong(limit: Self.maximumBytes))
      }
      guard !bytes.contains(0) else { throw .text(.containsNUL) }
      guard bytes.elementsEqual(String(decoding: bytes, as: UTF8.self).utf8) else {
        throw .text(.notUTF8)
      }
    }
    guard !text.allSatisfy(Tokenizer.isSpace) else { throw .text(.empty) }
    self.prefix = prefix
    self.text = text
    self.until = until
  }

  /// The prefix and the text as they are compared.
  ///
  /// - Parameter normalizer: The normalizer of the index's profile.
  /// - Returns: The normal forms; the text begins with the prefix.
  /// - Throws: `RankingRuleFault` if the pin can have no effect in that form.
  /// - Complexity: O(bytes of both).
  public func form(by normalizer: Normalizer) throws(RankingRuleFault) -> Form {
    let form = Form(
      prefix: normalizer.normalize(prefix, as: .prefix),
      text: normalizer.normalize(text, as: .query))
    if form.text.allSatisfy(Tokenizer.isSpace) { throw .text(.nothingLeft) }
    guard form.text.starts(with: form.prefix) else { throw .doesNotMatch }
    return form
  }

  /// The normal form of a pin. Two pins with equal forms are the same pin.
  public struct Form: Sendable, Hashable {
    /// The prefix.
    public let prefix: [UInt8]
    /// The text, which begins with the prefix.
    public let text: [UInt8]
  }
}
