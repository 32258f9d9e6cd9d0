// The format `aol`: AnonID, Query, QueryTime (`2006-03-01 07:17:12`, read as UTC), ItemRank,
// ClickURL, with tabs between them.

/// The columns of the log that AOL published in 2006, with or without the header line.
enum AOLFormat: LogFormatDefinition {
  static let format = LogFormat.aol
  static let expected = "AnonID, Query, QueryTime, ItemRank and ClickURL with tabs between them"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    let sureness = head.share { line in
      if isHeader(line) { return true }
      guard let columns = Columns(line), columns.count >= 3 else { return false }
      return NumberParser.date(columns[2]) != nil
    }
    guard sureness > 0 || head.isNamed else { throw LogMismatch() }
    var layout = LogLayout(format)
    layout.hasTimes = true
    layout.hasSessions = true
    return LogGuess(sureness: sureness, layout: layout, reader: LineReader(Parser()))
  }

  private static func isHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    line.starts(with: "AnonID\t".utf8)
  }

  private struct Parser: LogLineParser {
    @inline(__always)
    func parse(
      _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
      _ body: (LogEntry) throws(LogError) -> Void
    ) throws(LogError) {
      if isFirst, isHeader(line) { return try body(.empty) }
      guard let columns = Columns(line), columns.count >= 3 else {
        return try body(.bad(.columns))
      }
      // AOL writes "-" for a query that it withholds.
      if columns[1].count == 1, columns[1][0] == 0x2D { return try body(.empty) }
      guard let time = NumberParser.date(columns[2]) else { return try body(.bad(.time)) }
      if LogText.isBlank(columns[0]) { return try body(.bad(.session)) }
      try body(.record(LogRecord(key: columns[0], query: columns[1], time: time)))
    }
  }
}
