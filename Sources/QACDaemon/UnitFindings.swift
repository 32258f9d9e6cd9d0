// What the units of systemd start, if there are any.
//
// The files are read: systemctl needs a running manager, and a check should work without one.
// Source: systemd.unit(5), "Unit File Load Path"; the first directory with a name wins.

internal import Foundation
internal import QACBinary
internal import QACFindings

enum UnitFindings {
  /// The units that would start this user's daemon.
  static var all: [Finding] {
    let user = geteuid()
    // A system account has no manager of its own; root may mean either.
    let kinds = user == 0 ? ["system", "user"] : user < 1000 ? ["system"] : ["user"]
    return kinds.compactMap { kind in
      directories(of: kind).map { "\($0)/qacd.service" }.first { access($0, R_OK) == 0 }.flatMap(
        finding)
    }
  }

  private static func directories(of kind: String) -> [String] {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"] ?? ""
    let own =
      kind == "user"
      ? [
        (environment["XDG_CONFIG_HOME"] ?? "\(home)/.config") + "/systemd/user",
        (environment["XDG_DATA_HOME"] ?? "\(home)/.local/share") + "/systemd/user",
      ] : []
    return own
      + ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"].map {
        "\($0)/\(kind)"
      }
  }

  private static func finding(_ path: String) -> Finding? {
    guard let bytes = try? RegularFile.contents(path, limit: 1 << 20) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    // The last one counts: an empty ExecStart= takes earlier ones back.
    guard let start = lines.last(where: { $0.hasPrefix("ExecStart=") }),
      let word = start.dropFirst("ExecStart=".count).split(separator: " ").first
    else {
      return Finding(
        name: "unit", state: .note, message: "\(path) starts nothing",
        remedy: "install the unit again")
    }
    let program = String(word.drop { "-@:+!".contains($0) })
    guard access(program, X_OK) == 0 else {
      return Finding(
        name: "unit", state: .wrong, message: "\(path) starts \(program), which is not there",
        remedy: "install the programs again, or correct ExecStart= in the unit")
    }
    if FilePermissions(program) != FilePermissions("/proc/self/exe") {
      return Finding(
        name: "unit", state: .note, message: "\(path) starts another program: \(program)",
        remedy: "\(program) --check")
    }
    return Finding(name: "unit", state: .ok, message: "\(path) starts this program")
  }
}
