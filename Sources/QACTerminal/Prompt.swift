// The interactive prompt as a value: it takes keys and suggestions, and returns actions.
//
// Prompt+Completing.swift says what keys do where a query is typed; Prompt+Listing.swift and
// Prompt+Asking.swift, what they do in lists and in answer to questions.
// Invariant: `choice`, if set, is a valid index in `suggestions`, and so is `entryChoice` in
// `entries`. Every suggestion was given for the present text, or continues it, or was given as a
// match of words and holds the present words.

/// What the person sees and edits.
public struct Prompt: Sendable {
  /// What the line is for.
  public internal(set) var mode = Mode.completing
  /// The line.
  public internal(set) var editor: LineEditor
  /// The suggestions, best first.
  public internal(set) var suggestions: [Suggestion] = []
  /// The titles of the items that the best suggestion means, best first. They are shown until newer
  /// ones come, and cannot be chosen.
  public internal(set) var items: [String] = []
  /// The index of the suggestion that ↑ and ↓ chose.
  public internal(set) var choice: Int?
  /// The recorded queries of an open list, best or newest first.
  public internal(set) var entries: [Entry] = []
  /// The index of the chosen one.
  public internal(set) var entryChoice: Int?
  /// Whether the hits of the present search have not come yet.
  var awaitsHits = false
  /// Whether a key has asked to take the first of them.
  var takesFirstHit = false
  /// The query that is forgotten if the person says yes.
  public internal(set) var question: String?
  /// The query's line while another mode uses the editor.
  var savedEditor: LineEditor?
  /// What was taken into the line last.
  var taken: Taken?

  /// A line that was taken: its place from 1 and its source if it was a suggestion.
  struct Taken {
    var text: String
    var typed = ""
    var place: Int?
    var source: String?
  }

  /// Makes a prompt whose line holds `text`, with the cursor at its end.
  public init(text: String = "", maximumBytes: Int = LineEditor.defaultMaximumBytes) {
    editor = LineEditor(maximumBytes: maximumBytes)
    editor.set(Self.singleLine(text))
  }

  /// The text that the line shows: the chosen suggestion, or what was typed.
  public var shownText: String {
    if mode == .history, let entryChoice { return entries[entryChoice].text }
    return choice.map { suggestions[$0].text } ?? editor.text
  }

  /// Whether recorded queries are listed, which may be more than the terminal shows.
  public var listsEntries: Bool { mode == .history || mode == .searching }

  /// Whether the line shows something that was chosen from a list.
  public var showsChoice: Bool { choice != nil || mode == .history && entryChoice != nil }

  /// The text that the best suggestion would add after the cursor; empty if its last use failed.
  public var ghost: [Character] {
    guard mode == .completing, choice == nil, editor.isAtEnd, !editor.isEmpty,
      let best = suggestions.first, best.match == .prefix, !best.hasFailed,
      let typed = SuggestionMatch.typedCount(of: editor.characters, in: best.characters)
    else { return [] }
    return Array(best.characters[typed...])
  }

  /// What was typed of the query, in every mode.
  public var queryText: String { (savedEditor ?? editor).text }

  /// Takes the completions of `text`, and the titles of the items that the best of them means;
  /// ignores them if the line has changed since.
  public mutating func receive(
    _ suggestions: [Suggestion], items: [String] = [], for text: String
  ) {
    guard text == queryText, choice == nil else { return }
    self.suggestions = suggestions
    self.items = items
  }

  /// Removes suggestions and items, for example because the daemon is gone.
  public mutating func dropSuggestions() {
    acceptChoice()
    suggestions = []
    items = []
  }

  /// Handles a key; returns what the caller has to do besides drawing.
  public mutating func handle(_ key: Key) -> Action? {
    switch key {
    case .control("z"): return .suspend
    case .control("l"): return .clearScreen
    case .wheelUp, .wheelDown:
      // A turn that was on its way when the list was closed means nothing any more.
      if question == nil && listsEntries { scroll(key) }
      return nil
    default: break
    }
    if question != nil { return answer(key) }
    switch mode {
    case .completing: return complete(key)
    case .history: return browse(key)
    case .searching: return search(key)
    case .naming: return name(key)
    case .help:
      mode = .completing
      return nil
    }
  }

  /// A pasted text as one line: white space and control characters become spaces.
  static func singleLine(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isControl =
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        || scalar.value == 0x2028 || scalar.value == 0x2029
      if !isControl {
        line.append(scalar)
      } else if line.last != " " {
        line.append(" ")
      }
    }
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}
