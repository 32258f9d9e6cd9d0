// What the doctor finds in the status of a daemon that runs: what `qacd --check` cannot see.

import Glibc
import QACFindings
import QACProtocol
import QACTerminal

/// The index that is served, its profile, and a database that is gone.
enum StatusFindings {
  /// An index that learned nothing for so many seconds is told of.
  private static let staleSeconds: Int64 = 3 * 86_400

  static func of(_ status: JSONValue) -> [Finding] {
    [index(status), profile(status), database(status)].compactMap { $0 }
  }

  private static func index(_ status: JSONValue) -> Finding {
    let path = status["index_path"]?.string ?? "?"
    guard let identity = status["index"]?.string, identity != "none" else {
      return Finding(
        name: "index", state: .note,
        message: "there is none yet: completions come from what was recorded (\(path))",
        remedy: "qac-cli setup")
    }
    let now = Int64(time(nil))
    let labels = status["labels"]?.wholeNumber ?? 0
    var message = "\(labels) commands"
    let last = status["provenance"]?["lastTime"]?.wholeNumber ?? 0
    if last > 0 { message += ", learned up to \(Age.text(seconds: now - last))" }
    if let loaded = status["loaded_at"]?.wholeNumber {
      message += ", loaded \(Age.text(seconds: now - loaded))"
    }
    guard last > 0, now - last > staleSeconds else {
      return Finding(name: "index", state: .ok, message: message)
    }
    return Finding(
      name: "index", state: .note, message: message,
      remedy: UserUnits.isManagerThere
        ? "systemctl --user enable --now \(UserUnits.timer)"
        : "qac-cli setup, or every night: qac-index rebuild --config "
          + Environment.paths.configuration)
  }

  /// Commands are compared letter by letter.
  private static func profile(_ status: JSONValue) -> Finding? {
    guard let profile = status["profile"]?.string, profile != "verbatim" else { return nil }
    return Finding(
      name: "profile", state: .wrong,
      message: "the daemon takes what is typed for searches (\(profile)), not for commands",
      remedy: "start it with qacd --preset shell, and build its index with --preset shell")
  }

  /// The daemon's database is where the check looks; only a daemon that runs can have lost it.
  private static func database(_ status: JSONValue) -> Finding? {
    guard let path = status["database_path"]?.string, FilePermissions(path) == nil else {
      return nil
    }
    return Finding(
      name: "database", state: .wrong, message: "\(path) is gone, or cannot be looked at",
      remedy: "qac-cli stop; qac-cli start")
  }
}
