// The format `lines`: one query per line.
//
// Every text has lines, so this format takes a file only if all of its first lines are text without
// tabs and control characters, and only if no other format takes it.

/// A list of queries without counts; a query that stands there twice counts twice.
enum PlainLinesFormat: LogFormatDefinition {
  static let format = LogFormat.lines
  static let expected = "one query per line"
  /// Below the sureness of any format that knows at least one of the examined lines.
  private static let sureness = 0.5 / Double(LogHead.examinedLines)

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    guard head.isNamed || !head.lines.isEmpty && head.lines.allSatisfy(isQuery) else {
      throw LogMismatch()
    }
    if !head.isNamed, !head.columns.byRole.isEmpty || CSVFormat.looksLikeTable(head) {
      throw LogMismatch()
    }
    return LogGuess(sureness: sureness, layout: LogLayout(format), reader: reader)
  }

  static var reader: some LogStreamReader { LineReader(Parser()) }

  /// Whether `line` names the one column of a list.
  private static func isHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    ["query", "queries", "keyword", "keywords", "searchterm", "searchterms", "searchquery"]
      .contains(line.count > 64 ? "" : UsualNames.key(of: line))
  }

  private static func isQuery(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    let first = line.first { $0 != 0x20 }
    // Markup and JSON are no queries.
    if first == 0x3C || first == 0x7B || first == 0x5B { return false }
    return !line.contains { $0 < 0x20 || $0 == 0x7F }
  }

  private struct Parser: LogLineParser {
    @inline(__always)
    func parse(
      _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
      _ body: (LogEntry) throws(LogError) -> Void
    ) throws(LogError) {
      // A tab would be a column of another format.
      if line.contains(0x09) { return try body(.bad(.columns)) }
      if isFirst, PlainLinesFormat.isHeader(line) { return try body(.empty) }
      try body(.record(LogRecord(key: .init(rebasing: line[..<0]), query: line)))
    }
  }
}
