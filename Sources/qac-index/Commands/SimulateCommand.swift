// qac-index simulate: writes a simulated log of a shop's search, and the shop's items and clicks.

import ArgumentParser
import QACBinary
import QACSimulator

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Write a simulated log of a shop's search, to try the other commands.",
    discussion: """
        qac-index simulate --out log.tsv.gz

      The lines are those of the format events: session, unix seconds, query.

        qac-index simulate --out log.tsv.gz --items items.tsv.gz \\
          --examples clicks.tsv.gz

      also writes what the shop sells and what people clicked after their queries.
      """)

  @Option(
    help: ArgumentHelp(
      "The log file to write; it is compressed if its name ends in .gz.", valueName: "file"),
    completion: .file())
  var out: String

  @Option(
    help: ArgumentHelp(
      "Also write the misspelt queries of the log with the right ones to this file.",
      discussion: "Each line is a misspelt query, a tab and the right query, in lower case.",
      valueName: "file"),
    completion: .file())
  var errors: String?

  @Option(
    help: ArgumentHelp(
      "Also write the shop's items to this file: id, title, text, weight, payload.",
      valueName: "file"),
    completion: .file())
  var items: String?

  @Option(
    help: ArgumentHelp(
      "Also write what people did with items to this file.",
      discussion:
        "Each line is a session, unix seconds, a query, an id and click, cart or purchase.",
      valueName: "file"),
    completion: .file())
  var examples: String?

  @Option(
    help: ArgumentHelp(
      "How many items the shop sells; the log is the same for any number.", valueName: "items"))
  var catalogSize: Int = ShopSimulator.Options().items

  @Option(help: ArgumentHelp("How many people search.", valueName: "people"))
  var users: Int = ShopSimulator.Options().users

  @Option(help: ArgumentHelp("How many days the log covers.", valueName: "days"))
  var days: Int = ShopSimulator.Options().days

  @Option(
    help: ArgumentHelp(
      "How many different queries people mean to type; typing errors add others.",
      valueName: "queries"))
  var labels: Int = ShopSimulator.Options().labels

  @Option(
    help: ArgumentHelp(
      "Seed of everything random; equal options and seed give equal logs.", valueName: "number"))
  var seed: UInt64 = ShopSimulator.Options().seed

  func run() throws {
    let paths = [out, errors, items, examples].compactMap { $0 }
    guard Set(paths).count == paths.count else {
      throw ValidationError("two files have the same name; name each file differently")
    }
    Interruption.removeOnInterrupt(
      AtomicFile.temporaryPath(for: out), AtomicFile.temporaryPath(for: errors ?? out),
      AtomicFile.temporaryPath(for: items ?? out), AtomicFile.temporaryPath(for: examples ?? out))
    let options = ShopSimulator.Options(
      users: users, days: days, labels: labels, seed: seed, items: catalogSize)
    try ShopSimulator(options: options).write(
      toFile: out, and: .init(errors: errors, items: items, examples: examples))
  }
}
