// The flags that say which log is read, and how.

import ArgumentParser
import QACLogs
import QACText

/// Which logs to read, and how.
struct LogOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: "A log file, plain or gzip; may be given several times.")
  var log: [String]

  @Option(
    help: "The log's format: auto, events, pairs, queries, jsonl or aol.")
  var format: LogFormat = .auto

  @Option(help: "How text is normalised: search or verbatim.")
  var profile: NormalizationProfile = .search

  @Option(help: "Seconds without a query after which a new session begins.")
  var sessionGap: Int64 = 1800

  @Option(help: "Multiplies the counts of pairs and query lists.")
  var countScale: Double = 1

  @Option(help: "Caps the counts of pairs and query lists, after scaling.")
  var countCap: UInt32 = .max

  /// Reads the logs.
  func read() throws -> QueryLog {
    var options = LogReadOptions(profile: profile)
    options.format = format
    options.sessionGap = sessionGap
    options.countScale = countScale
    options.countCap = countCap
    return try LogReader.read(paths: log, options: options)
  }
}
