// qac-index build: from a log to an index file.

import ArgumentParser
import QACBinary
import QACPipeline

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Build an index from query logs.")

  @OptionGroup var logs: LogOptions
  @OptionGroup var settings: SettingsOptions

  @Option(help: "The index file to write; replaced whole, or not at all.")
  var out: String

  func run() throws {
    let log = try logs.read()
    let bytes = try IndexPipeline.build(
      log, profile: logs.profile, settings: settings.settings, logNames: logs.log)
    try AtomicFile.write(bytes, to: out)
  }
}
