// The interactive prompt as a value: it takes keys and suggestions, and returns actions.
//
// Invariant: `choice`, if set, is a valid index in `suggestions`. Every suggestion was given for
// the present text, or continues it, or was given as a match of words and holds the present words.

/// What the person sees and edits.
public struct Prompt: Sendable {
  /// How a suggestion matches what was typed.
  public enum Match: String, Sendable {
    /// It begins with it.
    case prefix
    /// It holds its words, in any order.
    case words
    /// It corrects a typing error.
    case corrected
    /// It holds words of the same meaning.
    case synonyms
  }

  /// A suggestion.
  public struct Suggestion: Sendable, Equatable {
    /// The text as received.
    public let text: String
    /// The source that proposed it.
    public let source: String
    /// How it matches what was typed; nil for a way that is not known here.
    public let match: Match?
    let characters: [Character]

    /// Makes a suggestion.
    public init(text: String, source: String, match: Match? = .prefix) {
      self.text = text
      self.source = source
      self.match = match
      characters = Array(text)
    }
  }

  /// What the caller has to do after a key.
  public enum Action: Sendable, Equatable {
    /// Request completions, because the text changed.
    case complete
    /// Record this query, which was submitted.
    case submit(String)
    /// Leave the program.
    case leave
    /// Stop until the shell continues the program.
    case suspend
    /// Clear the screen.
    case clearScreen
  }

  /// The line.
  public private(set) var editor: LineEditor
  /// The suggestions, best first.
  public private(set) var suggestions: [Suggestion] = []
  /// The titles of the items that the best suggestion means, best first. They are shown until newer
  /// ones come, and cannot be chosen.
  public private(set) var items: [String] = []
  /// The index of the suggestion that ↑ and ↓ chose.
  public private(set) var choice: Int?

  /// Makes a prompt whose line holds `text`, with the cursor at its end.
  public init(text: String = "", maximumBytes: Int = LineEditor.defaultMaximumBytes) {
    editor = LineEditor(maximumBytes: maximumBytes)
    editor.set(Self.singleLine(text))
  }

  /// The text that the line shows: the chosen suggestion, or what was typed.
  public var shownText: String {
    choice.map { suggestions[$0].text } ?? editor.text
  }

  /// The text that the best suggestion would add after the cursor; may be empty.
  public var ghost: [Character] {
    guard choice == nil, editor.isAtEnd, !editor.isEmpty, let best = suggestions.first,
      best.match == .prefix,
      let typed = SuggestionMatch.typedCount(of: editor.characters, in: best.characters)
    else { return [] }
    return Array(best.characters[typed...])
  }

  /// Takes the completions of `text`, and the titles of the items that the best of them means;
  /// ignores them if the line has changed since.
  public mutating func receive(
    _ suggestions: [Suggestion], items: [String] = [], for text: String
  ) {
    guard text == editor.text, choice == nil else { return }
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
    case .text(let scalar): return edit { $0.insert(String(Character(scalar))) }
    case .paste(let text): return edit { $0.insert(Self.singleLine(text)) }
    case .enter: return submit()
    case .tab: return take()
    case .right, .control("f"):
      return editor.isAtEnd || choice != nil ? take() : edit { $0.moveRight() }
    case .up, .control("p"), .backTab: choose(by: -1)
    case .down, .control("n"): choose(by: 1)
    case .escape: return escape()
    case .control("c"):
      if choice == nil && editor.isEmpty { return .leave }
      choice = nil
      return edit { $0.set("") }
    case .control("d"):
      if choice == nil && editor.isEmpty { return .leave }
      return edit { $0.delete() }
    case .control("z"): return .suspend
    case .control("l"): return .clearScreen
    case .left, .control("b"): return edit { $0.moveLeft() }
    case .home, .control("a"): return edit { $0.moveHome() }
    case .end, .control("e"):
      return editor.isAtEnd && choice == nil ? take() : edit { $0.moveEnd() }
    case .wordLeft: return edit { $0.moveWordLeft() }
    case .wordRight: return edit { $0.moveWordRight() }
    case .backspace: return edit { $0.backspace() }
    case .delete: return edit { $0.delete() }
    case .control("k"): return edit { $0.killToEnd() }
    case .control("u"): return edit { $0.killToStart() }
    case .control("w"): return edit { $0.killWord() }
    case .control("y"): return edit { $0.yank() }
    case .control, .pageUp, .pageDown: break
    }
    return nil
  }

  /// Makes the chosen suggestion, if any, the text, and edits that.
  private mutating func edit(_ body: (inout LineEditor) -> Void) -> Action? {
    let before = editor.characters
    acceptChoice()
    body(&editor)
    if editor.characters == before { return nil }
    dropMismatches()
    return .complete
  }

  /// Until the new suggestions arrive, only old ones that complete the new text stay, and matches
  /// of words that hold the new words: ↓ and Tab must not take what no longer belongs there.
  private mutating func dropMismatches() {
    let typed = editor.characters
    suggestions.removeAll { suggestion in
      let continues = SuggestionMatch.typedCount(of: typed, in: suggestion.characters) != nil
      if continues || suggestion.match != .words { return !continues }
      return !SuggestionMatch.holdsWords(of: typed, in: suggestion.characters)
    }
  }

  private mutating func acceptChoice() {
    guard let chosen = choice else { return }
    choice = nil
    editor.set(suggestions[chosen].text)
  }

  /// Puts the chosen or the best suggestion into the line.
  private mutating func take() -> Action? {
    if choice != nil { return edit { $0.moveEnd() } }
    guard let best = suggestions.first else { return nil }
    return edit { $0.set(best.text) }
  }

  /// Moves the choice; the typed text stands above the first suggestion.
  private mutating func choose(by step: Int) {
    guard !suggestions.isEmpty else { return }
    let places = suggestions.count + 1
    let place = ((choice.map { $0 + 1 } ?? 0) + step + places) % places
    choice = place == 0 ? nil : place - 1
  }

  private mutating func escape() -> Action? {
    if choice != nil {
      choice = nil
      return nil
    }
    return edit { $0.set("") }
  }

  private mutating func submit() -> Action? {
    let text = shownText
    guard text.contains(where: { !$0.isWhitespace }) else { return nil }
    choice = nil
    suggestions = []
    items = []
    editor.set("")
    return .submit(text)
  }

  /// A pasted text as one line: white space and control characters become spaces.
  private static func singleLine(_ text: String) -> String {
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
