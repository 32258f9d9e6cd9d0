// qac-index rebuild: the nightly rebuild, from new logs to the index that is served.

import ArgumentParser
import Foundation
import QACConfiguration
import QACPipeline
import QACProtocol

struct RebuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Rebuild the index from query logs, judge it, and publish it if it is good.",
    discussion: """
        qac-index rebuild --log '/var/log/shop/queries-*.tsv.gz' \\
          --socket /run/qacd/qacd.sock

      Reads what is new in the logs, filters it, and builds an index. Then it replays the newest \
      queries against the new and the served index, and publishes the new one only if it is no \
      worse. Where no index is served yet, it also publishes one that too few queries were held \
      out to judge. The daemon serves DIR/current.qaci.

      Every option can stand in the configuration file, as a TOML key without the dashes, except \
      --config, --force, --dry-run, --count and --quiet. The defaults of the advanced options were \
      chosen by measurement.

      Exit codes:
        0   published, or nothing to publish; every named log was learned
        65  the same, but a log was left out or is missing
        69  published, but the daemon does not serve it
        20  refused by the judgement, or the daemon cannot load the index
        1   it could not be done; nothing was changed
        75  another rebuild or a rollback is running
        78  the configuration is wrong
        64  wrong usage
        129, 130, 143  interrupted by SIGHUP, SIGINT, SIGTERM
      Where several of 1, 20, 69 and 65 apply, the first of these is given.
      """)

  @OptionGroup(title: HelpSection.files) var configuration: ConfigurationOptions
  @OptionGroup var options: RebuildOptions
  @OptionGroup(title: HelpSection.judging) var mode: RebuildModeOptions
  @OptionGroup(title: HelpSection.general) var output: QuietOptions

  func run() throws {
    let settings = try merged().settings(
      forces: mode.force, isDryRun: mode.dryRun)
    // Logs are private to their owner, and so is everything made from them.
    umask(0o077)
    let reporter = ProgressReporter(isQuiet: output.quiet)
    let report: RebuildReport
    var result: RebuildResult?
    do {
      let rebuild = try Rebuild(settings) { reporter.update($0, $1) }
      let abandon = rebuild.abandon
      Interruption.onInterrupt {
        guard let version = abandon() else { return "nothing was published" }
        return "\(version) was published; have the daemon load it with qac-cli reload"
      }
      if mode.count {
        report = try rebuild.count()
      } else {
        let done = try rebuild.run()
        (report, result) = (done.report, done)
      }
    } catch {
      reporter.end()
      printError("Error: \(error)")
      if case .storeInUse = error { throw ExitCode(75) }
      throw ExitCode(1)
    }
    reporter.end()
    for warning in report.warnings { printError("warning: \(warning)") }
    if let result { try conclude(result) } else { print(report.countsText) }
    if report.hasLostLogs {
      let lost = report.lostLogs == 1 ? "1 log is" : "\(report.lostLogs ?? 0) logs are"
      printError("\(lost) not learned: see the warnings (exit code 65)")
      throw ExitCode(65)
    }
  }

  /// Says how it ended, and throws the exit code where somebody should look.
  private func conclude(_ result: RebuildResult) throws {
    let report = result.report
    let isRefused = report.decision == .refused
    if !output.quiet || isRefused || result.isServed == false || report.hasLostLogs {
      printError("\(report.decision.title): \(report.version ?? "")")
      for reason in report.reasons { printError("  \(reason)") }
      printError("report: \(result.directory)/report.html")
    }
    if isRefused { throw ExitCode(20) }
    if result.isServed == false { throw ExitCode(69) }
  }

  /// The options of the command line, and of the configuration file where the line has none.
  private func merged() throws -> RebuildOptions {
    guard let config = configuration.config else { return options }
    let given = Array(CommandLine.arguments.drop { $0 != "rebuild" }.dropFirst())
    do {
      let file = try ConfigurationFile(
        config, kinds: FlagKind.of(RebuildOptions.self), help: "qac-index rebuild --help")
      do {
        return try RebuildCommand.parse(
          Preset.expanding(file.arguments(beside: given) + given) { $0.ofRebuild }
        ).options
      } catch {
        throw file.refused(RebuildCommand.message(for: error))
      }
    } catch {
      printError("Error: \(error)")
      throw ExitCode(78)
    }
  }
}

/// Where other options are.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A TOML file of options; options on the command line take precedence.", valueName: "file.toml"
    ),
    completion: .file())
  var config: String?
}

/// What is done with the new index; these flags are of one run, so no configuration file has them.
struct RebuildModeOptions: ParsableArguments {
  @Flag(help: "Publish even an index that is not judged or does not meet a demand.")
  var force = false

  @Flag(help: "Judge and report, but publish nothing.")
  var dryRun = false

  @Flag(help: "Only read and filter, and print what would be learned; build nothing.")
  var count = false

  // It is no option, but somebody who knows `build --counts` learns why and what to do.
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Not taken: rebuild reads logs, and says so.", valueName: "file", visibility: .hidden))
  var counts: [String] = []

  func validate() throws {
    guard counts.isEmpty else {
      throw ValidationError(
        "rebuild reads logs, since it filters them and judges by their newest queries; give --log, "
          + "or build without filters and judgement by qac-index build --counts and then qac-index "
          + "publish.")
    }
  }
}
