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
    abstract: "Measure how quality changes as one setting of the index varies, and draw it.",
    subcommands: [MeasureCurvesCommand.self, DrawCurvesCommand.self, FirstDaysCommand.self])
}

struct MeasureCurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure one log's curves: MRR@10 of the index alone by the value of a setting.",
    discussion: """
      qac-index curves measure --log queries.tsv --vary leaf-size=16,64,256

      The log is read and divided once, as evaluate divides it, and an index for each value is \
      asked the same requests. The column fit is of the tenth that the ranker is fitted on, score \
      of the last tenth; the index has seen neither.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup(title: HelpSection.measuring) var measuring: CurveOptions
  @OptionGroup var training: TrainingOptions

  func validate() throws {
    try source.logs.validate()
    _ = try BuildSettings(source, training)
  }

  func run() throws {
    if let out = measuring.out { try AtomicFile.checkWritable(out) }
    let quiet = training.output.quiet
    var options = EvaluationOptions(profile: source.profile)
    options.settings = try BuildSettings(source, training)
    options.seed = options.settings.seed
    options.rule = measuring.protocol
    options.resamples = measuring.resamples
    let progress = ProgressReporter(isQuiet: quiet)
    progress.begin("read")
    // All that people typed is measured.
    let log = try source.read(training.reading, keepsSecrets: true)
    progress.end()
    if !quiet { printError(log.report.description) }
    let curves = try Evaluation.curves(
      log, name: measuring.name ?? source.name, options: options,
      varied: measuring.vary.map { ($0.setting, $0.values) }, includesFull: measuring.full
    ) { progress.update($0, $1) }
    progress.end()
    if let out = measuring.out { try AtomicFile.write(Array(try curves.json().utf8), to: out) }
    print(curves.table)
  }
}

/// Which curves are measured, and how.
struct CurveOptions: ParsableArguments {
  @Option(help: EvaluationHelp.rule)
  var `protocol`: ReplayProtocol = .offline

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "The settings to vary, each perhaps with the values to try.",
      discussion: """
        The values that are tried without it (0 as a beam is the exact search):
        \(VariedValues.help)
        """,
      valueName: "name[=value,...]"))
  var vary: [VariedValues] = VariedSetting.allCases.map { VariedValues(setting: $0) }

  @Option(help: EvaluationHelp.resamples)
  var resamples: Int = EvaluationOptions(profile: .search).resamples

  @Flag(help: "Also measure the full system, with its ranker fitted anew for each value; slower.")
  var full = false

  @Option(
    help: ArgumentHelp(
      "What the log is called; without it, its file's name up to the first dot.",
      valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp(
      "Also write the curves to a file, for curves draw.", valueName: "file.json"))
  var out: String?

  func validate() throws {
    try EvaluationHelp.check(resamples: resamples)
    for varied in vary {
      for value in varied.values {
        var options = EvaluationOptions(profile: .search)
        varied.setting.set(value, in: &options)
        try options.settings.checkFlags()
      }
    }
  }
}

struct DrawCurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Draw the curves of one or more logs, one plot per setting, and print their tables.")

  @Argument(
    help: ArgumentHelp(
      "The files that curves measure --out wrote, one per log.", valueName: "file.json"))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The directory for the plots, curve-SETTING.svg; it is created if it is missing.",
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

  /// The name alone, which stands for the usual values.
  var defaultValueDescription: String { setting.rawValue }

  /// Every setting with its usual values, as they would be written.
  static var help: String {
    VariedSetting.allCases.map { setting in
      let values = setting.values.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }
      return "\(setting.rawValue)=\(values.joined(separator: ","))"
    }.joined(separator: " ")
  }

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
      // No setting goes above a million.
      guard let value = Double(part), (0...1e6).contains(value),
        !setting.isWhole || value == value.rounded()
      else { return nil }
      values.append(value)
    }
    self.values = values
  }
}
