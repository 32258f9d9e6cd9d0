// The flags of a rebuild, which are also the keys of its configuration file. A file
//
//     dir = "/var/lib/qacd"
//     log = ["/var/log/shop/queries-*.tsv.gz"]
//     minimum-users = 5
//
// says the same as --dir /var/lib/qacd --log '/var/log/shop/queries-*.tsv.gz' --minimum-users 5. A
// flag on the command line takes the place of the file's key.
//
// Setting.swift of QACTraining says what to touch to add a number.

import ArgumentParser
import Foundation
import QACBinary
import QACLogs
import QACPipeline
import QACProtocol
import QACText
import QACTraining

struct RebuildOptions: ParsableArguments {
  fileprivate static let defaults = RebuildSettings(directory: "", now: 0)

  @OptionGroup(title: HelpSection.files) var files: RebuildFileOptions
  @OptionGroup(title: HelpSection.learning) var learning: LearningOptions
  @OptionGroup(title: HelpSection.judging) var judging: JudgingOptions
  @OptionGroup(title: HelpSection.general) var running: ThreadOptions
  @OptionGroup(title: HelpSection.advanced) var events: EventOptions
  @OptionGroup(title: HelpSection.advanced) var parameters: HyperParameterOptions

  /// The directory of the index that the daemon serves by default.
  static var defaultDirectory: String {
    let paths = DefaultPaths(environment: ProcessInfo.processInfo.environment, userID: getuid())
    let index = paths.index
    return String(index[..<(index.lastIndex(of: "/") ?? index.startIndex)])
  }

  func validate() throws {
    do {
      try settings(forces: false, isDryRun: false).check()
    } catch PipelineError.setting(let name, let values) {
      throw ValidationError("--\(flagName(of: name)) must be \(values).")
    }
    // Not among the listed numbers: the flag counts MiB, the setting bytes.
    if !(64...1 << 20).contains(events.memory) {
      throw ValidationError("--memory must be from 64 to \(1 << 20).")
    }
  }

  /// The settings that the flags describe.
  func settings(forces: Bool, isDryRun: Bool) -> RebuildSettings {
    let clock = Int64(Date().timeIntervalSince1970)
    var settings = RebuildSettings(directory: files.dir, now: events.now ?? clock)
    settings.forces = forces
    settings.isDryRun = isDryRun
    settings.build = BuildSettings(running, parameters)
    files.apply(to: &settings)
    learning.apply(to: &settings)
    judging.apply(to: &settings)
    events.apply(to: &settings)
    return settings
  }
}

/// What is read, and where the versions are kept.
struct RebuildFileOptions: ParsableArguments {
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

  fileprivate func apply(to settings: inout RebuildSettings) {
    settings.logs = log
    settings.database = database
    settings.format = format.format
    settings.profile = profile.profile
    settings.socket = socket
    settings.keep = keep
  }
}

/// Which events are learned.
struct LearningOptions: ParsableArguments {
  private static let filters = RebuildOptions.defaults.filters

  @Option(help: MinimumHelp.labels)
  var minimumUsers: Int = LearningOptions.filters.minimumUsers

  @OptionGroup var minima: MinimumOptions

  @Option(
    help: ArgumentHelp(
      "Learn events of the last so many days; older ones are left out.", valueName: "days"))
  var lookBackDays: Double = RebuildOptions.defaults.lookBackDays

  @Option(
    help: ArgumentHelp(
      "Days in which an event's chance to be learned halves; 0 for no decay.",
      discussion: "Set it where old queries should fade out rather than end with the window.",
      valueName: "days"))
  var decayDays: Double = LearningOptions.filters.decayDays

  @Option(
    help: ArgumentHelp(
      "Bytes of the longest query that is learned; longer ones are left out.", valueName: "bytes"))
  var longestQuery: Int = LearningOptions.filters.longestQuery

  @Option(
    help: ArgumentHelp(
      "Leave out texts that look like personal data: addresses, long numbers, secrets.",
      discussion: "Set it to off only for logs that cannot hold any.", valueName: "on|off"))
  var personalData: Switch = LearningOptions.filters.findsPersonalData ? .on : .off

  @Option(
    help: ArgumentHelp(
      "Where --personal-data is off: learn even queries with a key, a token or a password.",
      valueName: "on|off"))
  var keepSecrets: Switch = LearningOptions.filters.keepsSecrets ? .on : .off

  @Option(
    help: ArgumentHelp(
      "A file of block rules, as qacd takes it; what they block is not learned.",
      valueName: "file"))
  var blockList: String?

  @Option(
    help: ArgumentHelp(
      "A session with more queries than this in one minute is a robot's; 0 for no bound.",
      valueName: "queries"))
  var robotMinute: Int = LearningOptions.filters.robotMinute

  @Option(
    help: ArgumentHelp(
      "A session with more queries than this is a robot's; 0 for no bound.",
      valueName: "queries"))
  var robotSession: Int = LearningOptions.filters.robotSession

  @Option(
    help: ArgumentHelp(
      "Leave out a query as half-typed if within so many seconds a longer one that begins with it "
        + "follows; -1 for never.",
      discussion: "For logs that record while people type.", valueName: "seconds"))
  var foldSeconds: Int64 = LearningOptions.filters.halfTypedSeconds

  fileprivate func apply(to settings: inout RebuildSettings) {
    settings.lookBackDays = lookBackDays
    settings.blockList = blockList
    settings.build.minimumEndingUsers = minima.minimumEndingUsers
    settings.filters.minimumUsers = minimumUsers
    settings.filters.minimumCount = Int(minima.minimumCount)
    settings.filters.decayDays = decayDays
    settings.filters.longestQuery = longestQuery
    settings.filters.findsPersonalData = personalData == .on
    settings.filters.keepsSecrets = keepSecrets == .on
    settings.filters.robotMinute = robotMinute
    settings.filters.robotSession = robotSession
    settings.filters.halfTypedSeconds = foldSeconds
  }
}

/// What is demanded of an index before it is published.
struct JudgingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The share of the events new since the served index that is held out to judge by.",
      discussion: "Above 0, at most 0.9. The newest are held out.", valueName: "share"))
  var heldOutShare: Double = RebuildOptions.defaults.heldOutShare

  @Option(
    help: ArgumentHelp(
      "With fewer held-out queries nothing is judged, and only a first index is published.",
      valueName: "queries"))
  var minimumRequests: Int = RebuildOptions.defaults.minimumRequests

  @Option(
    help: ArgumentHelp(
      "The most held-out queries that are typed to judge; more take longer and say more.",
      valueName: "queries"))
  var maximumRequests: Int = RebuildOptions.defaults.maximumRequests

  @Option(
    help: ArgumentHelp(
      "How much of MRR@10 and of keystrokes saved may be lost, as a share, 0 to 1.",
      discussion: "Raise it where good indexes are refused for chance.", valueName: "share"))
  var margin: Double = RebuildOptions.defaults.margin

  @Option(
    help: ArgumentHelp(
      "The least share of held-out queries that are labels, as a share of the served index's.",
      discussion: "Guards against a log of something other than queries.", valueName: "share"))
  var coverageFloor: Double = RebuildOptions.defaults.coverageFloor

  @Option(
    help: ArgumentHelp(
      "The factor by which the number of labels may change, up or down.",
      discussion: "Guards against half a log, and against a log that was read twice.",
      valueName: "factor"))
  var sizeFactor: Double = RebuildOptions.defaults.sizeFactor

  @Option(
    help: ArgumentHelp(
      "Bytes of the largest index that is published; 0 for no bound.", valueName: "bytes"))
  var maximumBytes: Int = RebuildOptions.defaults.maximumBytes

  @Option(
    help: ArgumentHelp(
      "A file of completions that an index must give.",
      discussion: """
        One per line: previous query (may be empty), prefix, expected completion, and perhaps \
        among how many it must be, separated by tabs.
        """,
      valueName: "file"))
  var canaries: String?

  fileprivate func apply(to settings: inout RebuildSettings) {
    settings.heldOutShare = heldOutShare
    settings.minimumRequests = minimumRequests
    settings.maximumRequests = maximumRequests
    settings.margin = margin
    settings.coverageFloor = coverageFloor
    settings.sizeFactor = sizeFactor
    settings.maximumBytes = maximumBytes
    settings.canaries = canaries
  }
}

/// How the logs are read, in detail.
struct EventOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The time that counts as now, in unix seconds, to rebuild from old logs; the clock's without "
        + "it.", valueName: "time"))
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

  fileprivate func apply(to settings: inout RebuildSettings) {
    settings.filters.sessionGap = sessionGap
    settings.maximumBadShare = maximumBadShare
    settings.memory = memory << 20
  }
}
