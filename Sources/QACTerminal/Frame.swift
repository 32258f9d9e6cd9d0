// A picture of some rows: spans of visible text with a style, without escape sequences.
//
// Invariant: the text of spans is visible (`VisibleText`), so only the renderer sends commands to
// the terminal.

/// What a piece of text is; the renderer decides how that looks.
public enum Style: Sendable, Equatable, CaseIterable {
  /// Text that was typed.
  case typed
  /// Text that a suggestion adds.
  case completed
  /// Text that the best suggestion would add after the cursor.
  case ghost
  /// The prompt's sign.
  case sign
  /// The chosen suggestion.
  case chosen
  /// Facts about the session and notes beside suggestions.
  case note
  /// A problem.
  case warning
}

/// A piece of a row.
public struct Span: Sendable, Equatable {
  /// Visible text.
  public var text: String
  /// What it is.
  public var style: Style

  /// Makes a span of visible text.
  public init(_ text: String, _ style: Style) {
    self.text = text
    self.style = style
  }
}

/// The rows from the prompt's row downwards, and the cursor's place in the first.
public struct Frame: Sendable, Equatable {
  /// The rows.
  public var rows: [[Span]]
  /// The cursor's column in the first row, from 0.
  public var cursorColumn: Int

  /// Makes a frame.
  public init(rows: [[Span]], cursorColumn: Int) {
    self.rows = rows
    self.cursorColumn = cursorColumn
  }

  /// The row, cut to `width` cells; a row that was cut ends in "…".
  public static func cut(_ row: [Span], to width: Int) -> [Span] {
    if row.reduce(0, { $0 + CellWidth.of($1.text) }) <= width { return row }
    var left = width - 1
    var cut: [Span] = []
    for span in row {
      var text = ""
      for character in span.text {
        let cells = CellWidth.of(character)
        if cells > left {
          cut.append(Span(text + "…", span.style))
          return width > 0 ? cut : []
        }
        left -= cells
        text.append(character)
      }
      cut.append(Span(text, span.style))
    }
    return cut
  }
}
