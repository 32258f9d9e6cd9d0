// `qac-cli doctor`: what is wrong, and how to mend it.
//
// It changes nothing, and shows no text that somebody typed.

import ArgumentParser
import QACClient
import QACFindings
import QACProtocol

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is wrong with completions at the prompt, and how to mend it.",
    discussion: """
      Looks at the programs, the daemon, its configuration, files, index and database (as `qacd \
      --check` does), the units, and the shells' settings. "note" marks what may be intended. \
      The exit code is 1 if something is wrong.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let client = connection.client()
    let (daemon, status) = DaemonFindings.of(client)
    var findings = EnvironmentFindings.all
    findings += daemon
    let known = status.map(StatusFindings.of) ?? []
    findings += CheckFindings.of(client.socketPath, status, known: known)
    findings += known
    findings += ServiceFindings.of(connection)
    findings += ShellFindings.all
    if output.json {
      Console.write(json: findings.json)
    } else {
      Console.write(findings.text)
    }
    if !findings.isWell { throw ExitCode.failure }
  }
}
