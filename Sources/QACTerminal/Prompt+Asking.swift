// What the prompt asks the person: whether a query shall be forgotten, and for the name of a
// session.

extension Prompt {
  /// Handles the key that answers the question: y, and everything else means no.
  mutating func answer(_ key: Key) -> Action? {
    guard let text = question else { return nil }
    question = nil
    switch key {
    case .text("y"), .text("Y"): return .forget(text)
    default: return nil
    }
  }

  /// Asks for the name of another session; the query's line waits.
  mutating func openNaming() {
    savedEditor = editor
    mode = .naming
    editor.set("")
  }

  /// Handles a key while the name is typed.
  mutating func name(_ key: Key) -> Action? {
    switch key {
    case .escape, .control("c"), .control("g"): close()
    case .enter:
      let name = editor.text
      close()
      return name.isEmpty ? nil : .enterSession(name)
    default: editor.edit(key)
    }
    return nil
  }
}
