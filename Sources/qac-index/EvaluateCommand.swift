// qac-index evaluate: learn from most of a log, score on the rest.

import ArgumentParser
import QACBinary
import QACLogs
import QACPipeline
import QACReplay
import QACText
import QACTraining

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Learn from 80 % of a log, fit the ranker on 10 %, score on the last 10 %.",
    discussion: """
      Each scored query is asked for once, with a prefix of seeded length; an even sample of \
      them is also typed key by key. Systems: popular (most popular completion), decayed (the \
      same with counts that halve over time), followers (of the previous query, then popular), \
      index (the hybrid index alone), full (all sources and the ranker).
      """)

  @OptionGroup var logs: LogOptions
  @OptionGroup var settings: SettingsOptions

  @Option(help: "What a request may know: offline or replay.")
  var `protocol`: ReplayProtocol = .offline

  @Option(help: "How the log is divided: time or hash; by default time where it has times.")
  var split: SplitRule?

  @Option(help: "Nodes expanded at most on each level of the tree; 0 for the exact search.")
  var beam: Int = EvaluationOptions(profile: .search).beam ?? 0

  @Option(help: "Requests at the most whose queries are typed key by key.")
  var keys: Int = EvaluationOptions(profile: .search).keys

  @Option(help: "How often requests are resampled for confidence intervals.")
  var resamples: Int = EvaluationOptions(profile: .search).resamples

  @Option(
    help: ArgumentHelp(
      "The share of scored prefixes with a typing error, 0 to 1.",
      discussion: """
        A letter dropped, typed twice, exchanged with the next, or hit beside on the keyboard.
        """,
      valueName: "rate"))
  var typos = 0.0

  @Flag(inversion: .prefixedNo, help: "Correct typing errors.")
  var corrections = true

  @Flag(help: "Also take out each source and each ranker feature in turn.")
  var ablation = false

  @Option(
    help: ArgumentHelp(
      "Also tell how often the first suggestion is right by its probability, and plot it.",
      valueName: "file.svg"))
  var calibration: String?

  @Option(
    help: ArgumentHelp(
      "Also plot MRR by characters typed into this file.", valueName: "file.svg"))
  var plot: String?

  @Option(
    help: ArgumentHelp(
      "Also write what is learned and asked into this directory, for other systems.",
      discussion: """
        learn.tsv (previous, query, count), fit.tsv and requests.tsv (previous, prefix, target), \
        separated by tabs, and export.json, which says what they are.
        """,
      valueName: "dir"))
  var export: String?

  @Option(
    help: ArgumentHelp(
      "Show this row of the published system beside ours.",
      discussion: "Written by Benchmarks/pecos/evaluate.py --row from what --export wrote.",
      valueName: "file.json"))
  var pecos: String?

  @Option(
    help: ArgumentHelp(
      "Also write the index that is evaluated, with its ranker.",
      discussion: "It holds what build leaves out as a secret: for replays, not for people.",
      valueName: "file.qaci"))
  var save: String?

  @Option(
    help: ArgumentHelp(
      "Also replay through the daemon that listens here.",
      discussion: """
        It must serve the file that --save writes with the same flags, with --clock client and a \
        new database.
        """,
      valueName: "path"))
  var socket: String?

  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  @Flag(help: "Say nothing but the result and errors.")
  var quiet = false

  func validate() throws {
    if beam < 0 { throw ValidationError("--beam must be 0 or more.") }
    if socket != nil, `protocol` != .replay {
      throw ValidationError("--socket needs --protocol replay.")
    }
    if keys < 0 { throw ValidationError("--keys must be 0 or more.") }
    if resamples < 40 { throw ValidationError("--resamples must be 40 or more.") }
    if !(0...1).contains(typos) { throw ValidationError("--typos must be from 0 to 1.") }
  }

  func run() throws {
    // Unwritable places are found before the work rather than after it.
    if let plot { try AtomicFile.checkWritable(plot) }
    if let calibration { try AtomicFile.checkWritable(calibration) }
    if let save { try AtomicFile.checkWritable(save) }
    let external = try pecos.map { [try ExternalSystem(reading: $0)] } ?? []
    let progress = ProgressReporter(isQuiet: quiet)
    progress.begin("read")
    // Measured is all that people typed.
    let log = try logs.read(keepsSecrets: true)
    progress.end()
    if !quiet { printError(log.report.description) }
    var options = EvaluationOptions(profile: logs.profile)
    options.settings = settings.settings(minimumUsers: logs.minimumUsers)
    options.rule = `protocol`
    options.split = split
    options.seed = settings.seed
    options.beam = beam == 0 ? nil : beam
    options.keys = keys
    options.resamples = resamples
    options.ablates = ablation
    options.external = external
    options.socketPath = socket
    options.keepsIndex = save != nil
    options.logNames = logs.log.map { String($0.split(separator: "/").last ?? "") }
    options.typos = typos
    options.corrects = corrections
    options.calibrates = calibration != nil
    if let export { try RequestExport.write(log, options: options, to: export) }
    let result = try Evaluation.run(log, options: options) { progress.update($0, $1) }
    progress.end()
    if let save, let index = result.index { try AtomicFile.write(index, to: save) }
    let report = EvaluationReport(result, options: options)
    if let plot { try AtomicFile.write(Array(report.plot(name: logs.name).svg().utf8), to: plot) }
    print(json ? try report.json() : report.table)
    if let calibration, let found = result.calibration {
      try AtomicFile.write(Array(found.plot(name: logs.name).svg().utf8), to: calibration)
      if !json { print("\n" + found.table) }
    }
  }
}
