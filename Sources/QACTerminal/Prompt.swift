// The interactive prompt as a value: it takes keys and suggestions, and returns actions.
//
// Keys mean something else while a list of recorded queries is open, a name is asked for, or a
// question waits: Prompt+Listing.swift and Prompt+Asking.swift.
// Invariant: `choice`, if set, is a valid index in `suggestions`, and so is `entryChoice` in
// `entries`. Every suggestion was given for the present text, or continues it, or was given as a
// match of words and holds the present words.

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
    /// When the session last used it, in words; nil if it never did, or that is not known.
    public let age: String?
    let characters: [Character]

    /// Makes a suggestion.
    public init(text: String, source: String, match: Match? = .prefix, age: String? = nil) {
      self.text = text
      self.age = age
      self.source = source
      self.match = match
      characters = Array(text)
    }
  }

  /// What the line is for.
  public enum Mode: Sendable, Equatable {
    /// A query is typed.
    case completing
    /// The session's own queries are open, newest first; the line shows the chosen one.
    case history
    /// A search among them is typed.
    case searching
    /// The name of another session is typed.
    case naming
    /// All keys are shown.
    case help
  }

  /// A query that was recorded.
  public struct Entry: Sendable, Equatable {
    /// The text as received.
    public var text: String
    /// What is known of it, in words.
    public var note: String

    /// Makes an entry.
    public init(text: String, note: String) {
      self.text = text
      self.note = note
    }
  }

  /// A query that was submitted, and how it came into the line.
  public struct Submission: Sendable, Equatable {
    /// The query.
    public var text: String
    /// What stood in the line when it was submitted, or when a suggestion was taken; nil if it came
    /// from the list of recorded queries.
    public var typed: String?
    /// The place of the suggestion that was taken, from 1; 0 if none was; nil as `typed`.
    public var taken: Int?
    /// The source of that suggestion.
    public var source: String?

    /// Makes a submission.
    public init(text: String, typed: String?, taken: Int?, source: String? = nil) {
      self.text = text
      self.typed = typed
      self.taken = taken
      self.source = source
    }
  }

  /// What the caller has to do after a key.
  public enum Action: Sendable, Equatable {
    /// Request completions, because the text changed.
    case complete
    /// Record this query, which was submitted.
    case submit(Submission)
    /// Request the session's own queries.
    case list
    /// Request those of them that this text finds.
    case search(String)
    /// Delete what was recorded of this query.
    case forget(String)
    /// Go on in the session of this name.
    case enterSession(String)
    /// Leave the program.
    case leave
    /// Stop until the shell continues the program.
    case suspend
    /// Clear the screen.
    case clearScreen
  }

  /// What the line is for.
  public internal(set) var mode = Mode.completing
  /// The line.
  public internal(set) var editor: LineEditor
  /// The suggestions, best first.
  public private(set) var suggestions: [Suggestion] = []
  /// The titles of the items that the best suggestion means, best first. They are shown until newer
  /// ones come, and cannot be chosen.
  public private(set) var items: [String] = []
  /// The index of the suggestion that ↑ and ↓ chose.
  public private(set) var choice: Int?
  /// The recorded queries of an open list, best or newest first.
  public internal(set) var entries: [Entry] = []
  /// The index of the chosen one.
  public internal(set) var entryChoice: Int?
  /// The query that is forgotten if the person says yes.
  public internal(set) var question: String?
  /// The query's line while another mode uses the editor.
  var savedEditor: LineEditor?
  /// What was taken into the line last.
  private var taken: Taken?

  /// A line that was taken: its place from 1 and its source if it was a suggestion.
  private struct Taken {
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

  /// Whether the line shows something that was chosen from a list.
  public var showsChoice: Bool { choice != nil || mode == .history && entryChoice != nil }

  /// The text that the best suggestion would add after the cursor; may be empty.
  public var ghost: [Character] {
    guard mode == .completing, choice == nil, editor.isAtEnd, !editor.isEmpty,
      let best = suggestions.first, best.match == .prefix,
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

  private var isUntouched: Bool { choice == nil && editor.isEmpty }

  /// Handles a key where a query is typed.
  mutating func complete(_ key: Key) -> Action? {
    switch key {
    case .text("?") where isUntouched: mode = .help
    case .up where isUntouched, .control("p") where isUntouched: return openHistory()
    case .control("r"): return openSearch()
    case .control("s"): openNaming()
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
      if isUntouched { return .leave }
      if let choice {
        question = suggestions[choice].text
      } else {
        return edit { $0.delete() }
      }
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
  mutating func edit(_ body: (inout LineEditor) -> Void) -> Action? {
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
    note(taking: chosen)
    choice = nil
    editor.set(suggestions[chosen].text)
  }

  private mutating func note(taking place: Int) {
    let suggestion = suggestions[place]
    taken = Taken(
      text: suggestion.text, typed: editor.text, place: place + 1, source: suggestion.source)
  }

  /// Takes a recorded query into the line, and completes that.
  mutating func take(_ entry: Entry) -> Action? {
    close()
    taken = Taken(text: entry.text)
    editor.set(entry.text)
    dropMismatches()
    return .complete
  }

  /// Puts the chosen or the best suggestion into the line.
  private mutating func take() -> Action? {
    if choice != nil { return edit { $0.moveEnd() } }
    guard let best = suggestions.first else { return nil }
    note(taking: 0)
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
    if let choice { note(taking: choice) }
    return submit(text)
  }

  /// Submits `text`, and empties the line.
  mutating func submit(_ text: String) -> Action? {
    guard text.contains(where: { !$0.isWhitespace }) else { return nil }
    var submission = Submission(text: text, typed: text, taken: 0)
    if let taken, taken.text == text {
      submission.typed = taken.place == nil ? nil : taken.typed
      submission.taken = taken.place
      submission.source = taken.source
    }
    taken = nil
    choice = nil
    suggestions = []
    items = []
    editor.set("")
    return .submit(submission)
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
