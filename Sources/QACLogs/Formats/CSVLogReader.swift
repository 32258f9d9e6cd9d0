// Reads the records of a CSV file whose columns are known.

/// A reader of tables. A file that ends within quotes is an error, because all of its rows after the
/// opening quote would be lost.
struct CSVLogReader: LogStreamReader {
  private var feeder: CSVFeeder
  private let path: String
  private let columns: CSVColumns
  private let unit: TimeUnit
  private let style: NumberStyle
  private let isTimed: Bool
  private var left: Int

  init(
    _ table: CSVTable, _ columns: CSVColumns, path: String, unit: TimeUnit, style: NumberStyle
  ) {
    self.path = path
    feeder = CSVFeeder(
      maximumLength: LogReader.maximumLineLength, separator: table.separator,
      hasQuotes: table.hasQuotes)
    self.columns = columns
    self.unit = unit
    self.style = style
    isTimed = columns.time != nil
    left = columns.skipped
  }

  var completeBytes: Int64? { feeder.completeBytes }

  mutating func skipBeginning() { left = 0 }

  mutating func read(
    _ piece: UnsafeBufferPointer<UInt8>, _ body: Body
  ) throws(LogError) {
    var feeder = self.feeder
    // The copy has the buffers for itself.
    self.feeder = CSVFeeder(maximumLength: 0)
    try feeder.feed(piece) { (record) throws(LogError) in try take(record, body) }
    self.feeder = feeder
  }

  mutating func finish(_ body: Body) throws(LogError) {
    if let line = feeder.openQuote { throw .openQuote(path: path, line: line) }
    var feeder = self.feeder
    try feeder.finish { (record) throws(LogError) in try take(record, body) }
  }

  private mutating func take(_ record: CSVRecord, _ body: Body) throws(LogError) {
    if record.isEmpty { return try body(.empty, record.lineCount) }
    if left > 0 {
      left -= 1
      return try body(.empty, record.lineCount)
    }
    switch record.fault {
    case .columns: return try body(.bad(.columns), record.lineCount)
    case .length: return try body(.bad(.length), record.lineCount)
    case .quote: return try body(.bad(.quote), record.lineCount)
    case nil: break
    }
    // A row of separators only, as spreadsheets leave behind.
    if record.bytes.isEmpty { return try body(.empty, record.lineCount) }
    if record.count != columns.count { return try body(.bad(.columns), record.lineCount) }
    try record.bytes.withUnsafeBufferPointer { (bytes) throws(LogError) in
      try body(entry(record, bytes), record.lineCount)
    }
  }

  @inline(__always)
  private func entry(_ record: CSVRecord, _ bytes: UnsafeBufferPointer<UInt8>) -> LogEntry {
    func value(_ column: Int) -> UnsafeBufferPointer<UInt8> {
      .init(rebasing: bytes[record.range(column)])
    }
    let query = value(columns.query)
    if LogText.isNoQuery(query) { return .leftOut(.noQuery) }
    if LogText.isTotal(query) { return .leftOut(.total) }
    var result = LogRecord(key: .init(rebasing: bytes[..<0]), query: query)
    if let time = columns.time {
      switch unit.time(LogText.trimmed(value(time))) {
      case .success(let seconds): result.time = seconds
      case .failure(let reason): return .bad(reason)
      }
    }
    if let counts = columns.counts {
      guard let count = NumberParser.number(LogText.trimmed(value(counts)), style) else {
        return .bad(.count)
      }
      if count == 0 { return .leftOut(.zeroCount) }
      result.count = count
    }
    if let user = columns.user ?? columns.session {
      result.key = value(user)
      if LogText.isBlank(result.key) { return .bad(.session) }
      if columns.user != nil, let session = columns.session { result.thread = value(session) }
    }
    return .record(result)
  }
}
