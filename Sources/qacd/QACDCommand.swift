// The daemon's command line: what it does, and an error as one line and an exit code.

import ArgumentParser
import CVersion
import Foundation
import Logging
import QACConfiguration
import QACProtocol
import QACServer

struct QACDCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qacd",
    abstract: "Complete search queries from an index and from each session's own history.",
    discussion: """
      Serves JSON-RPC 2.0, one object per line, on a Unix socket; see docs/protocol.md. SIGTERM and \
      SIGINT stop it after every answer is delivered. SIGHUP reloads the index and the block list.

      Without an index it completes from what is submitted to it, and takes the first index in \
      when it is there.

      Every setting can stand in the configuration file, as a TOML key without the dashes:

        preset = "shop"
        index = "/var/lib/qacd/current.qaci"
        watch = true

      A flag takes precedence over the file, and both take precedence over what a preset stands for.

      Exit codes: 0 stopped; 1 anything else, and something is wrong with --check; 64 wrong flags; \
      66 the index is bad, or the block list missing or bad; 71 too few open files or too little \
      memory allowed; 73 the socket cannot be made; 74 the database cannot be opened; 75 another \
      daemon serves the socket; 78 the configuration file is wrong.
      """,
    version: ProgramVersion.text(of: "qacd", commit: String(cString: qacd_commit())))

  @OptionGroup var file: FileOptions
  @OptionGroup var settings: DaemonOptions

  /// What `run` does in place of serving.
  enum Mode {
    case serve, check, printConfiguration
  }

  var mode: Mode {
    file.check ? .check : file.printConfig ? .printConfiguration : .serve
  }

  /// Refuses to start if a library would later end the process, or wait for ever, without a
  /// message.
  func requireMemory() throws {
    do {
      try ProcessGuard.requireMemory(index: settings.index, loops: settings.loops)
    } catch {
      throw Self.told(error, code: error.exitCode)
    }
  }

  /// Writes `error` to standard error, as one line.
  ///
  /// - Returns: The exit code of the process.
  static func told(_ error: any Error, code: Int32) -> ExitCode {
    FileHandle.standardError.write(Data("qacd: \(error)\n".utf8))
    return ExitCode(code)
  }

  func run() async throws {
    let level = settings.logLevel
    LoggingSystem.bootstrap { _ in LogLineHandler(level: level) }
    var configuration = settings.configuration
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
      throw Self.told(error, code: (error as? ServerError)?.exitCode ?? 1)
    }
  }
}

/// The flags that say where the settings are, and that only look at them. They are no keys.
struct FileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A TOML file of settings; flags take precedence. `none` reads no file. (default: "
        + "$XDG_CONFIG_HOME/qacd/qacd.toml or ~/.config/qacd/qacd.toml, and /etc/qacd/qacd.toml for "
        + "a system user, if it is there)",
      valueName: "file"),
    completion: .file())
  var config: String?

  @Flag(help: "Print the settings that result, as a configuration file that says whence each is.")
  var printConfig = false

  @Flag(
    help: """
      Check configuration, files, modes, index, database, sockets and unit, print what is wrong and \
      how to mend it, and change nothing.
      """)
  var check = false

  @Flag(help: "With --check, print one line of JSON, for programs.")
  var json = false

  func validate() throws {
    if check && printConfig { throw ValidationError("Give --check or --print-config, not both.") }
    if json && !check { throw ValidationError("--json needs --check.") }
    if config?.isEmpty == true { throw ValidationError("--config must name a file.") }
  }
}
