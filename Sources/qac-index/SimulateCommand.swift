// qac-index simulate: writes a simulated log of a shop's search.

import ArgumentParser
import QACBinary
import QACSimulator

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Write a simulated log of a shop's search (events: session, unix seconds, query).")

  @Option(help: "The log file to write; packed with gzip if its name ends in .gz.")
  var out: String

  @Option(help: "People who search.")
  var users: Int = ShopSimulator.Options().users

  @Option(help: "Days that the log covers.")
  var days: Int = ShopSimulator.Options().days

  @Option(help: "Distinct queries that people intend; typing errors come on top.")
  var labels: Int = ShopSimulator.Options().labels

  @Option(help: "Seed; equal options and seed give equal logs.")
  var seed: UInt64 = ShopSimulator.Options().seed

  func run() throws {
    Interruption.removeOnInterrupt(AtomicFile.temporaryPath(for: out))
    let options = ShopSimulator.Options(users: users, days: days, labels: labels, seed: seed)
    try ShopSimulator(options: options).write(toFile: out)
  }
}
