// The format `queries`: query TAB count.

/// Queries with counts.
enum QueriesFormat: LogFormatDefinition {
  static let format = LogFormat.queries
  static let expected = "query, tab, how often it was asked"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    let sureness = head.share(header: isHeader) { line in
      guard let columns = Columns(line), columns.count == 2 else { return false }
      return NumberParser.count(columns[1]) != nil
    }
    guard sureness > 0 || head.isNamed else { throw LogMismatch() }
    var layout = LogLayout(format)
    layout.hasCounts = true
    return LogGuess(sureness: sureness, layout: layout, reader: LineReader(Parser()))
  }

  private static func isHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    UsualNames.areNamed(line, [.query, .count])
  }

  private struct Parser: LogLineParser {
    @inline(__always)
    func parse(
      _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
      _ body: (LogEntry) throws(LogError) -> Void
    ) throws(LogError) {
      guard let columns = Columns(line), columns.count == 2 else {
        return try body(.bad(.columns))
      }
      guard let count = NumberParser.count(columns[1]) else {
        return try body(isFirst && isHeader(line) ? .empty : .bad(.count))
      }
      let none = UnsafeBufferPointer(rebasing: line[..<0])
      try body(.record(LogRecord(key: none, query: columns[0], count: count)))
    }
  }
}
