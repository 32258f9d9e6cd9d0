// Composes the picture of a prompt:
//
//     › garden hose connector        the line; after the cursor, what the best suggestion adds
//       session ada · context “pond” · 412 µs
//       garden hose connector        suggestions; the typed part looks different
//       garden hose reel
//     ≈ gardening                    a correction of what was typed; never after the cursor
//       items
//         Garden hose, 20 m          items that the best suggestion means
//       Tab take · Enter submit      the keys that matter now
//
// The status stands above the suggestions, so that it does not jump when their number changes.
// Items have the room that the suggestions leave. A list of recorded queries takes the place of
// both; the history has its newest query at the bottom, a search its best hit at the top.
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
  /// What has just been done.
  public var notice: String?
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
  /// On a terminal with fewer rows there is no line of keys.
  static let leastHeightForKeys = 8

  /// The picture of `prompt` on a terminal of `width` by `height` cells.
  ///
  /// - Complexity: O(cells of the terminal + bytes of the texts).
  public static func frame(
    of prompt: Prompt, status: PromptStatus, width: Int, height: Int
  ) -> Frame {
    let room = max(1, width - 1)
    let (line, column) = lineRow(of: prompt, room: room)
    var rows = [line]
    for row in statusRows(of: prompt, status, room: room).prefix(max(0, height - 1)) {
      rows.append(Frame.cut(row, to: room))
    }
    let keys = height < leastHeightForKeys ? "" : KeyHelp.text(for: prompt, room: room - 2)
    let space = max(0, height - 1 - rows.count - (keys.isEmpty ? 0 : 1))
    for row in listRows(of: prompt, space: space, room: room) {
      rows.append(fitted(row, room: room))
    }
    if !keys.isEmpty { rows.append(Frame.cut([Span(indent + keys, .note)], to: room)) }
    return Frame(rows: rows, cursorColumn: column)
  }

  /// The sign before the line.
  static func sign(of prompt: Prompt) -> String {
    switch prompt.mode {
    case .searching: return "search " + sign
    case .naming: return "session " + sign
    case .completing, .history, .help: return sign
    }
  }

  /// The row that stays on the screen after a query was submitted.
  public static func submitted(_ text: String, width: Int) -> Frame {
    let row = [Span(sign, .sign), Span(VisibleText.of(text), .typed)]
    return Frame(rows: [Frame.cut(row, to: max(1, width - 1))], cursorColumn: 0)
  }

  /// The line, scrolled so that the cursor is in view, and the cursor's column.
  private static func lineRow(of prompt: Prompt, room: Int) -> (row: [Span], column: Int) {
    let isChosen = prompt.showsChoice
    let sign = sign(of: prompt)
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

  private static func statusRows(
    of prompt: Prompt, _ status: PromptStatus, room: Int
  ) -> [[Span]] {
    if let question = prompt.question {
      return [[Span("\(indent)forget “\(shortened(question))” in this session?", .warning)]]
    }
    if let problem = status.problem {
      return problemRows(VisibleText.of(problem), room: room).map { [Span(indent + $0, .warning)] }
    }
    if let notice = status.notice { return [[Span(indent + VisibleText.of(notice), .note)]] }
    var text = indent + "session " + VisibleText.of(status.session)
    switch prompt.mode {
    case .history, .searching:
      let count = prompt.entries.count
      return [[Span(text + " · " + (count == 1 ? "1 query" : "\(count) queries"), .note)]]
    case .naming, .help: return [[Span(text, .note)]]
    case .completing: break
    }
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
