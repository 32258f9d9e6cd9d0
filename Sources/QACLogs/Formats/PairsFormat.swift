// The format `pairs`: previous TAB next TAB count.

/// Queries that follow others, with counts.
enum PairsFormat: LogFormatDefinition {
  static let format = LogFormat.pairs
  static let expected = "previous query (may be empty), tab, query, tab, count"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    let sureness = head.share(header: isHeader) { line in
      guard let columns = Columns(line), columns.count == 3 else { return false }
      return NumberParser.looseCount(columns[2]) != nil && !EventsFormat.isOwn(line)
    }
    guard sureness > 0 || head.isNamed else { throw LogMismatch() }
    var layout = LogLayout(format)
    layout.hasPrevious = true
    layout.hasCounts = true
    return LogGuess(sureness: sureness, layout: layout, reader: LineReader(Parser()))
  }

  private static func isHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    UsualNames.areNamed(line, [.previous, .query, .count])
  }

  private struct Parser: LogLineParser {
    @inline(__always)
    func parse(
      _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
      _ body: (LogEntry) throws(LogError) -> Void
    ) throws(LogError) {
      guard let columns = Columns(line), columns.count == 3 else {
        return try body(.bad(.columns))
      }
      guard let count = NumberParser.looseCount(columns[2]) else {
        return try body(isFirst && isHeader(line) ? .empty : .bad(.count))
      }
      try body(.record(LogRecord(key: columns[0], query: columns[1], count: count)))
    }
  }
}
