// What can be wrong with a rule or with a file of rules, in messages that end with the remedy.
//
// Invariant: no message contains text of a rule. What is blocked is nobody's business, and logs
// keep messages.

public import QACBinary

/// What is wrong with one rule.
public enum BlockRuleFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The line does not begin with a kind of rule.
  case noKind
  /// The rule has no text.
  case empty
  /// The text has more than `limit` bytes.
  case tooLong(limit: Int)
  /// The text is not UTF-8.
  case notUTF8
  /// The text contains U+0000.
  case containsNUL
  /// A backslash in a pattern is not followed by `*`, `?` or a backslash.
  case badEscape
  /// The pattern has nothing but wildcards and spaces.
  case wildcardsAlone
  /// Nothing of the text is left in the normal form.
  case nothingLeft
  /// The rule has more than `limit` words.
  case tooManyWords(limit: Int)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .noKind:
      return "it does not begin with a kind of rule; write "
        + BlockRule.Kind.allCases.map { "\($0.rawValue):" }.joined(separator: ", ")
        + " and then the text, or # for a comment"
    case .empty: return "the rule has no text; add it, or remove the rule"
    case .tooLong(let limit): return "the text is longer than \(limit) bytes; shorten it"
    case .notUTF8: return "the text is not UTF-8; save it as UTF-8"
    case .containsNUL: return "the text contains U+0000; remove it"
    case .badEscape: return "a backslash in a pattern must be followed by *, ? or \\; double it"
    case .wildcardsAlone:
      return "the pattern has nothing but wildcards and would match everything; add text to it"
    case .nothingLeft:
      return "nothing of the text is left in the index's normal form; name letters or digits"
    case .tooManyWords(let limit):
      return "the rule has more than \(limit) words; shorten it, or use exact or prefix"
    }
  }
}

/// A file of rules that is refused.
public enum BlockListError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be read.
  case file(FileError)
  /// The file has more than `limit` bytes.
  case tooLarge(path: String, limit: Int)
  /// The file has more than `limit` rules.
  case tooManyRules(path: String, limit: Int)
  /// The file has more than `limit` patterns.
  case tooManyPatterns(path: String, limit: Int)
  /// A line, counted from 1, is not a rule.
  case line(Int, path: String, BlockRuleFault)

  /// One line: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .file(let error):
      return "the block list cannot be read: \(error)"
    case .tooLarge(let path, let limit):
      return "the block list \(path) is larger than \(limit) bytes; shorten it, "
        + "perhaps with prefix and word rules"
    case .tooManyRules(let path, let limit):
      return "the block list \(path) has more than \(limit) rules; shorten it, "
        + "perhaps with prefix and word rules"
    case .tooManyPatterns(let path, let limit):
      return
        "the block list \(path) has more than \(limit) patterns; "
        + "write them as word or prefix rules"
    case .line(let number, let path, let fault):
      return "line \(number) of the block list \(path): \(fault)"
    }
  }
}
