// The daemon's command line: what it does. `DaemonCommand` does it.

import ArgumentParser
import CVersion
import QACDaemon
import QACProtocol

@main
enum Program {
  static func main() { QACDCommand.start() }
}

struct QACDCommand: DaemonCommand {
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
  @OptionGroup var daemon: DaemonOptions
}
