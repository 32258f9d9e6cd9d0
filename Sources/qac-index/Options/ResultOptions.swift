// The flags that say what an evaluation prints and writes.

import ArgumentParser
import QACBinary
import QACPipeline

/// What an evaluation prints and writes.
struct ResultOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also report and plot how often a first suggestion is right, by its predicted probability.",
      valueName: "file.svg"),
    completion: .file())
  var calibration: String?

  @Option(
    help: ArgumentHelp(
      "Also plot MRR@10 by characters typed.", valueName: "file.svg"),
    completion: .file())
  var plot: String?

  @Option(
    help: ArgumentHelp(
      "Also write what is learned and asked, to measure another system on the same requests.",
      discussion: """
        Into the directory: \(RequestExport.learnName) (previous, query, count), \
        \(RequestExport.fitName) and \(RequestExport.requestsName) (previous, prefix, target), \
        separated by tabs, and \(RequestExport.descriptionName), which describes them.
        """,
      valueName: "dir"),
    completion: .directory)
  var export: String?

  @Option(
    help: ArgumentHelp(
      "Show the row of another system beside ours.",
      discussion: "Benchmarks/pecos/evaluate.py --row writes it from what --export wrote.",
      valueName: "file.json"),
    completion: .file())
  var pecos: String?

  @Option(
    help: ArgumentHelp(
      "Also write the index that is evaluated, with its ranker.",
      discussion: """
        It contains secrets that build leaves out: use it for replays, and serve nobody from it.
        """,
      valueName: "file.qaci"),
    completion: .file())
  var save: String?

  @Option(
    help: ArgumentHelp(
      "Also replay through the daemon that listens on this socket.",
      discussion: """
        The daemon must serve the file that --save writes with the same flags, with --clock client \
        and a new database.
        """,
      valueName: "path"),
    completion: .file())
  var socket: String?

  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  /// - Throws: `PipelineError` if the row of another system cannot be read.
  func apply(to options: inout EvaluationOptions) throws {
    options.external = try pecos.map { [try ExternalSystem(reading: $0)] } ?? []
    options.socketPath = socket
    options.keepsIndex = save != nil
    options.calibrates = calibration != nil
  }

  /// Writes the files and prints the report; `name` is that of the log.
  func write(
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
