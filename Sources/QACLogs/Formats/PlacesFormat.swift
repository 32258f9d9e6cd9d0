// The format `places`: session TAB time TAB place TAB query.

/// Events with a session, a time and a place.
enum PlacesFormat: LogFormatDefinition {
  static let format = LogFormat.places
  static let expected =
    "session, tab, time (unix seconds or finer, or a date), tab, place, tab, query"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    try TimedColumns.guess(head, format, count: 4, isHeader: { _ in false }, isOwn)
  }

  /// A line of AOL's log has its time in the third column.
  static func isOwn(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let columns = Columns(line), columns.count == 4 else { return false }
    if NumberParser.date(columns[2]) != nil { return false }
    return NumberParser.time(columns[1]) != nil || NumberParser.date(columns[1]) != nil
  }
}
