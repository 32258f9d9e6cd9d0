// qac-index: build, evaluate, verify and inspect indexes, rebuild them every night, and simulate a
// log.
//
// Exit codes: 0 done, 1 it could not be done (one line on stderr says why), 64 wrong usage,
// 129, 130 and 143 interrupted. RebuildCommand.swift and VersionCommands.swift state their own.

import ArgumentParser
import CVersion
import QACBinary
import QACPipeline
import QACProtocol

@main
struct QACIndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qac-index",
    abstract: "Build, evaluate, verify and inspect the index of a query-completion daemon.",
    discussion: """
      To begin, see how a log is read, build an index from it and look at it:

        qac-index read queries.tsv
        qac-index build --log queries.tsv --out index.qaci
        qac-index inspect index.qaci
      """,
    version: ProgramVersion.text(of: "qac-index", commit: String(cString: qacd_commit())),
    subcommands: [
      InitCommand.self, ReadCommand.self, BuildCommand.self, MapCommand.self, MergeCommand.self,
      InspectCommand.self, VerifyCommand.self, EvaluateCommand.self, CurvesCommand.self,
      RebuildCommand.self, ListCommand.self, RollbackCommand.self, PublishCommand.self,
      FetchCommand.self, SimulateCommand.self,
    ])

  static func main() {
    CrashReports.forbid()
    let arguments = Array(CommandLine.arguments.dropFirst())
    main(
      Preset.expanding(arguments) { preset in
        arguments.first == RebuildCommand.configuration.commandName
          ? preset.ofRebuild : preset.ofIndex
      })
  }
}
