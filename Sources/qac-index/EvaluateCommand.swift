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
      qac-index evaluate --log queries.tsv

      Each scored query is asked for once, with a prefix of random length. An even sample of them \
      is also typed key by key. The systems are: popular (the most popular completions), decayed \
      (the same, with counts that halve over time), followers (what followed the previous query, \
      then popular), index (the index alone) and full (all sources and the ranker).
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup(title: HelpSection.measuring) var measuring: MeasuringOptions
  @OptionGroup(title: HelpSection.results) var results: ResultOptions
  @OptionGroup var training: TrainingOptions

  func validate() throws {
    _ = try BuildSettings(source, training)
    if results.socket != nil, measuring.protocol != .replay {
      throw ValidationError("--socket needs --protocol replay.")
    }
  }

  func run() throws {
    // An output that cannot be written is found before the work, not after it.
    for path in [results.plot, results.calibration, results.save] {
      if let path { try AtomicFile.checkWritable(path) }
    }
    let quiet = training.output.quiet
    var options = EvaluationOptions(profile: source.profile)
    options.settings = try BuildSettings(source, training)
    options.seed = options.settings.seed
    options.logNames = source.fileNames
    measuring.apply(to: &options)
    try results.apply(to: &options)
    let progress = ProgressReporter(isQuiet: quiet)
    progress.begin("read")
    // All that people typed is measured.
    let log = try source.read(training.reading, keepsSecrets: true)
    progress.end()
    if !quiet { printError(log.report.description) }
    if let export = results.export { try RequestExport.write(log, options: options, to: export) }
    let result = try Evaluation.run(log, options: options) { progress.update($0, $1) }
    progress.end()
    try results.write(result, options: options, name: source.name)
  }
}

/// How a log is replayed and scored.
struct MeasuringOptions: ParsableArguments {
  @Option(help: EvaluationHelp.rule)
  var `protocol`: ReplayProtocol = .offline

  @Option(help: "How the log is divided; without it, by time if the log has times, else by hash.")
  var split: SplitRule?

  @Option(
    help: ArgumentHelp(
      "The most nodes that the search expands on each level of the tree; 0 for the exact search.",
      discussion: "A wider beam is slower and finds a little more.", valueName: "nodes"))
  var beam: Int = EvaluationOptions(profile: .search).beam ?? 0

  @Option(
    help: ArgumentHelp(
      "The most requests whose queries are also typed key by key; 0 for none, which is faster.",
      valueName: "requests"))
  var keys: Int = EvaluationOptions(profile: .search).keys

  @Option(help: EvaluationHelp.resamples)
  var resamples: Int = EvaluationOptions(profile: .search).resamples

  @Option(
    help: ArgumentHelp(
      "The share of scored prefixes that get a typing error, 0 to 1.",
      discussion: """
        A letter is dropped, typed twice, exchanged with the next one, or replaced by a neighbour \
        on the keyboard.
        """,
      valueName: "share"))
  var typos = 0.0

  @Flag(
    inversion: .prefixedNo,
    help: "Whether the full system corrects typing errors.")
  var corrections = true

  @Flag(help: "Also show what each source and each ranker feature is worth, by taking it out.")
  var ablation = false

  func validate() throws {
    if beam < 0 { throw ValidationError("--beam must be 0 or more.") }
    if keys < 0 { throw ValidationError("--keys must be 0 or more.") }
    try EvaluationHelp.check(resamples: resamples)
    if !(0...1).contains(typos) { throw ValidationError("--typos must be from 0 to 1.") }
  }

  fileprivate func apply(to options: inout EvaluationOptions) {
    options.rule = `protocol`
    options.split = split
    options.beam = beam == 0 ? nil : beam
    options.keys = keys
    options.resamples = resamples
    options.typos = typos
    options.corrects = corrections
    options.ablates = ablation
  }
}

/// What an evaluation prints and writes.
struct ResultOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also report and plot how often a first suggestion is right, by its predicted probability.",
      valueName: "file.svg"))
  var calibration: String?

  @Option(
    help: ArgumentHelp(
      "Also plot MRR@10 by characters typed.", valueName: "file.svg"))
  var plot: String?

  @Option(
    help: ArgumentHelp(
      "Also write what is learned and asked, to measure another system on the same requests.",
      discussion: """
        Into the directory: \(RequestExport.learnName) (previous, query, count), \
        \(RequestExport.fitName) and \(RequestExport.requestsName) (previous, prefix, target), \
        separated by tabs, and \(RequestExport.descriptionName), which describes them.
        """,
      valueName: "dir"))
  var export: String?

  @Option(
    help: ArgumentHelp(
      "Show the row of another system beside ours.",
      discussion: "Benchmarks/pecos/evaluate.py --row writes it from what --export wrote.",
      valueName: "file.json"))
  var pecos: String?

  @Option(
    help: ArgumentHelp(
      "Also write the index that is evaluated, with its ranker.",
      discussion: """
        It contains secrets that build leaves out: use it for replays, and serve nobody from it.
        """,
      valueName: "file.qaci"))
  var save: String?

  @Option(
    help: ArgumentHelp(
      "Also replay through the daemon that listens on this socket.",
      discussion: """
        The daemon must serve the file that --save writes with the same flags, with --clock client \
        and a new database.
        """,
      valueName: "path"))
  var socket: String?

  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  /// - Throws: `PipelineError` if the row of another system cannot be read.
  fileprivate func apply(to options: inout EvaluationOptions) throws {
    options.external = try pecos.map { [try ExternalSystem(reading: $0)] } ?? []
    options.socketPath = socket
    options.keepsIndex = save != nil
    options.calibrates = calibration != nil
  }

  /// Writes the files and prints the report; `name` is that of the log.
  fileprivate func write(
    _ result: EvaluationResult, options: EvaluationOptions, name: String
  ) throws {
    if let save, let index = result.index { try AtomicFile.write(index, to: save) }
    let report = EvaluationReport(result, options: options)
    if let plot { try AtomicFile.write(Array(report.plot(name: name).svg().utf8), to: plot) }
    print(json ? try report.json() : report.table)
    if let calibration, let found = result.calibration {
      try AtomicFile.write(Array(found.plot(name: name).svg().utf8), to: calibration)
      if !json { print("\n" + found.table) }
    }
  }
}
