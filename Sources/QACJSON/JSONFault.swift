// Says why a text is not JSON. A message never holds any of the text: it may be a query.

/// What is wrong with a text that is not JSON, and where.
public struct JSONFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was wrong.
  public enum Kind: Sendable, Equatable {
    /// The text ends within a value.
    case unexpectedEnd
    /// A byte that JSON does not allow at this place.
    case unexpectedByte
    /// Something follows the value.
    case trailingBytes
    /// A control character within a string, not escaped.
    case controlCharacter
    /// An escape that JSON does not have.
    case invalidEscape
    /// A string that is not UTF-8.
    case invalidUTF8
    /// A number beyond what a double holds.
    case numberOutOfRange
    /// Nesting beyond `JSONValue.maximumDepth`.
    case tooDeep
  }

  /// What was wrong.
  public let kind: Kind
  /// Where: bytes from the start of the text.
  public let offset: Int

  @usableFromInline
  init(kind: Kind, offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  /// What was wrong, where, and what to do.
  public var description: String {
    switch kind {
    case .unexpectedEnd: return "the JSON ends too early; send one whole object per line"
    case .unexpectedByte:
      return "byte \(offset) is not JSON at that place; write the line with a JSON library"
    case .trailingBytes: return "byte \(offset) follows the JSON value; end it with a newline"
    case .controlCharacter: return "byte \(offset) is a raw control character; write it as \\u00XX"
    case .invalidEscape: return "byte \(offset) is not a JSON escape; double the backslash"
    case .invalidUTF8: return "byte \(offset) is not valid UTF-8; encode strings as UTF-8"
    case .numberOutOfRange:
      return "the number at byte \(offset) is out of range; send one that fits a double"
    case .tooDeep:
      return "byte \(offset) nests deeper than \(JSONValue.maximumDepth); flatten the value"
    }
  }
}
