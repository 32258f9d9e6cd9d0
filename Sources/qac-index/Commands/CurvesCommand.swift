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

        qac-index curves measure --items items.tsv --examples clicks.tsv \\
          --vary beam threshold

      With items, it measures how these are found, for each threshold with each beam: quality of \
      the tree alone and of all arms, processor time per query, and the bytes of the tree.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup(title: HelpSection.files) var items: ItemOptions
  @Option(
    help: ArgumentHelp(
      "Score items on these examples, in place of a tenth of --examples.", valueName: "file"),
    completion: .file())
  var test: String?
  @OptionGroup(title: HelpSection.measuring) var measuring: CurveOptions
  @OptionGroup var training: TrainingOptions

  func validate() throws {
    try source.logs.validate(orItems: items)
    _ = try BuildSettings(source, training)
    if items.isUsed && !source.logs.log.isEmpty {
      throw ValidationError("Measure a log or items, one at a time.")
    }
    if test != nil && !items.isUsed { throw ValidationError("--test needs --items.") }
    for varied in measuring.vary {
      let isKnown = items.isUsed ? varied.itemValues != nil : varied.setting != nil
      if !isKnown {
        throw ValidationError(
          "--vary \(varied.name) has no such setting or value with"
            + (items.isUsed ? " --items." : "out --items."))
      }
    }
  }

  func run() throws {
    if let out = measuring.out { try AtomicFile.checkWritable(out) }
    if items.isUsed { return try runItems() }
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
      varied: measuring.varied, includesFull: measuring.full
    ) { progress.update($0, $1) }
    progress.end()
    if let out = measuring.out { try AtomicFile.write(Array(try curves.json().utf8), to: out) }
    print(curves.table)
  }

  private func runItems() throws {
    let quiet = training.output.quiet
    let progress = ProgressReporter(isQuiet: quiet)
    progress.begin("read")
    let (catalog, learned, _) = try items.read(keepsSecrets: true, isQuiet: quiet)
    var options = RetrievalEvaluation.Options()
    options.settings = ItemSettings(try BuildSettings(source, training))
    options.resamples = measuring.resamples
    let (set, questions) = try items.divided(
      learned.set, of: catalog, test: test, seed: options.settings.tree.seed, isQuiet: quiet)
    let curves = try RetrievalCurves(
      set, questions: questions, name: measuring.name ?? items.name, options: options,
      beams: measuring.values(of: .beam, standard: Double(options.beam)),
      thresholds: measuring.values(
        of: .threshold, standard: Double("\(options.settings.tree.threshold)") ?? 0)
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
        With items:
        \(VariedValues.itemHelp)
        Without --vary, all are varied.
        """,
      valueName: "name[=value,...]"))
  var vary: [VariedValues] = []

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
      "Also write the curves to a file, for curves draw.", valueName: "file.json"),
    completion: .file())
  var out: String?

  func validate() throws {
    try EvaluationHelp.check(resamples: resamples)
    for (setting, values) in varied {
      for value in values {
        var options = EvaluationOptions(profile: .search)
        setting.set(value, in: &options)
        try options.settings.checkFlags()
      }
    }
  }

  /// The settings of a log's index with the values to try.
  var varied: [(setting: VariedSetting, values: [Double])] {
    if vary.isEmpty { return VariedSetting.allCases.map { ($0, $0.values) } }
    return vary.compactMap { varied in
      varied.setting.map { ($0, varied.values ?? $0.values) }
    }
  }

  /// The values of a setting of items; only `standard` if other settings are named.
  func values(of setting: RetrievalCurves.Setting, standard: Double) -> [Double] {
    if vary.isEmpty { return setting.values }
    return vary.first { $0.name == setting.rawValue }.map { $0.values ?? setting.values }
      ?? [standard]
  }
}

struct DrawCurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "Draw the curves of one or more logs, one plot per setting, and print their tables.")

  @Argument(
    help: ArgumentHelp(
      "The files that curves measure --out wrote, one per log.", valueName: "file.json"),
    completion: .file())
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The directory for the plots, curve-SETTING.svg; it is created if it is missing.",
      discussion: "Those of items are retrieval-*-NAME.svg and retrieval-size.svg.",
      valueName: "dir"),
    completion: .directory)
  var out: String

  func run() throws {
    var curves: [SettingCurves] = []
    var items: [RetrievalCurves] = []
    for file in files {
      if let grid = try? RetrievalCurves(reading: file) {
        items.append(grid)
      } else {
        curves.append(try SettingCurves(reading: file))
      }
    }
    do {
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    } catch {
      throw PipelineError.noDirectory(path: out)
    }
    for (setting, plot) in SettingCurves.plots(of: curves) {
      try AtomicFile.write(Array(plot.svg().utf8), to: "\(out)/curve-\(setting.rawValue).svg")
    }
    for (name, plot) in RetrievalCurves.plots(of: items) {
      try AtomicFile.write(Array(plot.svg().utf8), to: "\(out)/\(name).svg")
    }
    print((curves.map(\.table) + items.map(\.table)).joined(separator: "\n\n"))
  }
}

/// A setting to vary with the values to try: `NAME` or `NAME=VALUE,VALUE`.
struct VariedValues: ExpressibleByArgument {
  let name: String
  /// The values; nil for the usual ones.
  let values: [Double]?

  /// The setting of a log's index, if it is one.
  var setting: VariedSetting? { VariedSetting(rawValue: name) }

  /// The values of a setting of items; nil if it is none, or one that may not have such a value.
  var itemValues: [Double]? {
    guard let setting = RetrievalCurves.Setting(rawValue: name) else { return nil }
    guard let values else { return setting.values }
    return values.allSatisfy(setting.allows) ? values : nil
  }

  /// Every setting with its usual values, as they would be written.
  static var help: String {
    text(VariedSetting.allCases.map { ($0.rawValue, $0.values) })
  }

  /// The same of items.
  static var itemHelp: String {
    text(RetrievalCurves.Setting.allCases.map { ($0.rawValue, $0.values) })
  }

  private static func text(_ settings: [(String, [Double])]) -> String {
    settings.map { name, values in
      let values = values.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }
      return "\(name)=\(values.joined(separator: ","))"
    }.joined(separator: " ")
  }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    let setting = VariedSetting(rawValue: name)
    if setting == nil && RetrievalCurves.Setting(rawValue: name) == nil { return nil }
    if parts.count == 1 {
      values = nil
      return
    }
    var values: [Double] = []
    for part in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      // No setting goes above a million.
      guard let value = Double(part), (0...1e6).contains(value),
        setting?.isWhole != true || value == value.rounded()
      else { return nil }
      values.append(value)
    }
    self.values = values
  }
}
