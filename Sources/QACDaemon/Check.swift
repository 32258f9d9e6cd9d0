// `qacd --check`: what would keep the daemon from serving, and what to do about it.

internal import ArgumentParser
internal import Foundation
internal import QACConfiguration
internal import QACFindings
internal import QACProtocol
internal import QACServer

enum Check {
  /// Prints what there is to say of `settings`.
  ///
  /// - Throws: The exit code 1 if something is wrong.
  static func run(_ settings: Settings<some DaemonCommand>) throws {
    let findings =
      configuration(settings) + DaemonCheck.findings(of: settings.command.daemon.configuration)
      + settings.command.findings + UnitFindings.all
    try tell(findings, isJSON: settings.command.file.json)
  }

  /// Prints what is wrong with a configuration that cannot be used.
  ///
  /// - Returns: The exit code.
  static func failed(_ error: ConfigurationError, isJSON: Bool) -> ExitCode {
    do {
      try tell([Finding(name: "configuration", error: error)], isJSON: isJSON)
    } catch {}
    return .failure
  }

  private static func tell(_ findings: [Finding], isJSON: Bool) throws {
    let text = isJSON ? String(decoding: findings.json.json, as: UTF8.self) + "\n" : findings.text
    FileHandle.standardOutput.write(Data(text.utf8))
    if !findings.isWell { throw ExitCode.failure }
  }

  private static func configuration(_ settings: Settings<some DaemonCommand>) -> [Finding] {
    guard let file = settings.file else {
      return [
        Finding(
          name: "configuration", state: .ok, message: "no file: flags and defaults")
      ]
    }
    var status = stat()
    // Another user who may write there decides who may connect.
    if stat(file.path, &status) == 0, status.st_mode & 0o022 != 0 {
      return [
        Finding(
          name: "configuration", state: .note, message: "others may change \(file.path)",
          remedy: "chmod go-w \(file.path)")
      ]
    }
    return [Finding(name: "configuration", state: .ok, message: file.path)]
  }
}
