// qac-index evaluate: learn from most of a log, score on the rest.

import ArgumentParser
import QACPipeline
import QACReplay

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Learn from 80 % of a log, fit the ranker on 10 %, score on the last 10 %.")

  @OptionGroup var logs: LogOptions
  @OptionGroup var settings: SettingsOptions

  @Option(help: "What a request may know: offline or replay.")
  var `protocol`: ReplayProtocol = .offline

  @Option(help: "How the log is divided: time or hash.")
  var split: SplitRule?

  @Option(help: "Nodes expanded at most on each level of the tree; exact without it.")
  var beam: Int?

  func run() throws {
    let log = try logs.read()
    var options = EvaluationOptions(profile: logs.profile)
    options.settings = settings.settings
    options.rule = `protocol`
    options.split = split
    options.seed = settings.seed
    options.beam = beam
    let result = try Evaluation.run(log, options: options)
    for (system, metrics) in result.systems {
      print(system.rawValue, metrics.overall.mrr10, metrics.overall.requests, metrics.overall.empty)
    }
    print(result.labels, result.indexBytes, result.rankerWeights)
  }
}
