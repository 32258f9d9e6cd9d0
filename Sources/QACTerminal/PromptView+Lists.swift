// The rows below the status: suggestions and items, recorded queries, or all keys.

extension PromptView {
  /// A row of a list in `room` cells: the note at its end is shown as a whole or not at all.
  static func fitted(_ row: [Span], room: Int) -> [Span] {
    let isWide = row.reduce(0) { $0 + CellWidth.of($1.text) } > room
    let isNoted = row.count > 1 && row.last?.style == .note
    return Frame.cut(isWide && isNoted ? Array(row.dropLast()) : row, to: room)
  }

  /// At most `space` rows of what the mode lists.
  static func listRows(of prompt: Prompt, space: Int, room: Int) -> [[Span]] {
    switch prompt.mode {
    case .completing:
      let shown = window(prompt.suggestions.count, space: space, choice: prompt.choice ?? 0)
      let rows = shown.map { suggestionRow(of: prompt, $0) }
      return rows + itemRows(of: prompt).prefix(space - rows.count)
    case .history:
      let shown = window(prompt.entries.count, space: space, choice: prompt.entryChoice ?? 0)
      return shown.reversed().map { entryRow(of: prompt, $0) }
    case .searching:
      let shown = window(prompt.entries.count, space: space, choice: prompt.entryChoice ?? 0)
      return shown.map { entryRow(of: prompt, $0) }
    case .naming: return []
    case .help: return helpRows(room: room).prefix(space).map { $0 }
    }
  }

  /// The keys in a column of their own, if there is room for it.
  private static func helpRows(room: Int) -> [[Span]] {
    let widest = KeyHelp.all.map { CellWidth.of($0.keys) }.max() ?? 0
    return KeyHelp.all.map { line in
      let padding = room < 3 * widest ? 1 : widest - CellWidth.of(line.keys) + 2
      let keys = indent + line.keys + String(repeating: " ", count: padding)
      return Frame.cut([Span(keys, .completed), Span(line.meaning, .note)], to: room)
    }
  }

  /// The places of a list of `count` that fit into `space` rows: a choice below them scrolls it.
  private static func window(_ count: Int, space: Int, choice: Int) -> Range<Int> {
    let shown = max(0, min(count, space))
    let first = max(0, min(choice - shown + 1, count - shown))
    return first..<first + shown
  }

  private static func entryRow(of prompt: Prompt, _ place: Int) -> [Span] {
    let entry = prompt.entries[place]
    let note = Span(entry.note.isEmpty ? "" : "  " + VisibleText.of(entry.note), .note)
    let text = VisibleText.of(entry.text)
    return place == prompt.entryChoice
      ? [Span(marker + text, .chosen), note] : [Span(indent + text, .completed), note]
  }

  /// A heading and the items; nothing without items.
  private static func itemRows(of prompt: Prompt) -> [[Span]] {
    if prompt.items.isEmpty { return [] }
    let heading = [Span(indent + itemHeading, .note)]
    return [heading]
      + prompt.items.map { [Span(indent + indent, .note), Span(VisibleText.of($0), .completed)] }
  }

  private static func suggestionRow(of prompt: Prompt, _ place: Int) -> [Span] {
    let suggestion = prompt.suggestions[place]
    // If the corrections themselves proposed it, the source says so already.
    let isCorrected = suggestion.match == .corrected
    let isNamed = !isCorrected || suggestion.source == "corrected"
    let how = isNamed ? "" : ", corrected"
    let age = suggestion.age.map { ", " + VisibleText.of($0) } ?? ""
    let end = suggestion.hasFailed ? ", failed" : ""
    let source = Span(
      "  " + VisibleText.of(SourceName.text(suggestion.source)) + how + age + end, .note)
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
}
