// qac-index: build, evaluate, verify and inspect indexes, rebuild them every night, and simulate a log.
//
// Exit codes: 0 done, 1 it could not be done (one line on stderr says why), 64 wrong usage,
// 129, 130 and 143 interrupted; those of rebuild stand in RebuildCommand.swift.

import ArgumentParser
import QACBinary
import QACPipeline

@main
struct QACIndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qac-index",
    abstract: "Build, evaluate, verify and inspect the index of a query-completion daemon.",
    version: IndexPipeline.program,
    subcommands: [
      BuildCommand.self, EvaluateCommand.self, VerifyCommand.self, InspectCommand.self,
      SimulateCommand.self, CurvesCommand.self, RebuildCommand.self, ListCommand.self,
      RollbackCommand.self,
    ])

  static func main() {
    CrashReports.forbid()
    main(nil)
  }
}
