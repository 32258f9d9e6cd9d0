// The picture of a list at a shell's prompt:
//
//     search › git st
//       git status                        3 days ago · ~/src
//       git stash pop               failed · yesterday · here
//
// Invariant: every row is narrower than the terminal by at least one cell. Of the notes, the last
// ones go first when there is no room; the text keeps at least half of the row.

import QACTerminal

enum PickView {
  /// The rows.
  ///
  /// - Parameters:
  ///   - title: What the list is.
  ///   - editor: The line.
  ///   - lines: The list.
  ///   - choice: The chosen line, from 0; nil for none.
  ///   - message: A row below the list; nil for none.
  ///   - size: Of the terminal, in cells.
  /// - Returns: The picture.
  static func frame(
    title: String, editor: LineEditor, lines: [FoundLine], choice: Int?, message: Span?,
    size: (width: Int, height: Int)
  ) -> Frame {
    let width = max(4, size.width - 1)
    let sign = width > 30 ? "\(title) › " : "› "
    let before = VisibleText.of(String(editor.characters[..<editor.cursor]))
    let typed = VisibleText.of(editor.text)
    var rows = [Frame.cut([Span(sign, .sign), Span(typed, .typed)], to: width)]
    let room = max(1, size.height - (message == nil ? 1 : 2))
    for (i, line) in lines.prefix(room).enumerated() {
      rows.append(row(line, isChosen: i == choice, width: width))
    }
    if let message { rows.append(Frame.cut([message], to: width)) }
    return Frame(
      rows: rows,
      cursorColumn: min(CellWidth.of(sign) + CellWidth.of(before), width))
  }

  private static func row(_ line: FoundLine, isChosen: Bool, width: Int) -> [Span] {
    let text = shown(line.text)
    let needed = min(CellWidth.of(text) + 2, width - width / 2)
    var notes = line.notes
    while !notes.isEmpty, CellWidth.of(note(notes)) + 2 + needed > width { notes.removeLast() }
    let note = note(notes)
    let room = width - (note.isEmpty ? 0 : CellWidth.of(note) + 2)
    var spans = Frame.cut([Span("  " + text, isChosen ? .chosen : .completed)], to: room)
    if !note.isEmpty {
      let used = spans.reduce(0) { $0 + CellWidth.of($1.text) }
      spans.append(Span(String(repeating: " ", count: width - used - CellWidth.of(note)), .note))
      spans.append(Span(note, .note))
    }
    return spans
  }

  private static func note(_ notes: [String]) -> String { notes.joined(separator: " · ") }

  /// A text as one line of visible characters.
  static func shown(_ text: [UInt8]) -> String {
    VisibleText.of(
      String(decoding: text, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false
      ).joined(separator: " ↵ "))
  }
}
