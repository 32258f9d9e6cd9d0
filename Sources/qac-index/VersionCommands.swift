// qac-index list and rollback: the versions that rebuilds have published.

import ArgumentParser
import Foundation
import QACPipeline

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the published versions, newest first; * is the current one.")

  @Option(help: "Where the versions are kept.")
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
    abstract: "Have an older version served again.",
    discussion: """
      Without --to, that before the current one. The next rebuild publishes again what it finds good: \
      stop its timer if the version is to stay.
      """)

  @Option(help: "Where the versions are kept.")
  var dir: String = RebuildOptions.defaultDirectory

  @Option(help: "The version, as `list` names it.")
  var to: String?

  @Option(help: "The socket of the daemon that is told; none without it.")
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
