// The format `jsonl`: one JSON object per line, also as Elasticsearch's bulk files and dumps have
// them.

/// JSON lines.
enum JSONLinesFormat: LogFormatDefinition {
  static let format = LogFormat.jsonl
  static let expected = "one JSON object per line with a query, and perhaps a session and a time"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    let sureness = head.share { line in line.first { $0 != 0x20 } == 0x7B }
    guard sureness > 0 || head.isNamed else { throw LogMismatch() }
    let fields = JSONLayout(head.lines, head.columns)
    if fields.objects > 0, fields.count(.query) == 0 {
      throw LogMismatch(
        nearness: sureness,
        reason: "no field is known to hold the query (there are \(fields.list)); "
          + "name it with --query-column, as a path such as search.text")
    }
    let layout = JSONRecords.layout(format, fields)
    // Lines that only begin like objects may be parts of a document.
    return LogGuess(
      sureness: fields.objects == 0 ? sureness / 10 : sureness, layout: layout,
      detail: JSONRecords.detail(fields),
      reader: LineReader(Parser(records: JSONRecords(fields, layout))))
  }

  private struct Parser: LogLineParser {
    var records: JSONRecords

    @inline(__always)
    mutating func parse(
      _ line: UnsafeBufferPointer<UInt8>, isFirst: Bool,
      _ body: (LogEntry) throws(LogError) -> Void
    ) throws(LogError) {
      try records.take(line, body)
    }
  }
}
