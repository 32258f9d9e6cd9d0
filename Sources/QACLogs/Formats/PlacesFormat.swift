// The format `places`: session TAB time TAB place TAB query.

/// Events with a session, a time and a place.
enum PlacesFormat: LogFormatDefinition {
  static let format = LogFormat.places
  static let expected = "session, tab, time, tab, place, tab, query"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    let sureness = head.share { time($0) != nil }
    guard sureness > 0 || head.isNamed else { throw LogMismatch() }
    var layout = LogLayout(format)
    layout.unit = head.unit(time)
    layout.hasTimes = true
    layout.hasSessions = true
    return LogGuess(
      sureness: sureness, layout: layout, reader: LineReader(Parser(unit: layout.unit)))
  }

  private static func time(_ line: UnsafeBufferPointer<UInt8>) -> Int64? {
    // A date there is the third column of AOL's log.
    guard let columns = Columns(line), columns.count == 4, NumberParser.date(columns[2]) == nil
    else { return nil }
    return NumberParser.time(columns[1])
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
      switch unit.time(columns[1]) {
      case .failure(let reason): return try body(.bad(reason))
      case .success(let time):
        if LogText.isBlank(columns[0]) { return try body(.bad(.session)) }
        var record = LogRecord(key: columns[0], query: columns[3], time: time)
        record.place = columns[2]
        try body(.record(record))
      }
    }
  }
}
