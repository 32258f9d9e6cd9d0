// The command line of a daemon that shares a log in PostgreSQL with others.

import ArgumentParser
import CVersion
import Foundation
import QACDaemon
import QACFindings
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
      to a database of its own; see docs/scale.md. Every setting can stand in the configuration file. \
      The other options are those of qacd.
      """,
    version: ProgramVersion.text(of: "qacd-cluster", commit: String(cString: qacd_commit())))

  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var file: FileOptions
  @OptionGroup var daemon: DaemonOptions

  static var ownOptions: [any ParsableArguments.Type] { [ClusterOptions.self] }

  var own: [any ParsableArguments] { [cluster] }

  var findings: [Finding] {
    do {
      try PostgresLog.reach(try cluster.requireAddress())
      return [Finding(name: "log", state: .ok, message: "PostgreSQL answers")]
    } catch {
      return [Finding(name: "log", error: error)]
    }
  }

  func prepare(_ configuration: inout ServerConfiguration) throws {
    // Which events are the oldest may differ between replicas.
    guard configuration.keepEvents == 0 else {
      throw ValidationError("qacd-cluster takes no --keep-events; use --keep-days.")
    }
    let name =
      cluster.replica ?? "\(ProcessInfo.processInfo.hostName):\(configuration.socketPath)"
    configuration.following = LogFollowing(
      log: PostgresLog(try cluster.requireAddress()), replica: name, leaseSeconds: cluster.lease,
      waitSeconds: cluster.lease + 5, acknowledgement: cluster.acknowledge.acknowledgement)
  }
}
