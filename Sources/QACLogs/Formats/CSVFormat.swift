// The format `csv`: CSV or TSV whose columns have names, or can be told apart by their values.
//
// A header is a row without numbers and dates in which some column has a usual name of a query
// (`UsualNames`), or one that the user gives. Without such a header, the only column of texts beside
// a column of times or the only column of numbers holds the query.
// Of several columns of counts, that of impressions is read, because it says how often a query was
// asked; clicks are read only if there is nothing else.

/// Tables of queries.
enum CSVFormat: LogFormatDefinition {
  static let format = LogFormat.csv
  static let expected =
    "CSV or TSV (commas, semicolons, tabs or bars) with a header that names the query's column"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    var nearest = LogMismatch(
      nearness: 0, reason: "there are no columns between commas, semicolons, tabs or bars")
    let tables = CSVTable.separators.compactMap { CSVTable(head, separator: $0) }
    for table in tables {
      do throws(LogMismatch) {
        guard let columns = try table.named(head.columns) else { continue }
        return guess(head, table, columns, sureness: table.share(from: columns.skipped))
      } catch {
        if error.nearness > nearest.nearness { nearest = error }
      }
    }
    if nearest.nearness == 1 { throw nearest }
    for table in tables where head.isNamed || table.share(from: table.start) > 0.9 {
      do throws(LogMismatch) {
        let columns = try table.typed(head.columns)
        // Less sure than a format without a header, whose columns it also is.
        return guess(head, table, columns, sureness: 0.9 * table.share(from: columns.skipped))
      } catch {
        if error.nearness > nearest.nearness { nearest = error }
      }
    }
    throw nearest
  }

  /// Whether the beginning of a file is cut into several columns by one separator, in all rows
  /// alike, so that it is no list of queries.
  static func looksLikeTable(_ head: LogHead) -> Bool {
    CSVTable.separators.contains { separator in
      guard let table = CSVTable(head, separator: separator) else { return false }
      return table.rows.count > 1 && table.share(from: 0) == 1
        && table.columnCount > (separator == 0x2C ? 2 : 1)
    }
  }

  private static func guess(
    _ head: LogHead, _ table: CSVTable, _ columns: CSVColumns, sureness: Double
  ) -> LogGuess {
    let rows = table.rows.dropFirst(columns.skipped).filter { $0.count == columns.count }
    func values(_ column: Int) -> [[UInt8]] { rows.map { $0[column] } }
    var layout = LogLayout(format)
    layout.hasTimes = columns.time != nil
    layout.hasSessions = columns.session != nil || columns.user != nil
    layout.hasCounts = columns.counts != nil
    if let time = columns.time {
      layout.unit = TimeUnit.most(
        of: values(time).compactMap { $0.withUnsafeBufferPointer(NumberParser.time) })
    }
    let style = columns.counts.map { NumberStyle.ofWholeNumbers(values($0)) }
    return LogGuess(
      sureness: max(sureness, 0.01), layout: layout, detail: detail(table, columns),
      reader: CSVLogReader(
        table, columns, path: head.path, unit: layout.unit, style: style ?? NumberStyle()))
  }

  private static func detail(_ table: CSVTable, _ columns: CSVColumns) -> String {
    func name(_ column: Int) -> String {
      columns.names.isEmpty ? "column \(column + 1)" : "\"\(columns.names[column].prefix(40))\""
    }
    let roles: [(String, Int?)] = [
      ("query", columns.query), ("time", columns.time), ("session", columns.session),
      ("user", columns.user), ("count", columns.counts),
    ]
    let parts = roles.compactMap { role, column in column.map { "\(role) = \(name($0))" } }
    return (["\(table.separatorName) between columns"] + parts).joined(separator: ", ")
  }
}
