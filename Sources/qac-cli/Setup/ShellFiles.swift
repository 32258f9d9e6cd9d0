// Where a shell reads its settings and keeps its history.
//
// Sources: zsh(1), FILES; bash(1), INVOCATION; fish(1) and the XDG Base Directory Specification. A
// history may be elsewhere: the shells do not export HISTFILE, so the usual places are tried.

import Glibc
import QACFindings

/// The files of a shell.
struct ShellFiles {
  let shell: ShellName

  private static var home: String { Environment.all["HOME"] ?? "" }

  private static func directory(_ variable: String, _ belowHome: String) -> String {
    if let path = Environment.all[variable], path.hasPrefix("/") { return path }
    return home + "/" + belowHome
  }

  /// The files that it reads at its start, the one to change first.
  var settings: [String] {
    switch shell {
    case .zsh:
      let directory = Environment.all["ZDOTDIR"] ?? Self.home
      return [".zshrc", ".zshenv", ".zprofile", ".zlogin"].map { "\(directory)/\($0)" }
    case .bash:
      return [".bashrc", ".bash_profile", ".bash_login", ".profile", ".bash_aliases"].map {
        "\(Self.home)/\($0)"
      }
    case .fish:
      let directory = Self.directory("XDG_CONFIG_HOME", ".config") + "/fish"
      return ["\(directory)/config.fish"] + Self.files(in: directory + "/conf.d", ending: ".fish")
    }
  }

  /// The line that brings qacd to its prompt.
  var line: String {
    switch shell {
    case .zsh, .bash: return "eval \"$(qac-cli init \(shell.rawValue))\""
    case .fish: return "qac-cli init fish | source"
    }
  }

  /// Whether one of its settings has such a line.
  var isSetUp: Bool {
    let wanted = "qac-cli init \(shell.rawValue)"
    return settings.contains { path in
      FileReading.lines(of: path).contains { line in
        !line.drop { $0 == " " || $0 == "\t" }.hasPrefix("#") && line.contains(wanted)
      }
    }
  }

  /// The histories that are there.
  var histories: [String] {
    let candidates: [String]
    switch shell {
    case .zsh:
      let directory = Environment.all["ZDOTDIR"] ?? Self.home
      candidates =
        [directory + "/.zsh_history", directory + "/.zhistory", directory + "/.histfile"]
        + [".zsh_history", ".zhistory", ".histfile"].map { "\(Self.home)/\($0)" }
        + [Self.directory("XDG_STATE_HOME", ".local/state") + "/zsh/history"]
        + [Environment.all["HISTFILE"]].compactMap { $0 }
    case .bash: candidates = [Self.home + "/.bash_history"]
    case .fish:
      let directory = Self.directory("XDG_DATA_HOME", ".local/share") + "/fish"
      candidates = Self.files(in: directory, ending: "_history")
    }
    return candidates.filter { path in
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
    }
  }

  /// The histories of all shells, each file once. That of bash comes last: it mostly has no times,
  /// so that the copy of it that a first fish makes counts as the same commands.
  static var allHistories: [(shell: ShellName, path: String)] {
    var files: [FilePermissions] = []
    var found: [(shell: ShellName, path: String)] = []
    for shell in [ShellName.zsh, .fish, .bash] {
      for path in ShellFiles(shell: shell).histories {
        guard let file = FilePermissions(path), !files.contains(file) else { continue }
        files.append(file)
        found.append((shell, path))
      }
    }
    return found
  }

  private static func files(in directory: String, ending: String) -> [String] {
    (FileReading.names(in: directory) ?? []).filter { $0.hasSuffix(ending) }
      .map { "\(directory)/\($0)" }.sorted()
  }
}
