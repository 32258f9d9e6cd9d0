// The daemon's command line: flags to a configuration, errors to one line and an exit code.

public import ArgumentParser
import Foundation
public import Logging
import QACProtocol
public import QACServer

/// The program: what has to be looked at before there is a second thread, then the command.
@main
enum Program {
  static func main() {
    do {
      var parsed = try QACDCommand.parseAsRoot()
      guard let command = parsed as? QACDCommand else {
        try parsed.run()
        return
      }
      try command.requireMemory()
      let run = command
      CallbackWait.value { end in
        Task.detached {
          do {
            try await run.run()
          } catch {
            QACDCommand.exit(withError: error)
          }
          end(())
        }
      }
    } catch {
      QACDCommand.exit(withError: error)
    }
  }
}

struct QACDCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qacd",
    abstract: "Completes search queries from an index and each session's own history.",
    discussion: """
      Serves JSON-RPC 2.0, one object a line, on a Unix socket; see docs/protocol.md. SIGTERM and \
      SIGINT stop it when every answer is delivered, SIGHUP loads the index and the block list anew.

      Exit codes: 0 stopped, 64 wrong flags, 66 no index or block list, or a bad one, \
      71 too few open files or too little memory allowed, 73 no socket, 74 no database, \
      75 another daemon serves the socket, 1 anything else.
      """,
    version: Daemon.version)

  private static let defaults = DefaultPaths(
    environment: ProcessInfo.processInfo.environment, userID: geteuid())

  @Option(help: ArgumentHelp("The index, written by qac-index build.", valueName: "file"))
  var index: String = defaults.index

  @Option(
    help: ArgumentHelp(
      "The socket; its directory is made, or must be this user's and 0700.", valueName: "path"))
  var socket: String = defaults.socket

  @Option(
    help: ArgumentHelp("The database of sessions; made if missing.", valueName: "path"))
  var database: String = defaults.database

  @Option(
    help: ArgumentHelp(
      "Rules of what is never suggested, one a line; see docs/operations.md.", valueName: "file"))
  var blockList: String?

  @Option(
    help: ArgumentHelp(
      "Suggestions of a request that names no limit (1 to \(ProtocolLimits.maximumLimit)).",
      valueName: "n"))
  var limit: Int = ProtocolLimits.defaultLimit

  @Option(
    help: ArgumentHelp(
      "What is logged to standard error: "
        + "\(Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "level"))
  var logLevel: Logger.Level = .info

  @Option(
    help: ArgumentHelp(
      "Whose time it is: server, or client to accept `at` and replay a log.", valueName: "clock"))
  var clock: ServerConfiguration.Clock = .server

  @Option(
    help: ArgumentHelp(
      "Recent events, newer than the index, that completions learn from; 0 for none.",
      valueName: "n"))
  var liveEvents: Int = 1 << 18

  @Option(
    help: ArgumentHelp(
      "Sessions that must submit a query before it counts for others: 1 for one person, 3 or more "
        + "for a public site (1 to 1000).",
      valueName: "n"))
  var liveSessions: Int = 3

  @Option(
    help: ArgumentHelp(
      "Delete what was submitted more than so many days ago, from the second hour of a run on; "
        + "0 for never.", valueName: "n"))
  var keepDays: Int64 = 0

  @Option(
    help: ArgumentHelp(
      "Keep at most so many events: beyond that all but the newest seven eighths are deleted; "
        + "0 for no limit.",
      valueName: "n"))
  var keepEvents: Int = 0

  @Flag(help: "Load the index and the block list anew when others take their places.")
  var watch = false

  @Option(
    help: ArgumentHelp(
      "Another user who may connect, by number; he shares every session. May be repeated.",
      valueName: "uid"))
  var allowUid: [UInt32] = []

  @Option(
    help: ArgumentHelp(
      "A second socket, on which GET /metrics tells counters and latencies; made like --socket.",
      valueName: "path"))
  var metricsSocket: String?

  @Option(
    help: ArgumentHelp(
      "Log requests that take so long, without what was asked; 0 for none.",
      valueName: "milliseconds"))
  var slowMs: Int = 50

  @Option(help: ArgumentHelp("Threads that answer (1 to 64).", valueName: "n"))
  var loops: Int = min(2, ProcessInfo.processInfo.activeProcessorCount)

  func validate() throws {
    guard (1...ProtocolLimits.maximumLimit).contains(limit) else {
      throw ValidationError("--limit must be from 1 to \(ProtocolLimits.maximumLimit).")
    }
    guard (0...1 << 24).contains(liveEvents) else {
      throw ValidationError("--live-events must be from 0 to \(1 << 24).")
    }
    guard (1...1000).contains(liveSessions) else {
      throw ValidationError("--live-sessions must be from 1 to 1000.")
    }
    guard (0...36_500).contains(keepDays) else {
      throw ValidationError("--keep-days must be from 0 to 36500.")
    }
    guard keepEvents == 0 || keepEvents >= 8 else {
      throw ValidationError("--keep-events must be 0 or at least 8.")
    }
    guard (1...64).contains(loops) else { throw ValidationError("--loops must be from 1 to 64.") }
    guard (0...3_600_000).contains(slowMs) else {
      throw ValidationError("--slow-ms must be from 0 to 3600000.")
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

  /// Refuses to start where a library would end the process, or wait for ever, without a word.
  func requireMemory() throws {
    do {
      try ProcessGuard.requireMemory(index: index, loops: loops)
    } catch {
      throw Self.told(error)
    }
  }

  /// Tells standard error of `error` in one line; what the process ends with.
  private static func told(_ error: any Error) -> ExitCode {
    FileHandle.standardError.write(Data("qacd: \(error)\n".utf8))
    return ExitCode((error as? ServerError)?.exitCode ?? 1)
  }

  func run() async throws {
    let level = logLevel
    LoggingSystem.bootstrap { _ in LogLineHandler(level: level) }
    var configuration = ServerConfiguration(
      indexPath: index, socketPath: socket, databasePath: database, defaultLimit: limit,
      clock: clock, loops: loops)
    configuration.blockListPath = blockList
    configuration.liveEvents = liveEvents
    configuration.liveSessions = liveSessions
    configuration.keepDays = keepDays
    configuration.keepEvents = keepEvents
    configuration.watchesFiles = watch
    configuration.allowedUsers = Set(allowUid)
    configuration.metricsSocketPath = metricsSocket
    configuration.slowMilliseconds = slowMs
    do {
      let logger = Logger(label: "qacd")
      let connections = try ProcessGuard.prepare(configuration)
      if connections < configuration.maximumConnections {
        logger.warning(
          "fewer connections than usual are served: few open files are allowed",
          metadata: ["limit": "\(connections)", "usual": "\(configuration.maximumConnections)"])
        configuration.maximumConnections = connections
      }
      try await Daemon.serve(configuration, logger: logger)
    } catch {
      throw Self.told(error)
    }
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
extension ServerConfiguration.Clock: ExpressibleByArgument {}
