// What the doctor finds in the daemon's status: its index and its database.

import Glibc
import QACProtocol
import QACTerminal

/// Index and database.
enum StatusFindings {
  /// An index that learned nothing for so many seconds is told of.
  private static let staleSeconds: Int64 = 3 * 86_400

  static func of(_ status: JSONValue) -> [Finding] {
    [index(status), profile(status)].compactMap { $0 } + database(status)
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
    if let file = FilePermissions(path), file.isOurs, file.isOpen {
      return Finding(
        name: "index", state: .note, message: "\(path) has mode \(file.modeText)",
        remedy: file.remedy)
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

  private static func database(_ status: JSONValue) -> [Finding] {
    guard let path = status["database_path"]?.string else { return [] }
    guard let file = FilePermissions(path) else {
      return [
        Finding(
          name: "database", state: .wrong, message: "\(path) is gone, or cannot be looked at",
          remedy: "qac-cli stop; qac-cli start")
      ]
    }
    var found: [Finding] = []
    let directory = FilePermissions(FilePermissions.directory(of: path))
    for place in [file, directory].compactMap({ $0 }) where place.isOurs && place.isOpen {
      found.append(
        Finding(
          name: "database", state: .wrong,
          message: "others may look into \(place.path), which has mode \(place.modeText)",
          remedy: place.remedy))
    }
    if !found.isEmpty { return found }
    let events = status["events"]?.wholeNumber ?? 0
    let sessions = status["sessions"]?.wholeNumber ?? 0
    let bytes = file.bytes + (FilePermissions(path + "-wal")?.bytes ?? 0)
    return [
      Finding(
        name: "database", state: .ok,
        message: "\(events) \(events == 1 ? "command" : "commands") of \(sessions) "
          + "\(sessions == 1 ? "session" : "sessions"), \(size(bytes)), "
          + "mode \(file.modeText): \(path)")
    ]
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 1 << 20 ? "\((bytes + 1023) >> 10) KiB" : "\(bytes >> 20) MiB"
  }
}
