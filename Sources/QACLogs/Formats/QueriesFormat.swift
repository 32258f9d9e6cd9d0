// The format `queries`: query TAB count.
//
// Two or more spaces before the count separate as a tab does, and `uniq -c` writes the count first:
//
//     red shoes    12
//          12 red shoes

/// Queries with counts.
enum QueriesFormat: LogFormatDefinition {
  static let format = LogFormat.queries
  static let expected =
    "query, tab or several spaces, how often it was asked; or as uniq -c writes it"

  /// How a line is cut.
  private enum Style: CaseIterable { case tab, spaces, countFirst }

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    var layout = LogLayout(format)
    layout.hasCounts = true
    var best = (share: 0.0, style: Style.tab)
    for style in Style.allCases {
      let share = head.share(header: { isHeader($0, style) }) { line in
        cut(line, style).map { NumberParser.looseCount($0.count) != nil } ?? false
      }
      // Single lines that end or begin with a number are queries.
      if share > best.share, style == .tab || share > 0.9 { best = (share, style) }
    }
    // Words and numbers are no columns if nothing is aligned.
    if best.style == .countFirst, !head.lines.contains(where: { $0.first == 0x20 }) {
      best = (0, .tab)
    }
    guard best.share > 0 || head.isNamed else { throw LogMismatch() }
    return LogGuess(
      sureness: best.share, layout: layout,
      detail: best.style == .tab
        ? "" : best.style == .spaces ? "spaces before the count" : "the count first",
      reader: LineReader(Parser(style: best.style)))
  }

  @inline(__always)
  private static func cut(
    _ line: UnsafeBufferPointer<UInt8>, _ style: Style
  ) -> (query: UnsafeBufferPointer<UInt8>, count: UnsafeBufferPointer<UInt8>)? {
    if style == .tab {
      guard let columns = Columns(line), columns.count == 2 else { return nil }
      return (columns[0], columns[1])
    }
    return cutAtSpaces(line, style)
  }

  private static func cutAtSpaces(
    _ line: UnsafeBufferPointer<UInt8>, _ style: Style
  ) -> (query: UnsafeBufferPointer<UInt8>, count: UnsafeBufferPointer<UInt8>)? {
    if line.contains(0x09) { return nil }
    if style == .spaces {
      guard let end = line.lastIndex(of: 0x20), end > 1, line[end - 1] == 0x20 else { return nil }
      return (
        LogText.trimmed(.init(rebasing: line[..<end])), .init(rebasing: line[(end + 1)...])
      )
    }
    let text = LogText.trimmed(line)
    guard let end = text.firstIndex(of: 0x20) else { return nil }
    return (.init(rebasing: text[(end + 1)...]), .init(rebasing: text[..<end]))
  }

  private static func isHeader(_ line: UnsafeBufferPointer<UInt8>, _ style: Style) -> Bool {
    guard let (query, count) = cut(line, style) else { return false }
    return UsualNames.meaning(of: query)?.role == .query
      && UsualNames.meaning(of: count)?.role == .count
  }

  private struct Parser: LogLineParser {
    let style: Style

    @inline(__always)
    func parse(
      _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
      _ body: (LogEntry) throws(LogError) -> Void
    ) throws(LogError) {
      guard let columns = cut(line, style) else { return try body(.bad(.columns)) }
      guard let count = NumberParser.looseCount(columns.count) else {
        return try body(isFirst && isHeader(line, style) ? .empty : .bad(.count))
      }
      let none = UnsafeBufferPointer(rebasing: line[..<0])
      try body(.record(LogRecord(key: none, query: columns.query, count: count)))
    }
  }
}
