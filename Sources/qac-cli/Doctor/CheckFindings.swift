// What `qacd --check` finds: configuration, sockets, index, database and unit.
//
// The check is a program of its own: what it reads, an index, a database and TOML, this one need not
// know. Of a daemon that runs, its own files are checked.

import QACFindings
import QACProtocol

/// The findings of the daemon's program.
enum CheckFindings {
  /// The findings of a daemon at `socket`.
  ///
  /// - Parameters:
  ///   - socket: The path.
  ///   - status: What the daemon says, if it runs.
  ///   - known: What is already known; a finding that is not wrong is left out if another one of its
  ///     name is among these.
  /// - Returns: The findings; none if the daemon is another user's.
  static func of(_ socket: String, _ status: JSONValue?, known: [Finding]) -> [Finding] {
    // Another user's daemon may let us in (--allow-uid), but its files are not ours.
    let directory = FilePermissions(FilePermissions.directory(of: socket))
    guard directory?.isOurs != false, let path = ChildProgram.path(of: "qacd") else { return [] }
    var arguments = ["--check", "--json", "--socket=\(socket)"]
    if let index = status?["index_path"]?.string { arguments.append("--index=\(index)") }
    if let database = status?["database_path"]?.string {
      arguments.append("--database=\(database)")
    }
    // This is what the units and the shells start.
    if socket == Environment.paths.socket { arguments.append("--preset=shell") }
    guard let result = ChildProgram(path: path, arguments: arguments).run(),
      let answer = try? JSONValue(parsing: Array(result.output.utf8)),
      let findings = answer["findings"]?.elements?.compactMap(Finding.init)
    else {
      return [
        Finding(
          name: "check", state: .wrong, message: "\(path) --check gives no answer",
          remedy: "install qacd and qac-cli of one version")
      ]
    }
    return findings.filter { finding in
      finding.state == .wrong || !known.contains { $0.name == finding.name }
    }
  }
}
