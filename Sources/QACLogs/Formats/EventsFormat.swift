// The format `events`: session TAB time TAB query.

/// Events with a session and a time.
enum EventsFormat: LogFormatDefinition {
  static let format = LogFormat.events
  static let expected =
    "session, tab, time (unix seconds or finer, or a date), tab, query"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    let sureness = head.share(header: isHeader, isOwn)
    guard sureness > 0 || head.isNamed else { throw LogMismatch() }
    var layout = LogLayout(format)
    layout.unit = head.unit { line in
      Columns(line).flatMap { $0.count == 3 ? NumberParser.time($0[1]) : nil }
    }
    layout.hasTimes = true
    layout.hasSessions = true
    return LogGuess(
      sureness: sureness, layout: layout, reader: LineReader(Parser(unit: layout.unit)))
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

  private static func isHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    UsualNames.areNamed(line, [.session, .time, .query])
  }

  private struct Parser: LogLineParser {
    let unit: TimeUnit

    @inline(__always)
    func parse(
      _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
      _ body: (LogEntry) throws(LogError) -> Void
    ) throws(LogError) {
      guard let columns = Columns(line), columns.count == 3 else {
        return try body(.bad(.columns))
      }
      switch unit.looseTime(columns[1]) {
      case .failure(let reason):
        return try body(isFirst && isHeader(line) ? .empty : .bad(reason))
      case .success(let time):
        if LogText.isBlank(columns[0]) { return try body(.bad(.session)) }
        return try body(.record(LogRecord(key: columns[0], query: columns[2], time: time)))
      }
    }
  }
}
