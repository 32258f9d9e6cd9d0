// The flags that say what a rebuild reads, and where the versions are kept.

import ArgumentParser
import QACLogs
import QACPipeline
import QACText

/// What is read, and where the versions are kept.
struct RebuildFileOptions: ParsableArguments {
  @OptionGroup var preset: PresetOptions

  @Option(help: StoreHelp.directory)
  var dir: String = RebuildOptions.defaultDirectory

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A log file, or a pattern of log files such as 'queries-*.tsv.gz': plain, gzip or zstd.",
      discussion: "May be given several times. Quote a pattern, so that the shell leaves it alone.",
      valueName: "pattern"))
  var log: [String] = []

  @Option(
    help: ArgumentHelp(
      "The database of a daemon, to learn its events too; the daemon may be running.",
      valueName: "file"))
  var database: String?

  @Option(help: "The format of the logs; set it where auto does not recognise them.")
  var format = TimedFormat(.auto)

  @Option(help: ProfileHelp.text)
  var profile = ProfileName(.search)

  @Option(help: StoreHelp.socket)
  var socket: String?

  @Option(
    help: ArgumentHelp(
      "How many versions are kept, to roll back to.", valueName: "versions"))
  var keep: Int = RebuildOptions.defaults.keep

  func apply(to settings: inout RebuildSettings) {
    settings.logs = log
    settings.database = database
    settings.format = format.format
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
