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

        qac-index evaluate --items items.tsv --examples clicks.tsv

      With items, it scores how well these are found instead: for the queries of a tenth, by a \
      hash, or of --test. The systems are full (all arms and the ranker), and tree, lexical and \
      neighbours, each arm by itself.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup(title: HelpSection.files) var items: ItemOptions
  @Option(
    help: ArgumentHelp(
      "Score items on these examples, in place of a tenth of --examples.", valueName: "file"),
    completion: .file())
  var test: String?
  @Flag(
    help: ArgumentHelp(
      "With items, also measure processor time per query and the training of the tree.",
      discussion: "These figures differ from run to run."))
  var times = false
  @OptionGroup(title: HelpSection.measuring) var measuring: MeasuringOptions
  @OptionGroup(title: HelpSection.results) var results: ResultOptions
  @OptionGroup var training: TrainingOptions

  func validate() throws {
    _ = try BuildSettings(source, training)
    try source.logs.validate(orItems: items)
    if items.isUsed && !source.logs.log.isEmpty {
      throw ValidationError("Evaluate a log or items, one at a time.")
    }
    if test != nil && !items.isUsed { throw ValidationError("--test needs --items.") }
    if times && !items.isUsed { throw ValidationError("--times needs --items.") }
    if results.socket != nil, measuring.protocol != .replay {
      throw ValidationError("--socket needs --protocol replay.")
    }
  }

  func run() throws {
    if items.isUsed { return try runItems() }
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

  /// Scores how well items are found.
  private func runItems() throws {
    let quiet = training.output.quiet
    let progress = ProgressReporter(isQuiet: quiet)
    progress.begin("read")
    let (catalog, learned, _) = try items.read(keepsSecrets: true, isQuiet: quiet)
    var options = RetrievalEvaluation.Options()
    options.settings = ItemSettings(try BuildSettings(source, training))
    options.resamples = measuring.resamples
    options.ablates = measuring.ablation
    options.measuresTimes = times
    let (set, questions) = try items.divided(
      learned.set, of: catalog, test: test, seed: options.settings.tree.seed, isQuiet: quiet)
    let report = try RetrievalEvaluation.run(set, questions: questions, options: options) {
      progress.update($0, $1)
    }
    progress.end()
    print(results.json ? try report.json() : report.table)
  }
}
