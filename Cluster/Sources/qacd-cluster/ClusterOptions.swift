// The settings of a replica beside those of every daemon: flags, and keys of its configuration file.

import ArgumentParser
import Foundation
import QACSessions

/// The settings of a replica.
struct ClusterOptions: ParsableArguments, Sendable {
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

  @Option(
    help: ArgumentHelp(
      "When a record is answered: when PostgreSQL has it (log), or when the disk of this replica "
        + "has it (local). With local, a disk that dies loses what PostgreSQL did not have yet; see "
        + "docs/scale.md.",
      valueName: "when"))
  var acknowledge: When = .log

  /// When a record is answered.
  enum When: String, CaseIterable, ExpressibleByArgument {
    case log, local

    var acknowledgement: LogAcknowledgement {
      switch self {
      case .log: .log
      case .local: .local
      }
    }
  }

  /// The database of the log; nil if nothing names one.
  var address: String? { postgres ?? ProcessInfo.processInfo.environment[Self.variable] }

  func validate() throws {
    guard 1...3600 ~= lease else { throw ValidationError("--lease must be from 1 to 3600.") }
  }

  /// What names the database of the log.
  func requireAddress() throws -> String {
    guard let address else {
      throw ValidationError("--postgres or the variable \(Self.variable) must name a database.")
    }
    return address
  }
}
