// The format `access`: access logs of web servers, common or combined.

/// Access logs.
enum AccessLogFormat: LogFormatDefinition {
  static let format = LogFormat.access
  static let expected = "the access log of a web server, common or combined"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    throw LogMismatch()
  }
}
