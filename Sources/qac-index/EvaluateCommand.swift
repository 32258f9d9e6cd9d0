// qac-index evaluate: learn from most of a log, score on the rest.

import ArgumentParser
import QACLogs
import QACPipeline
import QACReplay
import QACTraining

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Learn from 80 % of a log, fit the ranker on 10 %, score on the last 10 %.",
    discussion: """
      Each scored query is asked for once, with a prefix of seeded length. Systems: popular \
      (most popular completion), followers (of the previous query, then popular), index (the \
      hybrid index alone), full (all sources and the ranker).
      """)

  @OptionGroup var logs: LogOptions
  @OptionGroup var settings: SettingsOptions

  @Option(help: "What a request may know: offline or replay.")
  var `protocol`: ReplayProtocol = .offline

  @Option(help: "How the log is divided: time or hash; by default time where it has times.")
  var split: SplitRule?

  @Option(help: "Nodes expanded at most on each level of the tree; exact without it.")
  var beam: Int?

  @Option(
    help: ArgumentHelp(
      "Also write what is learned and asked into this directory, for other systems.",
      discussion: """
        learn.tsv (previous, query, count), fit.tsv and requests.tsv (previous, prefix, target), \
        separated by tabs. Offline only.
        """,
      valueName: "dir"))
  var export: String?

  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  @Flag(help: "Say nothing but the result and errors.")
  var quiet = false

  func validate() throws {
    if let beam, beam < 1 { throw ValidationError("--beam must be 1 or more.") }
    // What a replayed request may know, all that was submitted before it, is not in these files.
    if export != nil, `protocol` != .offline {
      throw ValidationError("--export needs --protocol offline.")
    }
  }

  func run() throws {
    let progress = ProgressReporter(isQuiet: quiet)
    progress.begin("read")
    let log = try logs.read()
    progress.end()
    if !quiet { printError(log.report.description) }
    var options = EvaluationOptions(profile: logs.profile)
    options.settings = settings.settings
    options.rule = `protocol`
    options.split = split
    options.seed = settings.seed
    options.beam = beam
    if let export { try RequestExport.write(log, options: options, to: export) }
    let result = try Evaluation.run(log, options: options) { progress.update($0.rawValue, $1) }
    progress.end()
    let report = EvaluationReport(result, options: options)
    print(json ? try report.json() : report.table)
  }
}
