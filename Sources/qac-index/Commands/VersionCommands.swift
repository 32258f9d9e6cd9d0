// qac-index list and rollback: the versions that rebuilds have published.

import ArgumentParser
import Foundation
import QACPipeline

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the published versions, newest first; * marks the one that is served.")

  @Option(help: StoreHelp.directory, completion: .directory)
  var dir: String = RebuildOptions.defaultDirectory

  @Flag(help: "Print one JSON array instead of a table.")
  var json = false

  func run() throws {
    let versions = try PublishedVersion.all(dir)
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(versions), as: UTF8.self))
      return
    }
    if versions.isEmpty { return print("no version in \(dir)") }
    print(
      "  version".padding(toLength: 38, withPad: " ", startingAt: 0) + "labels     bytes  MRR@10")
    for version in versions {
      print(
        (version.isCurrent ? "* " : "  ")
          + version.name.padding(toLength: 36, withPad: " ", startingAt: 0)
          + String(
            format: "%6d %9d  %@", version.labels, version.bytes,
            version.mrr10.map { String(format: "%.4f", $0) } ?? "-"))
    }
  }
}

struct RollbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Serve an older version again.",
    discussion: """
        qac-index rollback --socket /run/qacd/qacd.sock

      Without --to, the version before the one that is served. The next rebuild publishes a new \
      version if it finds it good: stop its timer if the older version must stay.

      Exit codes: 0 done; 69 done, but the daemon does not serve the version; 75 a rebuild or \
      another rollback is running; 1 nothing was changed.
      """)

  @Option(help: StoreHelp.directory, completion: .directory)
  var dir: String = RebuildOptions.defaultDirectory

  @Option(
    help: ArgumentHelp("The version to serve, as qac-index list names it.", valueName: "version"))
  var to: String?

  @Option(help: StoreHelp.socket, completion: .file())
  var socket: String?

  func run() throws {
    let change: VersionChange
    do {
      change = try VersionChange.rollBack(dir, to: to, socket: socket)
    } catch {
      printError("Error: \(error)")
      if case .storeInUse = error { throw ExitCode(75) }
      throw ExitCode(1)
    }
    print("current: \(change.name)")
    if let problem = change.problem {
      printError("warning: \(problem)")
      throw ExitCode(69)
    }
  }
}
