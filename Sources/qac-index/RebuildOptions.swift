// The flags of a rebuild, which are the keys of its configuration file as well: a file
//
//     dir = "/var/lib/qacd"
//     log = ["/var/log/shop/queries-*.tsv.gz"]
//     minimum-users = 5
//
// says the same as --dir /var/lib/qacd --log '/var/log/shop/queries-*.tsv.gz' --minimum-users 5. A flag
// that is given takes the place of the file's key.

import ArgumentParser
import Foundation
import QACBinary
import QACLogs
import QACPipeline
import QACProtocol
import QACText
import QACTraining

struct RebuildOptions: ParsableArguments {
  @Option(help: "Where versions, reports and what was read are kept.")
  var dir: String = RebuildOptions.defaultDirectory

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A log file or a pattern of such files, plain, gzip or zstd; may be given several times.",
      valueName: "pattern"))
  var log: [String] = []

  @Option(help: "A daemon's database whose events are read as well, while the daemon runs.")
  var database: String?

  @Option(help: "The logs' format: auto, events, jsonl or aol.")
  var format: LogFormat = .auto

  @Option(help: "How text is normalised: search or verbatim.")
  var profile: NormalizationProfile = .search

  @Option(help: "Unix seconds that count as now, to rebuild of old logs.")
  var now: Int64?

  @Option(help: "Days that are looked back; older events are not learned.")
  var lookBackDays: Double = RebuildOptions.defaults.lookBackDays

  @Option(help: "Days in which an event's chance to be learned halves; 0 for no decay.")
  var decayDays: Double = RebuildOptions.defaults.decayDays

  @Option(help: "Seconds without a query after which a new session begins.")
  var sessionGap: Int64 = RebuildOptions.defaults.sessionGap

  @Option(help: MinimumHelp.labels)
  var minimumUsers: Int = RebuildOptions.defaults.minimumUsers

  @Option(help: "Bytes of the longest query that is learned.")
  var longestQuery: Int = RebuildOptions.defaults.longestQuery

  @Option(help: "Leave out texts that look like personal data.")
  var personalData: Switch = .on

  @Option(help: "Learn queries with a secret in them, too, where --personal-data is off.")
  var keepSecrets: Switch = .off

  @Option(help: "A session with more queries in a minute is a robot's; 0 for no bound.")
  var robotMinute: Int = RebuildOptions.defaults.robotMinute

  @Option(help: "A session with more queries is a robot's; 0 for no bound.")
  var robotSession: Int = RebuildOptions.defaults.robotSession

  @Option(help: "A beginning of the next query is half-typed within so many seconds; -1 for never.")
  var foldSeconds: Int64 = RebuildOptions.defaults.foldSeconds

  @Option(help: "A file of block rules, as of qacd.")
  var blockList: String?

  @Option(help: "A log file with more than this share of bad lines is left out.")
  var maximumBadShare: Double = RebuildOptions.defaults.maximumBadShare

  @Option(help: "The share of the newest events, of those new since the served index, to judge by.")
  var heldOutShare: Double = RebuildOptions.defaults.heldOutShare

  @Option(help: "Held-out queries below which nothing is judged, and only a first index published.")
  var minimumRequests: Int = RebuildOptions.defaults.minimumRequests

  @Option(help: "Queries at the most that are typed to judge.")
  var maximumRequests: Int = RebuildOptions.defaults.maximumRequests

  @Option(help: "The share of MRR@10 and of keystrokes saved that may be lost.")
  var margin: Double = RebuildOptions.defaults.margin

  @Option(help: "The least label coverage, as a share of the served index's.")
  var coverageFloor: Double = RebuildOptions.defaults.coverageFloor

  @Option(help: "By which factor the number of labels may change.")
  var sizeFactor: Double = RebuildOptions.defaults.sizeFactor

  @Option(help: "Bytes of the largest index; 0 for no bound.")
  var maximumBytes: Int = RebuildOptions.defaults.maximumBytes

  @Option(help: "A file of completions that must come: previous, prefix, expected, by tabs.")
  var canaries: String?

  @Option(help: "Versions that are kept.")
  var keep: Int = RebuildOptions.defaults.keep

  @Option(help: "The socket of the daemon that is told; none without it.")
  var socket: String?

  @Option(help: "MiB that reading and sorting may take; more is sorted on disk.")
  var memory: Int = RebuildOptions.defaults.memory >> 20

  @OptionGroup var build: SettingsOptions

  private static let defaults = RebuildSettings(directory: "", now: 0)

  /// Beside the index that the daemon serves by default.
  static var defaultDirectory: String {
    let paths = DefaultPaths(environment: ProcessInfo.processInfo.environment, userID: getuid())
    let index = paths.index
    return String(index[..<(index.lastIndex(of: "/") ?? index.startIndex)])
  }

  func validate() throws {
    func demand(_ condition: Bool, _ text: String) throws {
      if !condition { throw ValidationError(text) }
    }
    try demand(
      format == .auto || format.isTimed, "--format must be one with times: events, jsonl or aol.")
    try demand(
      (0.01...36_500).contains(lookBackDays), "--look-back-days must be from 0.01 to 36500.")
    try demand((0...36_500).contains(decayDays), "--decay-days must be from 0 to 36500.")
    try demand((0...31_536_000).contains(sessionGap), "--session-gap must be from 0 to 31536000.")
    try demand((1...1_000_000).contains(minimumUsers), "--minimum-users must be from 1 to 1000000.")
    try demand((1...2048).contains(longestQuery), "--longest-query must be from 1 to 2048.")
    try demand(
      robotMinute >= 0 && robotSession >= 0, "--robot-minute and --robot-session must be 0 or more."
    )
    try demand((-1...3600).contains(foldSeconds), "--fold-seconds must be from -1 to 3600.")
    try demand((0...1).contains(maximumBadShare), "--maximum-bad-share must be from 0 to 1.")
    try demand(
      heldOutShare > 0 && heldOutShare <= 0.9, "--held-out-share must be above 0, at most 0.9.")
    try demand(minimumRequests >= 1, "--minimum-requests must be 1 or more.")
    try demand(
      maximumRequests >= minimumRequests, "--maximum-requests must not be below --minimum-requests."
    )
    try demand((0...1).contains(margin), "--margin must be from 0 to 1.")
    try demand((0...1).contains(coverageFloor), "--coverage-floor must be from 0 to 1.")
    try demand(sizeFactor >= 1, "--size-factor must be 1 or more.")
    try demand(maximumBytes >= 0, "--maximum-bytes must be 0 or more.")
    try demand((1...10_000).contains(keep), "--keep must be from 1 to 10000.")
    try demand((64...1 << 20).contains(memory), "--memory must be from 64 to 1048576.")
  }

  /// The settings that the flags describe.
  func settings(forces: Bool, isDryRun: Bool) -> RebuildSettings {
    var settings = RebuildSettings(directory: dir, now: now ?? Int64(Date().timeIntervalSince1970))
    settings.logs = log
    settings.database = database
    settings.format = format
    settings.profile = profile
    // Users and uses are counted before the decay, by the rebuild itself.
    settings.build = build.settings()
    settings.minimumUsers = minimumUsers
    settings.minimumCount = Int(build.minimumCount)
    settings.build.minimumCount = 1
    settings.lookBackDays = lookBackDays
    settings.decayDays = decayDays
    settings.sessionGap = sessionGap
    settings.longestQuery = longestQuery
    settings.findsPersonalData = personalData == .on
    settings.keepsSecrets = keepSecrets == .on
    settings.robotMinute = robotMinute
    settings.robotSession = robotSession
    settings.foldSeconds = foldSeconds
    settings.blockList = blockList
    settings.maximumBadShare = maximumBadShare
    settings.heldOutShare = heldOutShare
    settings.minimumRequests = minimumRequests
    settings.maximumRequests = maximumRequests
    settings.margin = margin
    settings.coverageFloor = coverageFloor
    settings.sizeFactor = sizeFactor
    settings.maximumBytes = maximumBytes
    settings.canaries = canaries
    settings.keep = keep
    settings.socket = socket
    settings.memory = memory << 20
    settings.forces = forces
    settings.isDryRun = isDryRun
    return settings
  }
}

/// A setting that is on or off.
enum Switch: String, ExpressibleByArgument, CaseIterable {
  case on, off
}
