// qac-index build: from a log to an index file.

import ArgumentParser
import QACBinary
import QACIndex
import QACLogs
import QACPipeline
import QACTraining

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Build an index from query logs.",
    discussion: """
        qac-index build --log queries.tsv --out index.qaci

      Reads the logs, builds an index of the first nine tenths, fits the ranker by replaying the \
      last tenth against it, and then builds the index of everything. Equal logs, settings and \
      seed give equal bytes. Lines with equal times count in the order of the files.

        qac-index build --items items.tsv --examples clicks.tsv --out index.qaci

      With items, queries also find these: qac-cli retrieve asks for them. Without a log, the \
      queries of the examples are completed; without examples, the titles.

        qac-index build --titles products.txt --out index.qaci

      qac-index build --counts counts.part --out index.qaci

      Where several machines read the log, qac-index map writes partial counts of a part of it, and \
      qac-index merge merges them.

      Titles are completed before anybody has submitted them. They may stand beside a log.

      The defaults of the advanced options were chosen by measurement. Before you change one, see \
      what it does to your log with qac-index curves.
      """)

  @OptionGroup var source: SourceOptions
  @OptionGroup(title: HelpSection.files) var counts: CountsOptions
  @OptionGroup(title: HelpSection.files) var items: ItemOptions
  @OptionGroup(title: HelpSection.files) var titles: TitleOptions
  @OptionGroup(title: HelpSection.files) var output: IndexOutputOptions
  @OptionGroup(title: HelpSection.learning) var secrets: SecretOptions
  @OptionGroup(title: HelpSection.learning) var synonyms: SynonymOptions
  @OptionGroup var training: TrainingOptions

  func validate() throws {
    try source.logs.validate(orItems: items, orTitles: titles, orCounts: counts)
    try counts.validate(source, training.reading, secrets)
    _ = try BuildSettings(source, training)
  }

  func run() throws {
    // An output that cannot be written is found before the work, not after it.
    let out = output.out
    try AtomicFile.checkWritable(out)
    let settings = try BuildSettings(source, training)
    let synonyms = try synonyms.synonyms.map {
      try SynonymFile(contentsOf: $0, profile: source.profile)
    }
    let quiet = training.output.quiet
    Interruption.removeOnInterrupt(AtomicFile.temporaryPath(for: out))
    let progress = ProgressReporter(isQuiet: quiet)
    progress.begin("read")
    let found =
      try items.isUsed
      ? items.read(keepsSecrets: secrets.keepSecrets, isQuiet: quiet) : nil
    let titles = try titles.read(
      source.profile, minimumUsers: settings.minimumUsers, isQuiet: quiet)
    let log: QueryLog
    if !counts.counts.isEmpty {
      log = try source.read(counts: counts.counts, training.reading)
      if !quiet { printError(log.report.description) }
    } else if source.logs.log.isEmpty, found == nil {
      log = QueryLog(observations: [], queries: QueryTable())
    } else if source.logs.log.isEmpty, let found {
      log = found.source.log(found.examples, profile: source.profile)
    } else {
      log = try source.read(training.reading, keepsSecrets: secrets.keepSecrets)
      if !quiet { printError(log.report.descriptionWithRecords) }
    }
    progress.end()
    let bytes = try IndexPipeline.build(
      log, profile: source.profile, settings: settings,
      logNames: counts.counts.isEmpty ? source.fileNames : log.report.files.map(\.path),
      synonyms: synonyms, titles: titles, items: found?.source.set,
      progress: { progress.update($0, $1) })
    progress.end()
    try AtomicFile.write(bytes, to: out)
    if !quiet {
      let index = try LabelIndex(opening: out)
      printError(
        "wrote \(out): \(index.labelCount) labels, "
          + (index.view.items.map { "\($0.count) items, " } ?? "")
          + "\(index.byteCount) bytes, identity \(index.identity)")
      if let synonyms { printError(synonyms.report(for: index).sentence) }
      if !log.observations.isEmpty {
        printError(LabelPeople(log, profile: source.profile, settings: settings).description)
      }
    }
  }
}

/// Where the index goes.
struct IndexOutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The index file to write; it is replaced as a whole, or not at all.", valueName: "file.qaci"),
    completion: .file())
  var out: String
}

/// What becomes of secrets.
struct SecretOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Learn even queries with a secret in them.",
      discussion: """
        Without it, queries with a key, a token or a password of a known shape are left out, and \
        counted. Use it only where nobody else sees the suggestions.
        """))
  var keepSecrets = false
}
