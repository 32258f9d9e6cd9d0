// `qac-cli doctor`: what is wrong, and how to mend it.
//
// It changes nothing, and shows no text that somebody typed.

import ArgumentParser
import QACClient
import QACProtocol

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is wrong with completions at the prompt, and how to mend it.",
    discussion: """
      Looks at the programs, the daemon, its index and database, the units, and the shells' settings. \
      "note" is something that may be meant so. The exit code is 1 if something is wrong.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let client = connection.client()
    let (daemon, status) = DaemonFindings.of(client)
    var findings = EnvironmentFindings.all
    findings += SocketFindings.of(client.socketPath)
    findings += daemon
    if let status { findings += StatusFindings.of(status) }
    findings += ServiceFindings.of(connection)
    findings += ShellFindings.all
    let isWell = !findings.contains { $0.state == .wrong }
    if output.json {
      Console.write(
        json: .object([
          .init("ok", .bool(isWell)), .init("findings", .array(findings.map(\.json))),
        ]))
    } else {
      Console.write(findings.map(\.text).joined())
    }
    if !isWell { throw ExitCode.failure }
  }
}
