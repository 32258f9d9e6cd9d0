// qac-index rebuild: the nightly rebuild, from new logs to the index that is served.

import ArgumentParser
import Foundation
import QACPipeline

struct RebuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Rebuild the index from query logs, judge it, and publish it or not.",
    discussion: """
      Reads what is new, filters it, builds, replays the newest queries against the new and the \
      served index, and publishes only what is no worse; where no index is served yet, also what too few \
      queries are held out to judge. The daemon serves DIR/current.qaci. Every flag \
      but --config, --force, --dry-run, --count and --quiet may stand in the configuration file, as a TOML key \
      without the dashes.

      Exit codes: 0 published, or nothing to publish, of all logs that were named; 65 the same, but a log \
      was left out or is not there; 20 refused by the judgement, or the daemon cannot load the index; 69 \
      published, but the daemon does not serve it; 75 another rebuild is at work; 78 the configuration is \
      wrong; 64 wrong usage; 129, 130 and 143 interrupted by SIGHUP, SIGINT and SIGTERM; 1 it could not be \
      done, and nothing is changed. Of several, that which stands first among 1, 20, 69, 65.
      """)

  @Option(
    help: ArgumentHelp("A configuration file, TOML; flags take precedence.", valueName: "file.toml")
  )
  var config: String?

  @Flag(help: "Publish also what is not judged or does not meet a demand.")
  var force = false

  @Flag(help: "Judge and report, and publish nothing.")
  var dryRun = false

  @Flag(help: "Read and filter only, and print what would be learned; build nothing.")
  var count = false

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  @OptionGroup var options: RebuildOptions

  func run() throws {
    let settings = try merged().settings(forces: force, isDryRun: dryRun)
    // Logs are nobody else's business, and so is what is made of them.
    umask(0o077)
    let reporter = ProgressReporter(isQuiet: quiet)
    let report: RebuildReport
    var result: RebuildResult?
    do {
      let rebuild = try Rebuild(settings) { reporter.update($0, $1) }
      let abandon = rebuild.abandon
      Interruption.onInterrupt {
        guard let version = abandon() else { return "nothing was published" }
        return "\(version) was published; have the daemon load it with qac-cli reload"
      }
      if count {
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

  /// Says how it ended, and throws the exit code of what is to be looked at.
  private func conclude(_ result: RebuildResult) throws {
    let report = result.report
    let isRefused = report.decision == .refused
    if !quiet || isRefused || result.isServed == false || report.hasLostLogs {
      printError("\(report.decision.title): \(report.version ?? "")")
      for reason in report.reasons { printError("  \(reason)") }
      printError("report: \(result.directory)/report.html")
    }
    if isRefused { throw ExitCode(20) }
    if result.isServed == false { throw ExitCode(69) }
  }

  /// The options of the command line and, below them, of the configuration file.
  private func merged() throws -> RebuildOptions {
    guard let config else { return options }
    // What follows the command's name, less what is not the options' own.
    var given = Array(CommandLine.arguments.drop { $0 != "rebuild" }.dropFirst())
    var own: [String] = []
    while let argument = given.first {
      given.removeFirst()
      if argument == "--config" { given.removeFirst(min(1, given.count)) }
      if argument.hasPrefix("--config") { continue }
      if ["--force", "--dry-run", "--count", "--quiet"].contains(argument) { continue }
      own.append(argument)
    }
    do {
      let arguments = try ConfigurationFile.arguments(config, names: Self.names, given: own)
      do {
        return try RebuildOptions.parse(arguments + own)
      } catch {
        throw ConfigurationError.syntax(path: config, problem: RebuildOptions.message(for: error))
      }
    } catch {
      printError("Error: \(error)")
      throw ExitCode(78)
    }
  }

  /// The names of the options, from their own help.
  private static var names: [String] {
    RebuildOptions.helpMessage(columns: 10_000).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let first = words.first, first.hasPrefix("--"), first != "--help" else { return nil }
      return String(first.dropFirst(2))
    }
  }
}
