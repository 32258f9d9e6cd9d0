// Composes the picture of a prompt:
//
//     › garden hose connector        the line; after the cursor, what the best suggestion adds
//       session ada · context “pond” · 412 µs
//       garden hose connector        suggestions; the typed part looks different
//       garden hose reel
//     ≈ gardening                    a correction of what was typed; never after the cursor
//       items
//         Garden hose, 20 m          items that the best suggestion means
//
// The status stands above the suggestions, so that it does not jump when their number changes.
// Items have the room that the suggestions leave.
// Invariant: every row is narrower than the terminal by at least one cell, so that no row wraps.

/// What the status line shows.
public struct PromptStatus: Sendable, Equatable {
  /// The session's name.
  public var session: String
  /// The query submitted before this one.
  public var context: String?
  /// The time from the last key to its answer.
  public var microseconds: Int?
  /// The present problem, if there is one.
  public var problem: String?
  /// The number of submitted queries that the daemon has not confirmed yet.
  public var unrecorded = 0

  /// Makes a status of `session` with nothing else known.
  public init(session: String) {
    self.session = session
  }
}

/// Draws prompts.
public enum PromptView {
  static let sign = "› "
  static let indent = "  "
  static let marker = "▸ "
  static let correction = "≈ "
  static let itemHeading = "items"

  /// The picture of `prompt` on a terminal of `width` by `height` cells.
  ///
  /// - Complexity: O(cells of the terminal + bytes of the texts).
  public static func frame(
    of prompt: Prompt, status: PromptStatus, width: Int, height: Int
  ) -> Frame {
    let room = max(1, width - 1)
    let (line, column) = lineRow(of: prompt, room: room)
    var rows = [line]
    for row in statusRows(status, room: room).prefix(max(0, height - 1)) {
      rows.append(Frame.cut(row, to: room))
    }
    let shown = max(0, min(prompt.suggestions.count, height - 1 - rows.count))
    // A choice below the last row scrolls the list.
    let first = max(0, min((prompt.choice ?? 0) - shown + 1, prompt.suggestions.count - shown))
    for place in first..<first + shown {
      rows.append(Frame.cut(suggestionRow(of: prompt, place), to: room))
    }
    for row in itemRows(of: prompt).prefix(max(0, height - 1 - rows.count)) {
      rows.append(Frame.cut(row, to: room))
    }
    return Frame(rows: rows, cursorColumn: column)
  }

  /// A heading and the items; nothing without items.
  private static func itemRows(of prompt: Prompt) -> [[Span]] {
    if prompt.items.isEmpty { return [] }
    let heading = [Span(indent + itemHeading, .note)]
    return [heading]
      + prompt.items.map { [Span(indent + indent, .note), Span(VisibleText.of($0), .completed)] }
  }

  /// The row that stays on the screen after a query was submitted.
  public static func submitted(_ text: String, width: Int) -> Frame {
    let row = [Span(sign, .sign), Span(VisibleText.of(text), .typed)]
    return Frame(rows: [Frame.cut(row, to: max(1, width - 1))], cursorColumn: 0)
  }

  /// The line, scrolled so that the cursor is in view, and the cursor's column.
  private static func lineRow(of prompt: Prompt, room: Int) -> (row: [Span], column: Int) {
    let isChosen = prompt.choice != nil
    let characters = isChosen ? Array(prompt.shownText) : prompt.editor.characters
    let cursor = isChosen ? characters.count : prompt.editor.cursor
    let texts = characters.map { VisibleText.of($0) }
    let widths = texts.map { CellWidth.of($0) }
    // One cell is left for the cursor after the text.
    let space = max(1, room - CellWidth.of(sign) - 1)
    var start = cursor
    var before = 0
    while start > 0 && before + widths[start - 1] <= space {
      start -= 1
      before += widths[start]
    }
    var row = [Span(sign, .sign)]
    var column = CellWidth.of(sign) + before
    if start > 0 {
      // Make room for the mark that says that the line is cut.
      while start < cursor && before > space - 1 {
        before -= widths[start]
        start += 1
      }
      row.append(Span("…", .note))
      column = CellWidth.of(sign) + 1 + before
    }
    row.append(Span(texts[start...].joined(), isChosen ? .completed : .typed))
    let ghost = prompt.ghost.map { VisibleText.of($0) }.joined()
    if !ghost.isEmpty { row.append(Span(ghost, .ghost)) }
    return (Frame.cut(row, to: room), min(column, room))
  }

  private static func suggestionRow(of prompt: Prompt, _ place: Int) -> [Span] {
    let suggestion = prompt.suggestions[place]
    // If the corrections themselves proposed it, the source says so already.
    let isCorrected = suggestion.match == .corrected
    let isNamed = !isCorrected || suggestion.source == "corrected"
    let how = isNamed ? "" : ", corrected"
    let source = Span("  " + VisibleText.of(suggestion.source) + how, .note)
    if place == prompt.choice {
      return [Span(marker + VisibleText.of(suggestion.text), .chosen), source]
    }
    let characters = suggestion.characters
    let typed =
      suggestion.match == .prefix
      ? SuggestionMatch.typedCount(of: prompt.editor.characters, in: characters) ?? 0 : 0
    var row = [Span(isCorrected ? correction : indent, .note)]
    if typed > 0 {
      row.append(Span(characters[..<typed].map { VisibleText.of($0) }.joined(), .typed))
    }
    if typed < characters.count {
      row.append(Span(characters[typed...].map { VisibleText.of($0) }.joined(), .completed))
    }
    row.append(source)
    return row
  }

  private static func statusRows(_ status: PromptStatus, room: Int) -> [[Span]] {
    if let problem = status.problem {
      return problemRows(VisibleText.of(problem), room: room).map { [Span(indent + $0, .warning)] }
    }
    var text = indent + "session " + VisibleText.of(status.session)
    text += " · context " + (status.context.map { "“\(shortened($0))”" } ?? "none")
    if let microseconds = status.microseconds { text += " · " + duration(microseconds) }
    var row = [Span(text, .note)]
    if status.unrecorded > 0 {
      row.append(Span(" · \(status.unrecorded) not yet recorded", .warning))
    }
    return [row]
  }

  /// A problem in one row, or else what is wrong and the remedy in a row each.
  private static func problemRows(_ problem: String, room: Int) -> [String] {
    guard CellWidth.of(indent) + CellWidth.of(problem) > room,
      let semicolon = problem.firstIndex(of: ";")
    else { return [problem] }
    let remedy = problem[problem.index(after: semicolon)...].drop { $0 == " " }
    return [String(problem[..<semicolon]), String(remedy)]
  }

  /// The first characters of a query, because the status has only one row.
  private static func shortened(_ text: String) -> String {
    let visible = VisibleText.of(text)
    return visible.count <= 32 ? visible : visible.prefix(31) + "…"
  }

  /// A duration for people: 412 µs, 3.1 ms, 250 ms, 1.2 s.
  static func duration(_ microseconds: Int) -> String {
    func tenths(_ value: Int, _ unit: Int) -> String {
      "\(value / unit).\(value % unit * 10 / unit)"
    }
    switch microseconds {
    case ..<1000: return "\(microseconds) µs"
    case ..<10_000: return "\(tenths(microseconds, 1000)) ms"
    case ..<1_000_000: return "\(microseconds / 1000) ms"
    default: return "\(tenths(microseconds, 1_000_000)) s"
    }
  }
}
