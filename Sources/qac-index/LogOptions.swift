// The flags that say which log is read, and how.

import ArgumentParser
import Foundation
import QACLogs
import QACText
import QACTraining

/// Which logs to read, and how.
struct LogOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: "A log file, plain, gzip or zstd; may be given several times.")
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

  @Option(help: "Leave out lines whose query has more bytes.")
  var longestQuery: Int?

  @Option(help: MinimumHelp.labels)
  var minimumUsers: Int = BuildSettings().minimumUsers

  @Option(
    help: "Unix seconds that count as now, else the clock; lines more than a day later are bad.")
  var now: Int64?

  func validate() throws {
    if let longestQuery, longestQuery < 1 {
      throw ValidationError("--longest-query must be 1 or more.")
    }
    if !(1...1_000_000).contains(minimumUsers) {
      throw ValidationError("--minimum-users must be from 1 to 1000000.")
    }
  }

  /// Reads the logs, queries with secrets of known shapes only where they are kept.
  func read(keepsSecrets: Bool) throws -> QueryLog {
    var options = LogReadOptions(profile: profile)
    options.format = format
    options.sessionGap = sessionGap
    options.countScale = countScale
    options.countCap = countCap
    if let longestQuery { options.longestQuery = longestQuery }
    options.now = now ?? Int64(Date().timeIntervalSince1970)
    options.minimumSpellingUsers = minimumUsers
    options.keepsSecrets = keepsSecrets
    return try LogReader.read(paths: log, options: options)
  }

  /// What plots call the logs: the first one's file name up to its first dot.
  var name: String {
    let file = log.first?.split(separator: "/").last ?? "log"
    return String(file.split(separator: ".").first ?? file)
  }
}
