// The flags that say what a rebuild reads, and where the versions are kept.

import ArgumentParser
import QACLogs
import QACPipeline
import QACText

/// What is read, and where the versions are kept.
struct RebuildFileOptions: ParsableArguments {
  @OptionGroup var preset: PresetOptions

  @Option(help: StoreHelp.directory, completion: .directory)
  var dir: String = RebuildOptions.defaultDirectory

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A log file, or a pattern of log files such as 'queries-*.tsv.gz': plain, gzip, zstd, xz or bzip2.",
      discussion: "May be given several times. Quote a pattern, so that the shell leaves it alone.",
      valueName: "pattern"),
    completion: .file())
  var log: [String] = []

  @Option(
    help: ArgumentHelp(
      "The database of a daemon, to learn its events too; the daemon may be running.",
      valueName: "file"),
    completion: .file())
  var database: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A file of items that queries are to find, such as products: id, title, text, weight, payload.",
      discussion: """
        May be given several times. TSV with these columns and no header, CSV with a header, or \
        JSON lines. Items that were added to the daemon of --database are learned as well.
        """,
      valueName: "file"),
    completion: .file())
  var items: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A file of queries and the items that they led to, or a pattern of such files.",
      discussion: """
        May be given several times. Pairs (query, id, count) or events (session, time, query, id, \
        kind). What the daemon of --database recorded is learned as well.
        """,
      valueName: "pattern"),
    completion: .file())
  var examples: [String] = []

  @Option(help: "The format of the logs; set it where auto does not recognise them.")
  var format = TimedFormat(.auto)

  @OptionGroup(title: HelpSection.columns) var columns: ColumnOptions

  @Option(help: ProfileHelp.text)
  var profile = ProfileName(.search)

  @Option(help: StoreHelp.socket, completion: .file())
  var socket: String?

  @Option(
    help: ArgumentHelp(
      "How many versions are kept, to roll back to.", valueName: "versions"))
  var keep: Int = RebuildOptions.defaults.keep

  func validate() throws {
    if items.isEmpty && !examples.isEmpty {
      throw ValidationError("--examples needs --items: the items that the queries led to.")
    }
  }

  func apply(to settings: inout RebuildSettings) {
    settings.logs = log
    settings.items = items
    settings.examples = examples
    settings.database = database
    settings.format = format.format
    settings.columns = columns.columns
    settings.encoding = columns.encoding
    settings.profile = profile.profile
    settings.socket = socket
    settings.keep = keep
  }
}

/// How the logs are read, in detail.
struct EventOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The time that counts as now, in unix seconds, to rebuild from old logs.",
      discussion: "Without it, that of the clock.", valueName: "time"))
  var now: Int64?

  @Option(help: SessionHelp.gap)
  var sessionGap: Int64 = RebuildOptions.defaults.filters.sessionGap

  @Option(
    help: ArgumentHelp(
      "Leave out a log file with a larger share of bad lines than this, 0 to 1.",
      valueName: "share"))
  var maximumBadShare: Double = RebuildOptions.defaults.maximumBadShare

  @Option(
    help: ArgumentHelp(
      "MiB of memory that reading and sorting may take; what needs more is sorted on disk.",
      valueName: "MiB"))
  var memory: Int = RebuildOptions.defaults.memory >> 20

  func apply(to settings: inout RebuildSettings) {
    settings.filters.sessionGap = sessionGap
    settings.maximumBadShare = maximumBadShare
    settings.memory = memory << 20
  }
}
