// Lines whose first two columns are a session and a time, and whose last is a query: what the
// formats `events` and `places` share.

/// Reads lines of session, time, perhaps a place, and query, with tabs between them.
struct TimedColumns: LogLineParser {
  /// The unit of times that are numbers.
  let unit: TimeUnit
  /// The number of columns: 3, or 4 with a place.
  let count: Int
  /// Whether a first line without a time is a header.
  let isHeader: @Sendable (UnsafeBufferPointer<UInt8>) -> Bool

  /// What `format` takes a file for of whose lines `isOwn` tells whether they are its own.
  static func guess(
    _ head: LogHead, _ format: LogFormat, count: Int,
    isHeader: @escaping @Sendable (UnsafeBufferPointer<UInt8>) -> Bool,
    _ isOwn: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(LogMismatch) -> LogGuess {
    let sureness = head.share(header: isHeader, isOwn)
    guard sureness > 0 || head.isNamed else { throw LogMismatch() }
    var layout = LogLayout(format)
    layout.unit = head.unit { line in
      Columns(line).flatMap { $0.count == count ? NumberParser.time($0[1]) : nil }
    }
    layout.hasTimes = true
    layout.hasSessions = true
    let parser = TimedColumns(unit: layout.unit, count: count, isHeader: isHeader)
    return LogGuess(sureness: sureness, layout: layout, reader: LineReader(parser))
  }

  @inline(__always)
  func parse(
    _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
    _ body: (LogEntry) throws(LogError) -> Void
  ) throws(LogError) {
    guard let columns = Columns(line), columns.count == count else {
      return try body(.bad(.columns))
    }
    switch unit.looseTime(columns[1]) {
    case .failure(let reason):
      return try body(isFirst && isHeader(line) ? .empty : .bad(reason))
    case .success(let time):
      if LogText.isBlank(columns[0]) { return try body(.bad(.session)) }
      var record = LogRecord(key: columns[0], query: columns[count - 1], time: time)
      if count == 4 { record.place = columns[2] }
      return try body(.record(record))
    }
  }
}
