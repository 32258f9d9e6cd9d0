// What keys do where a query is typed: they edit it, choose among suggestions, and open the rest.

extension Prompt {
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
    case .control, .pageUp, .pageDown, .wheelUp, .wheelDown: break
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
  mutating func dropMismatches() {
    let typed = editor.characters
    suggestions.removeAll { suggestion in
      let continues = SuggestionMatch.typedCount(of: typed, in: suggestion.characters) != nil
      if continues || suggestion.match != .words { return !continues }
      return !SuggestionMatch.holdsWords(of: typed, in: suggestion.characters)
    }
  }

  mutating func acceptChoice() {
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
}
