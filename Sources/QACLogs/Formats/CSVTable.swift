// The columns of a CSV file: which one holds what, by flags, by names, or by the values.

/// What the beginning of a file looks like if it is cut at one separator.
struct CSVTable {
  /// The separators, in the order in which they are tried.
  static let separators: [UInt8] = [0x09, 0x3B, 0x2C, 0x7C]

  /// The most lines of titles and comments above a table.
  static let mostTitles = 15

  let separator: UInt8
  let hasQuotes: Bool
  /// The first records, without blank ones; values without white space around them.
  let rows: [[[UInt8]]]
  /// The index of the first row with several columns.
  let start: Int
  /// The number of columns of most rows from there on.
  let columnCount: Int

  /// Cuts the beginning of a file; nil if less than two columns stand in most of its rows.
  init?(_ head: LogHead, separator: UInt8) {
    self.separator = separator
    let bytes = UnsafeBufferPointer(rebasing: head.bytes.prefix(LogHead.examinedBytes))
    let isWhole = bytes.count == head.bytes.count
    var (rows, isSound) = Self.cut(bytes, separator, hasQuotes: true, isWhole: isWhole)
    // Text between tabs may begin with a quote that means itself.
    hasQuotes = isSound || separator != 0x09
    if !hasQuotes {
      rows = Self.cut(bytes, separator, hasQuotes: false, isWhole: isWhole).rows
    }
    self.rows = rows
    start = Self.start(rows)
    columnCount = Self.columnCount(rows[start...])
    if columnCount < 2 || start > Self.mostTitles { return nil }
    // Commas in text between tabs separate no columns.
    let tabbed = rows.count { row in row.contains { $0.contains(0x09) } }
    if separator != 0x09, tabbed * 2 > rows.count { return nil }
  }

  private static func cut(
    _ bytes: UnsafeBufferPointer<UInt8>, _ separator: UInt8, hasQuotes: Bool, isWhole: Bool
  ) -> (rows: [[[UInt8]]], isSound: Bool) {
    var feeder = CSVFeeder(
      maximumLength: LogReader.maximumLineLength, separator: separator, hasQuotes: hasQuotes)
    var rows: [[[UInt8]]] = []
    var isSound = true
    func take(_ record: CSVRecord) {
      if record.fault != nil { isSound = false }
      if record.isEmpty || rows.count == LogHead.examinedLines { return }
      rows.append((0..<record.count).map { ItemText.trimmed(Array(record[$0])) })
    }
    feeder.feed(bytes, take)
    if isWhole || rows.isEmpty { feeder.finish(take) }
    return (rows, isSound && (feeder.openQuote == nil || !isWhole))
  }

  private static func isComment(_ row: [[UInt8]]) -> Bool { row[0].first == 0x23 }

  /// The first row with several columns: titles and comments may stand above the table.
  private static func start(_ rows: [[[UInt8]]]) -> Int {
    rows.firstIndex { $0.count > 1 && !isComment($0) } ?? rows.count
  }

  private static func columnCount(_ rows: ArraySlice<[[UInt8]]>) -> Int {
    var counts: [Int: Int] = [:]
    for row in rows { counts[row.count, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
  }

  /// The share of the rows from `first` on that have `columnCount` columns.
  func share(from first: Int) -> Double {
    let rows = rows.dropFirst(first)
    return rows.isEmpty ? 1 : Double(rows.count { $0.count == columnCount }) / Double(rows.count)
  }

  /// The separator in words.
  var separatorName: String {
    switch separator {
    case 0x09: "tabs"
    case 0x3B: "semicolons"
    case 0x2C: "commas"
    default: "bars"
    }
  }
}

/// The place of each column that is read.
struct CSVColumns {
  /// The number of rows before the first record: the header and lines above it.
  var skipped = 0
  /// The number of columns.
  var count = 0
  var query = 0
  var time: Int?
  var session: Int?
  var user: Int?
  var counts: Int?
  /// The name of each column; empty if there is no header.
  var names: [String] = []
}
