// One line of an answer, with what the measures of lists need to know of it.
//
// Cost: a copy of its text.

import QACEngine

/// One line of an answer.
public struct SuggestedLine: Sendable, Equatable {
  /// The normalised text.
  public var text: [UInt8]
  /// Whether the source that it is shown with composes.
  public var isComposed: Bool
  /// Whether it begins with what was typed.
  public var isPrefixMatch: Bool

  /// Makes a line.
  public init(text: [UInt8], isComposed: Bool = false, isPrefixMatch: Bool = true) {
    self.text = text
    self.isComposed = isComposed
    self.isPrefixMatch = isPrefixMatch
  }
}

extension CompletionScratch {
  /// The lines of the last completion, best first.
  var lines: [SuggestedLine] {
    (0..<count).map { i in
      SuggestedLine(
        text: normalizedText(i), isComposed: source(i).composes,
        isPrefixMatch: match(i) == .prefix)
    }
  }
}
