// qac-index build: from a log to an index file.

import ArgumentParser
import QACBinary
import QACIndex
import QACLogs
import QACPipeline

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Build an index from query logs.",
    discussion: """
      Reads the logs, fits the ranker on the last tenth with an index of the rest, then builds \
      the index of everything. Equal logs, settings and seed give equal bytes; lines of equal times count \
      in the order in which they stand.
      """)

  @OptionGroup var logs: LogOptions
  @OptionGroup var settings: SettingsOptions

  @Option(help: "The index file to write; replaced whole, or not at all.")
  var out: String

  @Flag(
    help: ArgumentHelp(
      "Learn queries with a secret in them, too.",
      discussion: """
        Without it, what has a key, a token or a password of a known shape in it is left out, and counted.
        """))
  var keepSecrets = false

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  func run() throws {
    // An unwritable place is found before the work rather than after it.
    try AtomicFile.checkWritable(out)
    let buildSettings = settings.settings(minimumUsers: logs.minimumUsers)
    Interruption.removeOnInterrupt(AtomicFile.temporaryPath(for: out))
    let progress = ProgressReporter(isQuiet: quiet)
    progress.begin("read")
    let log = try logs.read(keepsSecrets: keepSecrets)
    progress.end()
    if !quiet { printError(log.report.description) }
    let bytes = try IndexPipeline.build(
      log, profile: logs.profile, settings: buildSettings,
      logNames: logs.log.map(fileName), progress: { progress.update($0, $1) })
    progress.end()
    try AtomicFile.write(bytes, to: out)
    if !quiet {
      let index = try LabelIndex(opening: out)
      printError(
        "wrote \(out): \(index.labelCount) labels, \(index.byteCount) bytes, identity "
          + "\(index.identity)")
      printError(LabelPeople(log, profile: logs.profile, settings: buildSettings).description)
    }
  }

  private func fileName(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }
}
