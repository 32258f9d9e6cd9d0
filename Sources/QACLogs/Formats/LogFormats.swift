// The list of all formats.

/// All formats.
enum LogFormats {
  /// The formats; of those that are equally sure of a file the first one reads it.
  static let all: [any LogFormatDefinition.Type] = [
    EventsFormat.self, PlacesFormat.self, PairsFormat.self, QueriesFormat.self,
    AccessLogFormat.self, JSONLinesFormat.self, JSONDocumentFormat.self, AOLFormat.self,
    CSVFormat.self, ZshFormat.self, BashFormat.self, FishFormat.self, AtuinFormat.self,
    PlainLinesFormat.self,
  ]

  /// The definition of `format`; nil for `auto`.
  static func definition(_ format: LogFormat) -> (any LogFormatDefinition.Type)? {
    all.first { $0.format == format }
  }
}
