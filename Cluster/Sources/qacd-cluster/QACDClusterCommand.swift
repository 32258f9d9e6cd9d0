// The command line of a daemon that shares a log in PostgreSQL with others.

import ArgumentParser
import CVersion
import Foundation
import QACDaemon
import QACPostgres
import QACProtocol
import QACServer
import QACSessions

@main
enum Program {
  static func main() { QACDClusterCommand.start() }
}

struct QACDClusterCommand: DaemonCommand {
  static let configuration = CommandConfiguration(
    commandName: "qacd-cluster",
    abstract: "Is qacd, as one of several replicas that share a log in PostgreSQL.",
    discussion: """
      What is recorded, deleted and ruled goes to the log, and every replica applies the whole log \
      to a database of its own; see docs/scale.md. The other options are those of qacd.
      """,
    version: ProgramVersion.text(of: "qacd-cluster", commit: String(cString: qacd_commit())))

  private static let variable = "QACD_POSTGRES"

  @Option(
    help: ArgumentHelp(
      "The PostgreSQL database of the log, as a URL or as words like `host=db dbname=qacd`. "
        + "Give it by the environment variable \(variable) if it has a password.",
      valueName: "url"))
  var postgres: String?

  @Option(
    help: ArgumentHelp(
      "The name of this replica, another one for each: it is how errors name it. The default is "
        + "the machine's name and the socket's.",
      valueName: "name"))
  var replica: String?

  @Option(
    help: ArgumentHelp(
      "After how many seconds without PostgreSQL the replica says nothing of sessions any more, and "
        + "others no longer wait for it, from 1 to 3600.",
      valueName: "seconds"))
  var lease: Double = 10

  @OptionGroup var file: FileOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard 1...3600 ~= lease else { throw ValidationError("--lease must be from 1 to 3600.") }
    guard address != nil else {
      throw ValidationError("--postgres or the variable \(Self.variable) must name a database.")
    }
  }

  private var address: String? {
    postgres ?? ProcessInfo.processInfo.environment[Self.variable]
  }

  func prepare(_ configuration: inout ServerConfiguration) throws {
    // Which events are the oldest may differ between replicas.
    guard configuration.keepEvents == 0 else {
      throw ValidationError("qacd-cluster takes no --keep-events; use --keep-days.")
    }
    let name = replica ?? "\(ProcessInfo.processInfo.hostName):\(configuration.socketPath)"
    configuration.following = LogFollowing(
      log: PostgresLog(address ?? ""), replica: name, leaseSeconds: lease, waitSeconds: lease + 5)
  }
}
