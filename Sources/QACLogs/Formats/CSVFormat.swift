// The format `csv`: CSV or TSV whose columns have names.

/// Tables with a header.
enum CSVFormat: LogFormatDefinition {
  static let format = LogFormat.csv
  static let expected = "CSV or TSV with a header that names the column of the query"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    throw LogMismatch()
  }
}
