// What can be wrong with a line of a file of synonyms, in messages that end with the remedy.

import QACIndex

/// What is wrong with a line of synonyms.
public enum SynonymFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The line is not UTF-8, or contains U+0000.
  case notText
  /// There is one text alone, and no arrow.
  case single
  /// There is more than one arrow.
  case arrows
  /// Nothing stands between two commas, or beside an arrow.
  case empty
  /// A backslash ends the line.
  case badEscape
  /// Nothing of a text is left in the normal form.
  case nothingLeft
  /// A text is too long.
  case tooLong
  /// There are too many texts.
  case tooMany

  /// The most texts on a line, or on one side of its arrow.
  static let mostTexts = SynonymsView.mostTargets

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .notText: return "it is not UTF-8, or contains U+0000; save the file as UTF-8"
    case .single: return "it has one text alone; write others behind commas, or => and a text"
    case .arrows: return "it has more than one =>; write a line for each"
    case .empty: return "a text is missing beside a comma or =>; add it, or write \\, for a comma"
    case .badEscape: return "a backslash ends it; remove it, or double it"
    case .nothingLeft:
      return "nothing of a text is left in the index's normal form; name letters or digits"
    case .tooLong:
      return "a text has more than \(SynonymsView.mostPhraseBytes) bytes or "
        + "\(SynonymsView.mostPhraseWords) words; shorten it"
    case .tooMany:
      return "it has more than \(Self.mostTexts) texts; write several lines"
    }
  }
}
