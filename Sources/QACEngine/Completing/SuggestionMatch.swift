// How a suggestion matches what was typed: told to front ends, which show each kind in its own way.
//
// Only a suggestion that begins with what was typed may stand as text behind the cursor.

/// How a suggestion matches the prefix, both in their normal forms.
public enum SuggestionMatch: Sendable, CaseIterable {
  /// It begins with the prefix.
  case prefix
  /// It holds the words of the prefix, perhaps in another order or with others between them.
  case words
  /// It begins with the prefix once typing errors are corrected.
  case corrected
  /// It holds words that mean the same as those of the prefix.
  case synonyms
}
