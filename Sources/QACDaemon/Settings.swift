// The settings that result from flags, configuration file, preset and defaults, and where each
// comes from.
//
// A flag takes precedence over the file, the file over what the preset stands for, and that over the
// default. Invariant: the text is TOML, and as a configuration file it gives the same settings.

internal import ArgumentParser
internal import Foundation
internal import QACConfiguration
internal import QACProtocol

struct Settings<Command: DaemonCommand> {
  /// The command with all settings.
  let command: Command
  /// The file that was read; nil for none.
  let file: ConfigurationFile?
  private let given: [String]

  /// The file that is read if no flag names one.
  static var usualFile: String {
    DefaultPaths(environment: ProcessInfo.processInfo.environment, userID: geteuid())
      .daemonConfiguration
  }

  /// Reads the file that `file` names, or else the usual one if it is there.
  ///
  /// - Parameters:
  ///   - arguments: The command line after the program's name.
  ///   - file: What --config says.
  /// - Throws: `ConfigurationError`, or what the parser throws.
  init(_ arguments: [String], file: String?) throws {
    given = arguments
    var read: ConfigurationFile?
    if file != "none", file != nil || access(Self.usualFile, F_OK) == 0 {
      let kinds = Command.ownOptions.reduce(into: FlagKind.of(DaemonOptions.self)) { kinds, own in
        kinds.merge(FlagKind.of(own)) { kind, _ in kind }
      }
      read = try ConfigurationFile(
        file ?? Self.usualFile, kinds: kinds,
        help: "\(Command._commandName) --help")
    }
    self.file = read
    let merged = (read?.arguments(beside: arguments) ?? []) + arguments
    do {
      command = try Command.parse(Preset.expanding(merged) { $0.ofDaemon })
    } catch {
      guard let read else { throw error }
      throw read.refused(Command.message(for: error))
    }
  }

  /// The settings as a configuration file; each says where it comes from.
  var text: String {
    let values = TOMLText.values(of: command.daemon) + command.own.flatMap(TOMLText.values)
    let lines = values.map { name, value in
      value.map { "\(name) = \($0)  # \(origin(of: name))" } ?? "# \(name) is not set"
    }
    let source = file.map { "the file \($0.path)" } ?? "no file"
    return """
      # The settings of \(ProgramVersion.text(of: Command._commandName, commit: "")), with \(visible(source)).

      \(lines.joined(separator: "\n"))

      """
  }

  private func origin(of name: String) -> String {
    if ConfigurationFile.has(given, name) { return "command line" }
    if let file, file.has(name) {
      return visible(file.path) + (file.line(of: name).map { ", line \($0)" } ?? "")
    }
    if let preset = command.daemon.preset, preset.ofDaemon.contains(where: { $0.name == name }) {
      return "preset \(preset.rawValue)"
    }
    return "default"
  }

  /// A path may hold a line end, which would end a comment.
  private func visible(_ text: String) -> String {
    String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 } ? "?" : $0 })
  }
}
