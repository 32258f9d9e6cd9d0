// The flags that say which logs are read, and how.

import ArgumentParser
import Foundation
import QACLogs
import QACText
import QACTraining

/// Which logs are read, and what of them is learned, as `build`, `evaluate` and `curves` take it.
struct SourceOptions: ParsableArguments {
  @OptionGroup(title: HelpSection.files) var preset: PresetOptions
  @OptionGroup(title: HelpSection.files) var logs: LogOptions
  @OptionGroup(title: HelpSection.learning) var people: LabelPeopleOptions
  @OptionGroup(title: HelpSection.learning) var minima: MinimumOptions

  /// The profile by which texts are normalised.
  var profile: NormalizationProfile { logs.profile.profile }

  /// The names of the log files, without their directories.
  var fileNames: [String] {
    logs.log.map { path in String(path.split(separator: "/").last ?? "") }
  }

  /// What plots call the logs: the first one's file name up to its first dot.
  var name: String {
    let file = fileNames.first ?? "log"
    return String(file.split(separator: ".").first ?? Substring(file))
  }

  /// Reads partial counts.
  func read(counts: [String], _ reading: ReadingOptions) throws -> QueryLog {
    var options = LogReadOptions(profile: profile)
    options.sessionGap = reading.sessionGap
    options.minimumSpellingUsers = people.minimumUsers
    return try PartialLog.read(counts, options: options)
  }

  /// Reads the logs; queries with secrets of known shapes only if they are kept.
  func read(_ reading: ReadingOptions, keepsSecrets: Bool) throws -> QueryLog {
    var options = LogReadOptions(profile: profile)
    options.format = logs.format
    logs.columns.apply(to: &options)
    options.sessionGap = reading.sessionGap
    reading.lines.apply(to: &options)
    options.minimumSpellingUsers = people.minimumUsers
    options.keepsSecrets = keepsSecrets
    return try LogReader.read(paths: logs.log, options: options)
  }
}

/// Which logs are read.
struct LogOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "The log files to learn from: plain, gzip, zstd, xz or bzip2.",
      discussion: "Several files may follow, and the option may be given several times.",
      valueName: "file"),
    completion: .file())
  var log: [String] = []

  /// - Throws: `ValidationError` if there is nothing to learn from.
  func validate(
    orItems items: ItemOptions? = nil, orTitles titles: TitleOptions? = nil,
    orCounts counts: CountsOptions? = nil
  ) throws {
    if log.isEmpty && items?.isUsed != true && titles?.isUsed != true
      && counts?.counts.isEmpty != false
    {
      throw ValidationError(
        items == nil
          ? "Missing expected argument '--log <file> ...'"
          : "There is nothing to learn from; name query logs with --log, items with --items, or "
            + "titles with --titles.")
    }
  }

  @Option(help: "The format of the logs; set it where auto does not recognise them.")
  var format: LogFormat = .auto

  @OptionGroup(title: HelpSection.columns) var columns: ColumnOptions

  @Option(help: ProfileHelp.text)
  var profile = ProfileName(.search)
}

/// The people that a label needs; all queries are learned by default.
struct LabelPeopleOptions: ParsableArguments {
  @Option(help: MinimumHelp.labels)
  var minimumUsers: Int = BuildSettings().minimumUsers
}

/// How logs are read, in detail.
struct ReadingOptions: ParsableArguments {
  @Option(help: SessionHelp.gap)
  var sessionGap: Int64 = LogReadOptions().sessionGap

  @OptionGroup var lines: LineOptions
}

/// Which lines are read, and what their counts become.
struct LineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Leave out lines whose query has more bytes than this; without it, all are read.",
      valueName: "bytes"))
  var longestQuery: Int?

  @Option(
    help: ArgumentHelp(
      "Multiply the counts of logs in the formats pairs and queries by this.",
      valueName: "factor"))
  var countScale: Double = LogReadOptions().countScale

  @Option(
    help: ArgumentHelp(
      "Lower greater counts of such logs to this, after scaling, so that no query outweighs all.",
      valueName: "count"))
  var countCap: UInt32?

  @Option(
    help: ArgumentHelp(
      "The time that counts as now, in unix seconds; without it, that of the clock.",
      discussion: "Lines more than a day later are bad. Set it to repeat an old build exactly.",
      valueName: "time"))
  var now: Int64?

  /// Whether any of them is set.
  var isSet: Bool {
    let usual = LogReadOptions()
    return longestQuery != nil || countScale != usual.countScale || countCap != nil || now != nil
  }

  /// Sets what the flags say; without `--now` the clock counts.
  func apply(to options: inout LogReadOptions) {
    options.countScale = countScale
    if let countCap { options.countCap = countCap }
    if let longestQuery { options.longestQuery = longestQuery }
    options.now = now ?? Int64(Date().timeIntervalSince1970)
  }

  func validate() throws {
    if let longestQuery, longestQuery < 1 {
      throw ValidationError("--longest-query must be 1 or more.")
    }
  }
}
