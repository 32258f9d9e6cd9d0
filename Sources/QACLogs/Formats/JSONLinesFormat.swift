// The format `jsonl`: one JSON object per line.

/// JSON lines.
enum JSONLinesFormat: LogFormatDefinition {
  static let format = LogFormat.jsonl
  static let expected = "one JSON object per line, with a query, and perhaps a session and a time"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    let sureness = head.share { line in line.first { $0 != 0x20 } == 0x7B }
    guard sureness > 0 || head.isNamed else { throw LogMismatch() }
    var layout = LogLayout(format)
    layout.hasTimes = true
    layout.hasSessions = true
    var json = JSONLine()
    layout.unit = head.unit { json.parse($0) ? json.timeNumber() : nil }
    return LogGuess(
      sureness: sureness, layout: layout, reader: LineReader(Parser(unit: layout.unit)))
  }

  private struct Parser: LogLineParser {
    let unit: TimeUnit
    var json = JSONLine()

    @inline(__always)
    mutating func parse(
      _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
      _ body: (LogEntry) throws(LogError) -> Void
    ) throws(LogError) {
      guard json.parse(line) else { return try body(.bad(.json)) }
      switch json.time(unit) {
      case .failure(let reason): return try body(.bad(reason))
      case .success(let time):
        try json.session.withUnsafeBufferPointer { (key) throws(LogError) in
          if LogText.isBlank(key) { return try body(.bad(.session)) }
          try json.query.withUnsafeBufferPointer { (query) throws(LogError) in
            try body(.record(LogRecord(key: key, query: query, time: time)))
          }
        }
      }
    }
  }
}
