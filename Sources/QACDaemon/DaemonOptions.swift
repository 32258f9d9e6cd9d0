// The daemon's settings: flags, and the keys of its configuration file.
//
// A property is a flag in kebab case and a key of the same name: `liveEvents`, --live-events,
// live-events. docs/operations.md, "Flags and files", has a row for each.

public import ArgumentParser
internal import Foundation
public import Logging
internal import QACConfiguration
internal import QACProtocol
public import QACServer
internal import QACText

/// The settings of a daemon, for every program that runs one.
public struct DaemonOptions: ParsableArguments, Sendable {
  private static let defaults = DefaultPaths(
    environment: ProcessInfo.processInfo.environment, userID: geteuid())

  /// The ranges of the options that are numbers, for the help and the check.
  private enum Range {
    static let limit = 1...ProtocolLimits.maximumLimit
    static let liveEvents = 0...1 << 24
    static let liveSessions = 1...1000
    static let keepDays: ClosedRange<Int64> = 0...36_500
    static let leastKeepEvents = 8
    static let slowMs = 0...3_600_000
    static let loops = 1...64
    static let idleExit = 0.0...10_080

    static func text<Number>(_ range: ClosedRange<Number>) -> String {
      "from \(range.lowerBound) to \(range.upperBound)"
    }
  }

  @Option(
    help: ArgumentHelp(
      "What the daemon is for: sets --profile, --live-sessions and --keep-days, unless they are "
        + "given too.",
      valueName: "name"))
  var preset: Preset?

  @Option(
    help: ArgumentHelp(
      "The index to serve, written by `qac-index build` or `qac-index rebuild`. Set it to "
        + "serve an index at another path. It may come later.",
      valueName: "file"),
    completion: .file())
  var index: String = defaults.index

  @Option(
    help: ArgumentHelp(
      "The path of the socket to listen on. Change it to run several daemons, and give clients the "
        + "same path. Its directory is made if it is missing; else it must belong to this user and "
        + "have mode 0700.",
      valueName: "path"),
    completion: .file())
  var socket: String = defaults.socket

  @Option(
    help: ArgumentHelp(
      "The database that keeps each session's queries; made if it is missing. Every daemon needs "
        + "its own.",
      valueName: "file"),
    completion: .file())
  var database: String = defaults.database

  @Option(
    help: ArgumentHelp(
      "How texts are normalised until there is an index, which then says so itself: `search` for "
        + "search boxes, `verbatim` for shells and code.",
      valueName: "name"),
    completion: .list(NormalizationProfile.current.map(\.name)))
  var profile: String = NormalizationProfile.search.name

  @Option(
    help: ArgumentHelp(
      "A file of rules for what is never suggested, one rule per line. Use it for rules that an "
        + "administrator maintains; see docs/operations.md.",
      valueName: "file"),
    completion: .file())
  var blockList: String?

  @Option(
    help: ArgumentHelp(
      "How many suggestions a request gets that sets no `limit`, \(Range.text(Range.limit)). "
        + "Change it to fit the length of your list.",
      valueName: "n"))
  var limit: Int = ProtocolLimits.defaultLimit

  @Option(
    help: ArgumentHelp(
      "The lowest level of messages that go to standard error. Lower it to `debug` to look into a "
        + "problem with connections.",
      valueName: "level"))
  var logLevel: Logger.Level = .info

  @Option(
    help: ArgumentHelp(
      "Where the time of a request comes from: `server` uses this machine's clock; `client` lets a "
        + "request set it with `at`, which only a replay of a log needs.",
      valueName: "clock"))
  var clock: ServerConfiguration.Clock = .server

  @Option(
    help: ArgumentHelp(
      "How many of the most recent queries, newer than the index, completions learn from, "
        + "\(Range.text(Range.liveEvents)). Lower it to save memory; 0 suggests to others only what "
        + "the index has.",
      valueName: "n"))
  var liveEvents: Int = ServerConfiguration.defaultLiveEvents

  @Option(
    help: ArgumentHelp(
      "How many sessions must submit a new query before it is suggested to others, "
        + "\(Range.text(Range.liveSessions)). Use 1 if one person uses the daemon, and 3 or more for "
        + "a public site.",
      valueName: "n"))
  var liveSessions: Int = ServerConfiguration.defaultLiveSessions

  @Option(
    help: ArgumentHelp(
      "Delete queries after this many days, \(Range.text(Range.keepDays)); 0 never deletes by age. "
        + "Set it to limit how long personal data is kept. Deleting begins in the second hour of a "
        + "run.",
      valueName: "days"))
  var keepDays: Int64 = 0

  @Option(
    help: ArgumentHelp(
      "Keep at most this many queries, at least \(Range.leastKeepEvents); 0 sets no limit. Above it, "
        + "the oldest are deleted until seven eighths of this number are left. Set it to limit the "
        + "size of the database.",
      valueName: "n"))
  var keepEvents: Int = 0

  @Flag(
    inversion: .prefixedNo,
    help: """
      Reload the index and the block list when their files are replaced. Use it if you cannot send \
      SIGHUP after a new index.
      """)
  var watch = false

  @Option(
    help: ArgumentHelp(
      "The number of another user who may connect, besides this user and root. That user can read and "
        + "change every session. May be repeated.",
      valueName: "uid"))
  var allowUid: [UInt32] = []

  @Option(
    help: ArgumentHelp(
      "The path of a second socket that answers `GET /metrics` with counters and latencies, for "
        + "Prometheus or a similar system. Its directory follows the same rules as that of --socket.",
      valueName: "path"),
    completion: .file())
  var metricsSocket: String?

  @Option(
    help: ArgumentHelp(
      "Log requests that take this long or longer, without their text, "
        + "\(Range.text(Range.slowMs)); 0 logs none. Lower it to look for slow requests.",
      valueName: "milliseconds"))
  var slowMs: Int = ServerConfiguration.defaultSlowMilliseconds

  @Option(
    help: ArgumentHelp(
      "The number of threads that answer requests, \(Range.text(Range.loops)). Raise it if they are "
        + "busy while processors are idle.",
      valueName: "n"))
  var loops: Int = min(2, ProcessInfo.processInfo.activeProcessorCount)

  @Option(
    help: ArgumentHelp(
      "End after this many minutes in which nobody was connected, 0 for never. Use it if something "
        + "starts the daemon again when it is needed, as a socket unit or the shells do.",
      valueName: "minutes"))
  var idleExit: Double = 0

  /// Makes options that are to be parsed.
  public init() {}

  /// Refuses values that are out of range.
  public func validate() throws {
    try Self.require(limit, "--limit", in: Range.limit)
    try Self.require(liveEvents, "--live-events", in: Range.liveEvents)
    try Self.require(liveSessions, "--live-sessions", in: Range.liveSessions)
    try Self.require(keepDays, "--keep-days", in: Range.keepDays)
    try Self.require(slowMs, "--slow-ms", in: Range.slowMs)
    try Self.require(loops, "--loops", in: Range.loops)
    try Self.require(idleExit, "--idle-exit", in: Range.idleExit)
    guard keepEvents == 0 || keepEvents >= Range.leastKeepEvents else {
      throw ValidationError("--keep-events must be 0 or at least \(Range.leastKeepEvents).")
    }
    guard NormalizationProfile(name: profile) != nil else {
      throw ValidationError(
        "--profile must be \(NormalizationProfile.current.map(\.name).joined(separator: " or ")).")
    }
    guard metricsSocket != socket else {
      throw ValidationError("--metrics-socket must be another path than --socket.")
    }
    for (flag, path) in [
      ("--index", index), ("--socket", socket), ("--database", database),
      ("--block-list", blockList ?? "none"), ("--metrics-socket", metricsSocket ?? "none"),
    ] where path.isEmpty || path.utf8.contains(0) {
      throw ValidationError("\(flag) must name a file.")
    }
  }

  private static func require<Number>(
    _ number: Number, _ flag: String, in range: ClosedRange<Number>
  ) throws {
    guard range.contains(number) else {
      throw ValidationError("\(flag) must be \(Range.text(range)).")
    }
  }

  /// The configuration that these describe.
  var configuration: ServerConfiguration {
    var configuration = ServerConfiguration(
      indexPath: index, socketPath: socket, databasePath: database, defaultLimit: limit,
      clock: clock, loops: loops)
    configuration.profile = NormalizationProfile(name: profile) ?? configuration.profile
    configuration.blockListPath = blockList
    configuration.liveEvents = liveEvents
    configuration.liveSessions = liveSessions
    configuration.keepDays = keepDays
    configuration.keepEvents = keepEvents
    configuration.watchesFiles = watch
    configuration.allowedUsers = Set(allowUid)
    configuration.metricsSocketPath = metricsSocket
    configuration.slowMilliseconds = slowMs
    configuration.idleExitSeconds = idleExit * 60
    return configuration
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
extension ServerConfiguration.Clock: ExpressibleByArgument {}
