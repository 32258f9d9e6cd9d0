// The keys in words: the line at the bottom, and the list of all of them.

/// Says what the keys do.
enum KeyHelp {
  /// The keys that matter most in a mode, the most important first.
  static func line(for prompt: Prompt) -> [String] {
    if prompt.question != nil { return ["y forget", "any other key: keep"] }
    switch prompt.mode {
    case .completing where prompt.choice != nil:
      return ["Enter submit", "Tab edit", "Ctrl-D forget", "Esc undo"]
    case .completing where prompt.editor.isEmpty:
      return [
        "? all keys", "↑ history", "↓ choose", "Ctrl-R search", "Ctrl-S session", "Ctrl-D leave",
      ]
    case .completing:
      return ["Tab take", "Enter submit", "↑↓ choose", "Esc clear", "Ctrl-R search"]
    case .history: return ["↑↓ choose", "Enter submit", "Tab edit", "Ctrl-D forget", "Esc back"]
    case .searching: return ["↑↓ choose", "Enter take", "Ctrl-D forget", "Esc back"]
    case .naming: return ["Enter go there", "Esc back"]
    case .help: return ["any key: back"]
    }
  }

  /// As many of the line's keys as fit into `room` cells.
  static func text(for prompt: Prompt, room: Int) -> String {
    var text = ""
    for part in line(for: prompt) {
      let longer = text.isEmpty ? part : text + " · " + part
      if CellWidth.of(longer) > room { break }
      text = longer
    }
    return text
  }

  /// All keys, and what they do.
  static let all: [(keys: String, meaning: String)] = [
    ("Enter", "submit the line"),
    ("Tab, →, End", "take the best suggestion, or the chosen one, to edit it"),
    ("↑ ↓, Ctrl-P Ctrl-N", "choose; ↑ on an empty line opens your history"),
    ("Ctrl-R", "search in your history: words in any order"),
    ("mouse wheel", "choose in your history and in the search"),
    ("Ctrl-D", "forget the choice; delete; leave on an empty line"),
    ("Ctrl-S", "go on in another session"),
    ("Esc", "undo the choice, clear the line, or go back"),
    ("← →, Home End", "move; also Ctrl-B Ctrl-F, Ctrl-A Ctrl-E"),
    ("Alt-B Alt-F", "move by words; also Ctrl-← and Ctrl-→"),
    ("Ctrl-W", "delete the word before the cursor"),
    ("Ctrl-U Ctrl-K", "delete to the start, to the end; Ctrl-Y: undo"),
    ("Ctrl-L", "clear the screen"), ("Ctrl-Z", "stop; fg goes on"),
    ("Ctrl-C", "clear the line; leave if it is empty"),
  ]
}
