// The format `json`: a document that holds an array of objects, such as an answer of Elasticsearch
// (`hits.hits`), or objects that each take several lines.

/// JSON documents.
enum JSONDocumentFormat: LogFormatDefinition {
  static let format = LogFormat.json
  static let expected =
    "a JSON array of objects with a query, or an Elasticsearch answer that holds one"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    let first = head.bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    guard first == 0x7B || first == 0x5B else {
      throw LogMismatch(nearness: 0, reason: "it does not begin with an array or an object")
    }
    var nearest = LogMismatch(nearness: 0.5, reason: "there is no array of objects in it")
    for depth in 0...JSONObjectFeeder.deepest {
      let guess = try? guess(head, depth, &nearest)
      if let guess { return guess }
    }
    throw nearest
  }

  private static func guess(
    _ head: LogHead, _ depth: Int, _ nearest: inout LogMismatch
  ) throws(LogMismatch) -> LogGuess {
    var objects: [[UInt8]] = []
    var feeder = JSONObjectFeeder(depth: depth, maximumLength: LogReader.maximumLineLength)
    feeder.feed(head.bytes) { object, _ in
      guard case .text(let text) = object, objects.count < LogHead.examinedLines else { return }
      objects.append(Array(text))
    }
    let fields = withBuffers(objects[...], []) { JSONLayout($0, head.columns) }
    guard fields.count(.query) > 0 else {
      if fields.objects > 0, !fields.seen.isEmpty {
        nearest = LogMismatch(
          nearness: 0.9,
          reason: "no field is known to hold the query (there are \(fields.list)); "
            + "name it with --query-column, as a path such as search.text")
      }
      throw nearest
    }
    let layout = JSONRecords.layout(format, fields)
    // Less sure than one object per line, in which bad lines can be told.
    return LogGuess(
      sureness: 0.3 * Double(fields.count(.query)) / Double(max(1, fields.objects)),
      layout: layout, detail: JSONRecords.detail(fields),
      reader: Reader(depth: depth, JSONRecords(fields, layout)))
  }

  private static func withBuffers<Result>(
    _ texts: ArraySlice<[UInt8]>, _ buffers: [UnsafeBufferPointer<UInt8>],
    _ body: ([UnsafeBufferPointer<UInt8>]) -> Result
  ) -> Result {
    guard let first = texts.first else { return body(buffers) }
    return first.withUnsafeBufferPointer { withBuffers(texts.dropFirst(), buffers + [$0], body) }
  }

  private struct Reader: LogStreamReader {
    private var feeder: JSONObjectFeeder
    private var records: JSONRecords

    init(depth: Int, _ records: JSONRecords) {
      feeder = JSONObjectFeeder(depth: depth, maximumLength: LogReader.maximumLineLength)
      self.records = records
    }

    // What follows the last object closes the document: it is never the same after it has grown.
    var completeBytes: Int64? { nil }

    mutating func read(
      _ piece: UnsafeBufferPointer<UInt8>, _ body: Body
    ) throws(LogError) {
      var feeder = self.feeder
      // The copy has the buffer for itself.
      self.feeder = JSONObjectFeeder(depth: 0, maximumLength: 0)
      try feeder.feed(piece) { (object, lines) throws(LogError) in
        // Several objects may stand on one line, and each is an entry.
        switch object {
        case .tooLong: try body(.bad(.length), max(1, lines))
        case .text(let text):
          try records.take(text) { (entry) throws(LogError) in try body(entry, max(1, lines)) }
        }
      }
      self.feeder = feeder
    }

    mutating func finish(_ body: Body) throws(LogError) {
      if feeder.isOpen { try body(.bad(.json), 1) }
    }
  }
}
