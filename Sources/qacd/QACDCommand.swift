// The daemon's command line.

import ArgumentParser
import QACDaemon
import QACServer

@main
enum Program {
  static func main() { QACDCommand.start() }
}

struct QACDCommand: DaemonCommand {
  static let configuration = CommandConfiguration(
    commandName: "qacd",
    abstract: "Completes search queries from an index and from each session's own history.",
    discussion: """
      Serves JSON-RPC 2.0, one object per line, on a Unix socket; see docs/protocol.md. SIGTERM and \
      SIGINT stop it after every answer is delivered. SIGHUP reloads the index and the block list.

      Without an index it completes from what is submitted to it, and takes the first index in \
      when it is there.

      Exit codes: 0 stopped; 64 wrong flags; 66 the index is bad, or the block list missing or bad; \
      71 too few open files or too little memory allowed; 73 the socket cannot be made; 74 the \
      database cannot be opened; 75 another daemon serves the socket; 1 anything else.
      """,
    version: ProgramVersion.text(of: "qacd"))

  @OptionGroup var daemon: DaemonOptions

  func run() async throws { try await daemon.serve() }
}
