// Cuts the bytes of one file about items into rows, in each format.

internal import QACJSON

/// Splits chunks of a file into rows.
struct ItemRowCutter {
  /// Receives a row, or what is wrong with it, and the line at which it begins.
  typealias Body = (Result<ItemRow, ItemRowFault>, Int) -> Void

  private let kind: ItemFileKind
  private let format: ItemFormat
  private let path: String
  private var lines = LineFeeder(maximumLength: ItemReadReport.longestRow)
  private var records = CSVFeeder(maximumLength: ItemReadReport.longestRow)
  private var row: ItemRow
  private var line = 0
  /// The columns of a tab-separated row, once the first one was read.
  private var layout: ItemLayout?
  /// The column at each place of a CSV record, once the header was read; nil for one that is not
  /// read.
  private var header: [Int?]?

  init(_ kind: ItemFileKind, _ format: ItemFormat, path: String) {
    self.kind = kind
    self.format = format
    self.path = path
    row = ItemRow(kind)
  }

  /// Calls `body` with every row that ends in `chunk`.
  mutating func feed(
    _ chunk: UnsafeBufferPointer<UInt8>, _ body: Body
  ) throws(LogError) {
    if format == .csv {
      var feeder = records
      // The copy has the buffers for itself.
      records = CSVFeeder(maximumLength: 0)
      try feeder.feed(chunk) { (record) throws(LogError) in try take(record, body) }
      records = feeder
    } else {
      var feeder = lines
      lines = LineFeeder(maximumLength: 0)
      feeder.feed(chunk) { take($0, body) }
      lines = feeder
    }
  }

  /// Calls `body` with the row after the last line end, if there is one.
  ///
  /// - Throws: `LogError.openQuote` if the file ends within quotes.
  mutating func finish(_ body: Body) throws(LogError) {
    if let line = records.openQuote { throw .openQuote(path: path, line: line) }
    var feeder = records
    try feeder.finish { (record) throws(LogError) in try take(record, body) }
    var lines = lines
    lines.finish { take($0, body) }
  }

  // MARK: Lines

  private mutating func take(_ text: LineFeeder.Line, _ body: Body) {
    line += 1
    guard case .text(let text) = text else { return body(.failure(.length), line) }
    if LogText.isBlank(text) { return }
    row.clear()
    if format == .jsonl {
      body(readObject(text) ? .success(row) : .failure(.json), line)
    } else {
      body(readColumns(text) ? .success(row) : .failure(.columns), line)
    }
  }

  private mutating func readColumns(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let columns = Columns(text) else { return false }
    layout = layout ?? kind.layout(columns: columns.count)
    guard let layout, (layout.required...layout.columns.count).contains(columns.count) else {
      return false
    }
    for i in 0..<columns.count { row.values[layout.columns[i]].append(contentsOf: columns[i]) }
    return true
  }

  /// Reads a JSON object by the rules of `JSONLine`; false if the line is none.
  private mutating func readObject(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    JSONLine.readObject(text) { (scanner) throws(JSONFault) in try readMember(&scanner) }
  }

  private mutating func readMember(_ scanner: inout JSONScanner) throws(JSONFault) {
    let name = try scanner.key()
    guard let column = kind.names.firstIndex(where: { scanner.matches(name, $0) }) else {
      return try scanner.skipValue(depth: 1)
    }
    guard column == kind.jsonColumn else {
      return try JSONLine.readText(&scanner, into: &row.values[column])
    }
    row.values[column].removeAll(keepingCapacity: true)
    let isNull = scanner.next() == 0x6E
    let start = scanner.position
    try scanner.skipValue(depth: 1)
    if !isNull { row.values[column].append(contentsOf: scanner.bytes[start..<scanner.position]) }
  }

  // MARK: CSV

  private mutating func take(_ record: CSVRecord, _ body: Body) throws(LogError) {
    if record.isEmpty { return }
    guard let header else { return header = try readHeader(record) }
    if let fault = record.fault { return body(.failure(Self.fault(fault)), record.line) }
    guard record.count == header.count else { return body(.failure(.columns), record.line) }
    row.clear()
    for (i, column) in header.enumerated() {
      if let column { row.values[column].append(contentsOf: record[i]) }
    }
    body(.success(row), record.line)
  }

  private static func fault(_ fault: CSVRecord.Fault) -> ItemRowFault {
    switch fault {
    case .columns: .columns
    case .length: .length
    case .quote: .quote
    }
  }

  private func readHeader(_ record: CSVRecord) throws(LogError) -> [Int?] {
    var header: [Int?] = []
    for i in 0..<record.count {
      let name = String(decoding: ItemText.trimmed(Array(record[i])), as: UTF8.self).lowercased()
      header.append(kind.names.firstIndex { "\($0)" == name })
    }
    let known = header.compactMap { $0 }
    guard record.fault == nil, Set(known).count == known.count,
      kind.headers.contains(where: { $0.allSatisfy(known.contains) })
    else { throw .noHeader(path: path, kind: kind) }
    return header
  }
}
