// The start of every program that runs a daemon: reads the configuration file, checks what must be
// checked before there is a second thread, then serves until a signal stops it.

public import ArgumentParser
internal import CWipe
internal import Foundation
internal import Logging
internal import QACBinary
internal import QACConfiguration
public import QACFindings
public import QACServer

/// A command that runs a daemon.
public protocol DaemonCommand: AsyncParsableCommand, Sendable {
  /// Where the settings are, and whether they are only looked at.
  var file: FileOptions { get }
  /// The daemon's settings.
  var daemon: DaemonOptions { get }
  /// Types of settings beside those of every daemon; they are keys of the configuration file, too.
  static var ownOptions: [any ParsableArguments.Type] { get }
  /// The values of `ownOptions`, in their order.
  var own: [any ParsableArguments] { get }
  /// What `--check` has to say beside what it says of every daemon.
  var findings: [Finding] { get }
  /// Completes the configuration that the settings describe.
  ///
  /// - Throws: Any error that says what is wrong.
  func prepare(_ configuration: inout ServerConfiguration) throws
}

extension DaemonCommand {
  /// None.
  public static var ownOptions: [any ParsableArguments.Type] { [] }

  /// None.
  public var own: [any ParsableArguments] { [] }

  /// None.
  public var findings: [Finding] { [] }

  /// Changes nothing.
  public func prepare(_ configuration: inout ServerConfiguration) throws {}

  /// Parses the command line, runs the command, and ends the process if that fails.
  public static func start() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      var parsed = try parseAsRoot(arguments)
      guard let given = parsed as? Self else {
        try parsed.run()
        return
      }
      let settings: Settings<Self>
      do {
        settings = try Settings(arguments, file: given.file.config)
      } catch let error as ConfigurationError {
        if given.file.mode == .check { throw Check.failed(error, isJSON: given.file.json) }
        throw told(error, code: 78)
      }
      switch settings.command.file.mode {
      case .printConfiguration: print(settings.text, terminator: "")
      case .check: try Check.run(settings)
      case .serve: try settings.command.serveUntilStopped()
      }
    } catch {
      exit(withError: error)
    }
  }

  private func serveUntilStopped() throws {
    // A library would later end the process, or wait for ever, without a message.
    do {
      try ProcessGuard.requireMemory(index: daemon.index, loops: daemon.loops)
    } catch {
      throw Self.told(error, code: error.exitCode)
    }
    CallbackWait.value { end in
      Task.detached {
        do {
          var command = self
          try await command.run()
        } catch {
          Self.exit(withError: error)
        }
        end(())
      }
    }
  }

  /// Serves until a signal stops it.
  ///
  /// - Throws: The exit code, after the reason is written to standard error.
  public mutating func run() async throws {
    let level = daemon.logLevel
    LoggingSystem.bootstrap { _ in LogLineHandler(level: level) }
    var configuration = daemon.configuration
    do {
      try prepare(&configuration)
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
      let isOfFlags = error is ValidationError
      throw Self.told(error, code: (error as? ServerError)?.exitCode ?? (isOfFlags ? 64 : 1))
    }
  }

  /// Writes `error` to standard error, as one line.
  ///
  /// - Returns: The exit code of the process.
  private static func told(_ error: any Error, code: Int32) -> ExitCode {
    FileHandle.standardError.write(Data("\(_commandName): \(error)\n".utf8))
    return ExitCode(code)
  }
}
