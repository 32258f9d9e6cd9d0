// What `qac-cli doctor` finds: each with its remedy.

import QACProtocol
import QACTerminal

/// Something that was looked at.
struct Finding {
  /// How it is.
  enum State: String {
    /// As it should be.
    case ok
    /// Somebody may have wanted it so, and it works.
    case note
    /// Something does not work.
    case wrong
  }

  /// What was looked at, in a word.
  let name: String
  let state: State
  /// What was found.
  let message: String
  /// A command, or what to do; nil if there is nothing to do.
  var remedy: String?

  /// The width of the names' column.
  private static let nameWidth = 12

  /// The finding as lines of text.
  var text: String {
    let room = String(repeating: " ", count: max(1, Self.nameWidth - name.count))
    var text = Self.padded(state.rawValue) + name + room + VisibleText.of(message) + "\n"
    if let remedy {
      text +=
        Self.padded("") + String(repeating: " ", count: Self.nameWidth) + "→ "
        + VisibleText.of(remedy) + "\n"
    }
    return text
  }

  private static func padded(_ word: String) -> String {
    word + String(repeating: " ", count: 7 - word.count)
  }

  /// The finding as an object.
  var json: JSONValue {
    .object(
      [
        .init("name", .text(name)), .init("state", .text(state.rawValue)),
        .init("message", .text(message)),
      ] + (remedy.map { [.init("remedy", .text($0))] } ?? []))
  }
}
