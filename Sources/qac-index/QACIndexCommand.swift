// qac-index: build, evaluate, verify and inspect indexes, and simulate a log to try them on.

import ArgumentParser
import QACPipeline

@main
struct QACIndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qac-index",
    abstract: "Build, evaluate, verify and inspect the index of a query-completion daemon.",
    version: IndexPipeline.program,
    subcommands: [
      BuildCommand.self, EvaluateCommand.self,
    ])
}
