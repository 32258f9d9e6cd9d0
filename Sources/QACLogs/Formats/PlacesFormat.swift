// The format `places`: session TAB time TAB place TAB query.

/// Events with a session, a time and a place.
enum PlacesFormat: LogFormatDefinition {
  static let format = LogFormat.places
  static let expected =
    "session, tab, time (unix seconds or finer, or a date), tab, place, tab, query"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    let sureness = head.share(isOwn)
    guard sureness > 0 || head.isNamed else { throw LogMismatch() }
    var layout = LogLayout(format)
    layout.unit = head.unit { line in
      Columns(line).flatMap { $0.count == 4 ? NumberParser.time($0[1]) : nil }
    }
    layout.hasTimes = true
    layout.hasSessions = true
    return LogGuess(
      sureness: sureness, layout: layout, reader: LineReader(Parser(unit: layout.unit)))
  }

  /// A line of AOL's log has its time in the third column.
  static func isOwn(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let columns = Columns(line), columns.count == 4 else { return false }
    if NumberParser.date(columns[2]) != nil { return false }
    return NumberParser.time(columns[1]) != nil || NumberParser.date(columns[1]) != nil
  }

  private struct Parser: LogLineParser {
    let unit: TimeUnit

    @inline(__always)
    func parse(
      _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
      _ body: (LogEntry) throws(LogError) -> Void
    ) throws(LogError) {
      guard let columns = Columns(line), columns.count == 4 else {
        return try body(.bad(.columns))
      }
      switch unit.looseTime(columns[1]) {
      case .failure(let reason): return try body(.bad(reason))
      case .success(let time):
        if LogText.isBlank(columns[0]) { return try body(.bad(.session)) }
        return try body(
          .record(LogRecord(key: columns[0], query: columns[3], time: time, place: columns[2])))
      }
    }
  }
}
