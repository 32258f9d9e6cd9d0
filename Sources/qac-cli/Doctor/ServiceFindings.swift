// What the doctor finds of units and shells.

import Glibc
import QACFindings
import QACProtocol

/// Who starts the daemon.
enum ServiceFindings {
  /// Nothing for a daemon at another place, which neither units nor shells start.
  static func of(_ connection: ConnectionOptions) -> [Finding] {
    guard connection.isUsual else { return [] }
    guard UserUnits.isManagerThere else {
      return [
        Finding(
          name: "units", state: .ok,
          message: "no service manager answers: the shells start the daemon"
            + (Environment.all["QAC_START"] == "off" ? ", but QAC_START is off" : ""))
      ]
    }
    guard UserUnits.isInstalled(UserUnits.socket) else {
      return [
        Finding(
          name: "units", state: .note,
          message: "\(UserUnits.socket) is not installed: the shells start the daemon",
          remedy: "install qacd again, and systemctl --user daemon-reload")
      ]
    }
    return [UserUnits.socket, UserUnits.timer].map { unit in
      let isEnabled = UserUnits.isEnabled(unit)
      return Finding(
        name: "units", state: isEnabled ? .ok : .note,
        message: "\(unit) is \(isEnabled ? "enabled" : "not enabled")",
        remedy: isEnabled ? nil : "systemctl --user enable --now \(unit)")
    }
  }
}

/// The shells' settings.
enum ShellFindings {
  static var all: [Finding] {
    let own = (Environment.all["SHELL"] ?? "").split(separator: "/").last.map(String.init)
    return ShellName.allCases.compactMap { shell in
      guard let program = ChildProgram.path(of: shell.rawValue) else { return nil }
      let files = ShellFiles(shell: shell)
      if files.isSetUp { return version(of: shell, program) }
      if shell.rawValue != own { return nil }
      return Finding(
        name: shell.rawValue, state: .wrong, message: "its settings have no line of qac-cli init",
        remedy: "add to \(files.settings[0]):  \(files.line)")
    }
  }

  /// Whether the shell is as new as the script needs.
  private static func version(of shell: ShellName, _ program: String) -> Finding {
    let output = ChildProgram(path: program, arguments: ["--version"]).run()?.output ?? ""
    let word = output.split { !$0.isNumber && $0 != "." }.first { $0.contains(".") } ?? ""
    let numbers = word.split(separator: ".").compactMap { Int($0) }
    let isNew = !numbers.lexicographicallyPrecedes(shell.firstVersion)
    let needed = shell.firstVersion.map(String.init).joined(separator: ".")
    return Finding(
      name: shell.rawValue, state: isNew ? .ok : .wrong,
      message: isNew ? "\(word), set up" : "is \(word); the script needs \(needed) or later",
      remedy: isNew ? nil : "install a newer \(shell.rawValue)")
  }
}

extension ShellName {
  /// The first version that the script works with.
  fileprivate var firstVersion: [Int] {
    switch self {
    case .zsh: return [5, 8]
    case .bash: return [5, 0]
    case .fish: return [3, 6]
    }
  }
}
