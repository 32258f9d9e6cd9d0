// What keys do to a line that is edited alone: a search, a name, the text before a list.

extension LineEditor {
  /// Lets `key` edit the line; a key that edits nothing is ignored.
  public mutating func edit(_ key: Key) {
    switch key {
    case .text(let scalar): insert(String(Character(scalar)))
    case .paste(let text): insert(Prompt.singleLine(text))
    case .left, .control("b"): moveLeft()
    case .right, .control("f"): moveRight()
    case .home, .control("a"): moveHome()
    case .end, .control("e"): moveEnd()
    case .wordLeft: moveWordLeft()
    case .wordRight: moveWordRight()
    case .backspace: backspace()
    case .delete, .control("d"): delete()
    case .control("k"): killToEnd()
    case .control("u"): killToStart()
    case .control("w"): killWord()
    case .control("y"): yank()
    default: break
    }
  }
}
