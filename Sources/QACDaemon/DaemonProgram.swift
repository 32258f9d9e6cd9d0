// The start of every program that runs a daemon: what must be checked before there is a second
// thread, then the command.

public import ArgumentParser
internal import CWipe
internal import QACProtocol
internal import QACServer

/// A command that runs a daemon.
public protocol DaemonCommand: AsyncParsableCommand, Sendable {
  /// The daemon's options.
  var daemon: DaemonOptions { get }
}

extension DaemonCommand {
  /// Parses the command line, runs the command, and ends the process if that fails.
  public static func start() {
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      var parsed = try parseAsRoot(Preset.expanding(arguments) { $0.ofDaemon })
      guard let command = parsed as? Self else {
        try parsed.run()
        return
      }
      try command.daemon.requireMemory()
      CallbackWait.value { end in
        Task.detached {
          do {
            var run = command
            try await run.run()
          } catch {
            exit(withError: error)
          }
          end(())
        }
      }
    } catch {
      exit(withError: error)
    }
  }
}
