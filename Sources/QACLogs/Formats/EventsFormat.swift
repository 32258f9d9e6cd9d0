// The format `events`: session TAB time TAB query.

/// Events with a session and a time.
enum EventsFormat: LogFormatDefinition {
  static let format = LogFormat.events
  static let expected =
    "session, tab, time (unix seconds or finer, or a date), tab, query"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    try TimedColumns.guess(head, format, count: 3, isHeader: isHeader, isOwn)
  }

  static func isOwn(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let columns = Columns(line), columns.count == 3 else { return false }
    let time = NumberParser.time(columns[1])
    guard NumberParser.count(columns[2]) != nil else {
      // A date there is the third column of AOL's log.
      if NumberParser.date(columns[2]) != nil { return false }
      return time != nil || NumberParser.date(columns[1]) != nil
    }
    // Both columns are numbers: one that could be a time since 1973 is taken for a time.
    return (time ?? 0) >= 100_000_000 || NumberParser.date(columns[1]) != nil
  }

  @Sendable private static func isHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    UsualNames.areNamed(line, [.session, .time, .query])
  }
}
