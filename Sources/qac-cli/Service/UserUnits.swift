// The user's service manager and our units in it (contrib/systemd).
//
// Source: systemctl(1): `is-enabled` ends with 0 if a unit is enabled; `cat` if there is one.

import Glibc

/// The units of this user's daemon.
enum UserUnits {
  static let socket = "qacd.socket"
  static let service = "qacd.service"
  static let timer = "qacd-rebuild.timer"

  /// Whether this user has a service manager that answers.
  static var isManagerThere: Bool {
    guard let runtime = Environment.all["XDG_RUNTIME_DIR"],
      access(runtime + "/systemd/private", F_OK) == 0
    else { return false }
    return ask("list-unit-files", "--no-legend", socket) != nil
  }

  /// Whether `unit` is installed.
  static func isInstalled(_ unit: String) -> Bool { ask("cat", unit) == 0 }

  /// Whether `unit` starts with the user's session.
  static func isEnabled(_ unit: String) -> Bool { ask("is-enabled", "--quiet", unit) == 0 }

  /// Whether `unit` is running or listening.
  static func isActive(_ unit: String) -> Bool { ask("is-active", "--quiet", unit) == 0 }

  /// Runs `systemctl --user` with `arguments`; what it said if it failed.
  static func run(_ arguments: String...) -> String? {
    guard let result = systemctl(arguments) else { return "systemctl cannot be started" }
    if result.code == 0 { return nil }
    return String(result.output.prefix { !$0.isNewline })
  }

  private static func ask(_ arguments: String...) -> Int32? { systemctl(arguments)?.code }

  private static func systemctl(_ arguments: [String]) -> ChildProgram.Result? {
    ChildProgram.path(of: "systemctl").flatMap {
      ChildProgram(path: $0, arguments: ["--user"] + arguments).run()
    }
  }
}
