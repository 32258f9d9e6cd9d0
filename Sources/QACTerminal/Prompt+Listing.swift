// Recorded queries in the prompt: the history that ↑ opens on an empty line, and the search.
//
// The history is drawn with the newest query at the bottom, so that ↑ goes up to older ones. A
// search lists the best hits first.

extension Prompt {
  /// How far a page goes.
  private static let page = 10

  /// Opens the history; its entries come later.
  mutating func openHistory() -> Action? {
    mode = .history
    entries = []
    entryChoice = nil
    return .list
  }

  /// Opens the search with an empty line; the query's line waits.
  mutating func openSearch() -> Action? {
    if savedEditor == nil { savedEditor = editor }
    mode = .searching
    entries = []
    editor.set("")
    return searchAgain()
  }

  /// Asks for what the present words find. Until it comes, nothing is chosen: a key must not take
  /// what other words have found.
  private mutating func searchAgain() -> Action? {
    entryChoice = nil
    awaitsHits = true
    takesFirstHit = false
    return .search(editor.text)
  }

  /// Goes back to the query's line.
  mutating func close() {
    mode = .completing
    awaitsHits = false
    takesFirstHit = false
    entries = []
    entryChoice = nil
    if let saved = savedEditor { editor = saved }
    savedEditor = nil
  }

  /// Takes the entries of the open list, those that `search` finds or, with nil, of the history;
  /// ignores them if that is not open any more.
  ///
  /// - Parameters:
  ///   - entries: The entries, best or newest first.
  ///   - search: What was searched; nil for the history.
  /// - Returns: What the caller has to do, if a key has asked to take the first of them before.
  @discardableResult
  public mutating func receive(_ entries: [Entry], search: String?) -> Action? {
    guard search == nil ? mode == .history : mode == .searching && search == editor.text else {
      return nil
    }
    self.entries = entries
    entryChoice = entries.isEmpty ? nil : min(entryChoice ?? 0, entries.count - 1)
    awaitsHits = false
    return takesFirstHit ? takeFound() : nil
  }

  /// Takes a query out of the lists: it was forgotten.
  public mutating func remove(_ text: String) {
    entries.removeAll { $0.text == text }
    entryChoice = entries.isEmpty ? nil : entryChoice.map { min($0, entries.count - 1) }
  }

  /// Handles a key while the history is open.
  mutating func browse(_ key: Key) -> Action? {
    switch key {
    case .up, .control("p"): move(by: 1)
    case .pageUp: move(by: Self.page)
    case .down, .control("n"):
      if entryChoice ?? 0 == 0 { close() } else { move(by: -1) }
    case .pageDown: move(by: -Self.page)
    case .control("r"): return openSearch()
    case .control("d"): question = entryChoice.map { entries[$0].text }
    case .escape, .control("c"), .control("g"): close()
    case .enter:
      guard let entryChoice else {
        close()
        return nil
      }
      let entry = entries[entryChoice]
      _ = take(entry)
      return submit(entry.text)
    case .tab, .right, .end, .control("f"), .control("e"):
      guard let entryChoice else { return nil }
      return take(entries[entryChoice])
    default:
      // As with a chosen suggestion, typing goes on from it.
      guard let entryChoice else {
        close()
        return complete(key)
      }
      let change = take(entries[entryChoice])
      return complete(key) ?? change
    }
    return nil
  }

  /// Handles a key while a search is typed.
  mutating func search(_ key: Key) -> Action? {
    switch key {
    case .up, .control("p"), .backTab: move(by: -1)
    case .down, .control("n"), .control("r"): move(by: 1)
    case .pageUp: move(by: -Self.page)
    case .pageDown: move(by: Self.page)
    case .escape, .control("c"), .control("g"): close()
    case .enter, .tab: return takeFound()
    case .right where editor.isAtEnd, .end where editor.isAtEnd: return takeFound()
    case .control("d") where entryChoice != nil && editor.isAtEnd:
      question = entryChoice.map { entries[$0].text }
    default:
      let before = editor.characters
      editor.edit(key)
      if editor.characters != before { return searchAgain() }
    }
    return nil
  }

  private mutating func takeFound() -> Action? {
    takesFirstHit = awaitsHits
    guard let entryChoice else { return nil }
    return take(entries[entryChoice])
  }

  /// Lets the wheel move the choice up or down on the screen. It closes no list.
  mutating func scroll(_ key: Key) {
    move(by: (key == .wheelUp) == (mode == .history) ? 1 : -1)
  }

  private mutating func move(by step: Int) {
    guard let place = entryChoice else { return }
    entryChoice = max(0, min(place + step, entries.count - 1))
  }
}
