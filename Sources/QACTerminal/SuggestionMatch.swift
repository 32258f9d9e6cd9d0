// Finds which part of a suggestion was typed and which part was completed, and whether it holds the
// typed words in any order.
//
// The daemon matches normalised text, but a terminal shows the texts as typed. This compares them
// grapheme by grapheme, ignores case, and treats a run of white space as one.

/// Compares a typed text with a suggestion.
public enum SuggestionMatch {
  /// How many graphemes of `suggestion` were typed; nil if it does not begin with `typed`.
  public static func typedCount(of typed: [Character], in suggestion: [Character]) -> Int? {
    var i = 0
    var j = 0
    while i < typed.count && typed[i].isWhitespace { i += 1 }
    while i < typed.count {
      if typed[i].isWhitespace {
        while i < typed.count && typed[i].isWhitespace { i += 1 }
        guard j < suggestion.count, suggestion[j].isWhitespace else { return nil }
        while j < suggestion.count && suggestion[j].isWhitespace { j += 1 }
      } else {
        guard j < suggestion.count, isSame(typed[i], suggestion[j]) else { return nil }
        i += 1
        j += 1
      }
    }
    return j
  }

  /// Whether each word of `typed` begins a word of `suggestion`, in any order, each another one.
  ///
  /// - Complexity: O(words of both x graphemes of a word).
  public static func holdsWords(of typed: [Character], in suggestion: [Character]) -> Bool {
    var words = suggestion.split(whereSeparator: \.isWhitespace)
    // A longer word has fewer words to begin: it takes its own first.
    for word in typed.split(whereSeparator: \.isWhitespace).sorted(by: { $0.count > $1.count }) {
      let found = words.firstIndex { $0.starts(with: word, by: { isSame($1, $0) }) }
      guard let found else { return false }
      words.remove(at: found)
    }
    return true
  }

  private static func isSame(_ a: Character, _ b: Character) -> Bool {
    a == b || a.lowercased() == b.lowercased()
  }
}
