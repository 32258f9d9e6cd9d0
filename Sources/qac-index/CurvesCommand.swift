// qac-index curves: vary one setting of the hybrid index at a time, and draw what comes out.

import ArgumentParser
import Foundation
import QACBinary
import QACLogs
import QACPipeline
import QACReplay
import QACText
import QACTraining

struct CurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curves",
    abstract: "Vary one setting of the index at a time around its default, and draw the curves.",
    subcommands: [MeasureCurvesCommand.self, DrawCurvesCommand.self])
}

struct MeasureCurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure one log's curves: MRR@10 of the index alone by the value of a setting.",
    discussion: """
      The log is read and divided once, as evaluate does it, and the same requests are asked of an \
      index for each value. fit is the tenth that the ranker is fitted on, score the last; the index \
      has seen neither.
      """)

  @OptionGroup var logs: LogOptions
  @OptionGroup var settings: SettingsOptions

  @Option(help: "What a request may know: offline or replay.")
  var `protocol`: ReplayProtocol = .offline

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The settings to vary, each with its values if they are not to be the usual ones.",
      discussion: """
        trie-depth, branching, leaf-size, start-scale, smoothing, epochs, learning-rate, pruning, \
        beam (0: exact search); all without this option.
        """,
      valueName: "name[=value,...]"))
  var vary: [VariedValues] = VariedSetting.allCases.map { VariedValues(setting: $0) }

  @Option(help: "How often requests are resampled for confidence intervals.")
  var resamples: Int = EvaluationOptions(profile: .search).resamples

  @Flag(help: "Measure the full system, too, with its ranker fitted anew for each value.")
  var full = false

  @Option(help: "What the log is called; by default its file's name up to the first dot.")
  var name: String?

  @Option(help: ArgumentHelp("Also write the curves, to draw them.", valueName: "file.json"))
  var out: String?

  @Flag(help: "Say nothing but the result and errors.")
  var quiet = false

  func validate() throws {
    if resamples < 40 { throw ValidationError("--resamples must be 40 or more.") }
    for varied in vary {
      for value in varied.values {
        var options = EvaluationOptions(profile: .search)
        varied.setting.set(value, in: &options)
        do {
          try options.settings.check()
        } catch {
          throw ValidationError("\(error)")
        }
      }
    }
  }

  func run() throws {
    if let out { try AtomicFile.checkWritable(out) }
    let progress = ProgressReporter(isQuiet: quiet)
    progress.begin("read")
    // Measured is all that people typed.
    let log = try logs.read(keepsSecrets: true)
    progress.end()
    if !quiet { printError(log.report.description) }
    var options = EvaluationOptions(profile: logs.profile)
    options.settings = settings.settings(minimumUsers: logs.minimumUsers)
    options.rule = `protocol`
    options.seed = settings.seed
    options.resamples = resamples
    let curves = try Evaluation.curves(
      log, name: name ?? logs.name, options: options,
      varied: vary.map { ($0.setting, $0.values) }, includesFull: full
    ) { progress.update($0, $1) }
    progress.end()
    if let out { try AtomicFile.write(Array(try curves.json().utf8), to: out) }
    print(curves.table)
  }
}

struct DrawCurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Draw the curves of one or more logs, a plot a setting, and print their tables.")

  @Argument(help: "What curves measure --out wrote.")
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The directory for the plots, curve-SETTING.svg; it is created where it does not exist.",
      valueName: "dir"))
  var out: String

  func run() throws {
    var curves: [SettingCurves] = []
    for file in files { curves.append(try SettingCurves(reading: file)) }
    do {
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    } catch {
      throw PipelineError.noDirectory(path: out)
    }
    for (setting, plot) in SettingCurves.plots(of: curves) {
      try AtomicFile.write(Array(plot.svg().utf8), to: "\(out)/curve-\(setting.rawValue).svg")
    }
    print(curves.map(\.table).joined(separator: "\n\n"))
  }
}

/// A setting to vary with the values to try: `NAME` or `NAME=VALUE,VALUE`.
struct VariedValues: ExpressibleByArgument {
  let setting: VariedSetting
  let values: [Double]

  init(setting: VariedSetting) {
    self.setting = setting
    values = setting.values
  }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let setting = VariedSetting(rawValue: String(parts[0])) else { return nil }
    self.setting = setting
    if parts.count == 1 {
      values = setting.values
      return
    }
    var values: [Double] = []
    for part in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      // Nothing that is set has more than a million.
      guard let value = Double(part), (0...1e6).contains(value),
        !setting.isWhole || value == value.rounded()
      else { return nil }
      values.append(value)
    }
    self.values = values
  }
}
