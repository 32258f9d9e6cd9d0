// The flags of a rebuild, which are also the keys of its configuration file. A file
//
//     dir = "/var/lib/qacd"
//     log = ["/var/log/shop/queries-*.tsv.gz"]
//     minimum-users = 5
//
// says the same as --dir /var/lib/qacd --log '/var/log/shop/queries-*.tsv.gz' --minimum-users 5. A
// flag on the command line takes the place of the file's key.
//
// Setting.swift of QACTraining says what to touch to add a number.

import ArgumentParser
import Foundation
import QACBinary
import QACLogs
import QACPipeline
import QACProtocol
import QACText
import QACTraining

struct RebuildOptions: ParsableArguments {
  static let defaults = RebuildSettings(directory: "", now: 0)

  @OptionGroup(title: HelpSection.files) var files: RebuildFileOptions
  @OptionGroup(title: HelpSection.learning) var learning: LearningOptions
  @OptionGroup(title: HelpSection.judging) var judging: JudgingOptions
  @OptionGroup(title: HelpSection.general) var running: ThreadOptions
  @OptionGroup(title: HelpSection.advanced) var events: EventOptions
  @OptionGroup(title: HelpSection.advanced) var parameters: HyperParameterOptions

  /// The directory of the index that the daemon serves by default.
  static var defaultDirectory: String {
    let paths = DefaultPaths(environment: ProcessInfo.processInfo.environment, userID: getuid())
    let index = paths.index
    return String(index[..<(index.lastIndex(of: "/") ?? index.startIndex)])
  }

  func validate() throws {
    do {
      try settings(forces: false, isDryRun: false).check()
    } catch PipelineError.setting(let name, let values) {
      throw ValidationError("--\(flagName(of: name)) must be \(values).")
    }
    // Not among the listed numbers: the flag counts MiB, the setting bytes.
    if !(64...1 << 20).contains(events.memory) {
      throw ValidationError("--memory must be from 64 to \(1 << 20).")
    }
  }

  /// The settings that the flags describe.
  func settings(forces: Bool, isDryRun: Bool) -> RebuildSettings {
    let clock = Int64(Date().timeIntervalSince1970)
    var settings = RebuildSettings(directory: files.dir, now: events.now ?? clock)
    settings.forces = forces
    settings.isDryRun = isDryRun
    settings.build = BuildSettings(running, parameters)
    files.apply(to: &settings)
    learning.apply(to: &settings)
    judging.apply(to: &settings)
    events.apply(to: &settings)
    return settings
  }
}
