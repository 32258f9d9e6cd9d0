// qac-index curves first-days: what titles are worth while a log begins.

import ArgumentParser
import QACBinary
import QACPipeline
import QACText
import QACTraining

struct FirstDaysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "first-days",
    abstract: "Measure how good an index of the first events is, with titles and without.",
    discussion: """
        qac-index curves first-days --log queries.tsv --titles products.txt

      For each number of events an index of the first events is built, and the next ones are \
      replayed through it, as through a daemon that learns them as they come.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup(title: HelpSection.files) var titles: TitleOptions
  @OptionGroup(title: HelpSection.measuring) var measuring: FirstDaysOptions
  @OptionGroup var training: TrainingOptions

  func validate() throws {
    try source.logs.validate()
    _ = try BuildSettings(source, training)
    if !titles.isUsed { throw ValidationError("Name titles with --titles or --background.") }
  }

  func run() throws {
    if let plot = measuring.plot { try AtomicFile.checkWritable(plot) }
    let quiet = training.output.quiet
    var options = EvaluationOptions(profile: source.profile)
    options.settings = try BuildSettings(source, training)
    options.resamples = measuring.resamples
    let progress = ProgressReporter(isQuiet: quiet)
    progress.begin("read")
    // All that people typed is measured.
    let log = try source.read(training.reading, keepsSecrets: true)
    guard
      let titles = try titles.read(
        source.profile, minimumUsers: source.people.minimumUsers, isQuiet: quiet)
    else { return }
    progress.end()
    let days = try Evaluation.firstDays(
      log, name: source.name, titles: titles, options: options, seeds: measuring.seeds,
      sizes: measuring.events, next: measuring.next
    ) { progress.update("measure", $0) }
    progress.end()
    if let plot = measuring.plot { try AtomicFile.write(Array(days.plot.svg().utf8), to: plot) }
    print(days.table)
  }
}

/// What is measured, and how often.
struct FirstDaysOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("After how many events.", valueName: "events"))
  var events = [0, 100, 1000, 10_000]

  @Option(help: ArgumentHelp("How many events are then replayed.", valueName: "events"))
  var next = 2000

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The seeds of prefixes and training, to see what is chance."))
  var seeds: [UInt64] = [1, 2, 3]

  @Option(help: EvaluationHelp.resamples)
  var resamples: Int = EvaluationOptions(profile: .search).resamples

  @Option(
    help: ArgumentHelp("Also plot the means over the seeds.", valueName: "file.svg"),
    completion: .file())
  var plot: String?

  func validate() throws {
    try EvaluationHelp.check(resamples: resamples)
    if events.isEmpty || events.contains(where: { $0 < 0 }) || next < 1 || seeds.isEmpty {
      throw ValidationError("--events must be 0 or more, --next 1 or more, with at least one seed.")
    }
  }
}
