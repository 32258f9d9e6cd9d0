// qac-bench: what qacd costs, measured on this machine: tables on stdout, all figures as JSON.
//
//     qac-bench --tools .build/release --shipped data/shop-simulated.events.tsv.gz
//     qac-bench ... --geo DIR --json bench.json     also at 4 k, 130 k and 1 M labels
//     qac-bench ... --parts engine,socket           some of it
//
// Ratios within one run are what counts: the machine's clock varies, and others may use it.

import ArgumentParser
import Foundation
import QACEngine
import QACIndex

@main
struct QACBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qac-bench", abstract: "Measures qacd on this machine.",
    subcommands: [Run.self, Growth.self, RediSearchBeside.self, Answer.self, Echo.self],
    defaultSubcommand: Run.self)
}

/// A part of the measurements.
enum BenchPart: String, CaseIterable, ExpressibleByArgument {
  case engine, parts, socket, build, start, swap, retrieval
}

/// The measurements.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Measure and print tables (default).")

  @Option(help: "The directory of the product's release build.")
  var tools = ".build/release"

  @Option(help: "The shipped log; empty for none.")
  var shipped = "data/shop-simulated.events.tsv.gz"

  @Option(
    help: "A directory of simulated logs (Benchmarks/geonames); \(Run.geoVariable) if absent.")
  var geo: String?

  @Option(help: "Sizes of those, by commas.")
  var sizes = "4k,130k,1m"

  @Option(
    help:
      "What to measure, by commas: \(BenchPart.allCases.map(\.rawValue).joined(separator: ", ")).")
  var parts = BenchPart.allCases.map(\.rawValue).joined(separator: ",")

  @Option(help: "Logs whose index is loaded over the socket, by commas.")
  var socketLogs = "shop,geo-130k"

  @Option(help: "The shipped items; empty for none.")
  var items = "data/shop-items.tsv.gz"

  @Option(help: "Examples of queries and the items that they led to.")
  var examples = "data/shop-clicks.tsv.gz"

  @Option(help: "Where indexes and logs go; indexes that are there already are used as they are.")
  var work: String?

  @Option(
    help: ArgumentHelp(
      "Where daemons keep their sessions; the --work directory if absent.",
      discussion: "A directory in memory (/dev/shm) takes the disk, and who else uses it, out.",
      valueName: "dir"))
  var database: String?

  @Option(help: "Queries that are typed in process, key by key.")
  var queries = 2000

  @Option(help: "Seconds of each run over the socket.")
  var seconds = 3.0

  @Option(help: "Write all figures as JSON.")
  var json: String?

  private static let geoVariable = "QAC_GEO"

  func run() throws {
    let chosen = Set(parts.split(separator: ",").map(String.init))
    if let unknown = chosen.first(where: { BenchPart(rawValue: $0) == nil }) {
      throw ValidationError("--parts: there is no part \(unknown)")
    }
    let home = work ?? "\(FileManager.default.temporaryDirectory.path)/qac-bench-\(getpid())"
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    defer { if work == nil { try? FileManager.default.removeItem(atPath: home) } }

    let directory = geo ?? ProcessInfo.processInfo.environment[Self.geoVariable]
    let logs =
      (shipped.isEmpty ? [] : [try BenchLog.shipped(shipped, work: home)])
      + BenchLog.geonames(sizes.split(separator: ",").map(String.init), in: directory, work: home)
    if chosen.contains(BenchPart.socket.rawValue) || chosen.contains(BenchPart.swap.rawValue) {
      try SelfCheck.run(work: home)
    }
    var report = Report()
    for log in logs {
      try measure(log, parts: chosen, work: home, into: &report)
      if let json { try report.write(to: json) }
    }
    if chosen.contains(BenchPart.retrieval.rawValue), !items.isEmpty {
      say("items: retrieval")
      try RetrievalLatency(
        items: items, examples: examples,
        tools: Tools(directory: tools, database: database ?? home), work: home, most: queries
      ).measure(into: &report)
      if let json { try report.write(to: json) }
    }
    print(report.tables)
  }

  private func measure(
    _ log: BenchLog, parts chosen: Set<String>, work home: String, into report: inout Report
  ) throws {
    func does(_ part: BenchPart) -> Bool { chosen.contains(part.rawValue) }
    let tools = Tools(directory: tools, database: database ?? home)
    if does(.build) || access(log.index, R_OK) != 0 {
      say("\(log.name): build")
      try BuildCost.measure(log, tools, work: home, into: &report)
    }
    if does(.start) {
      say("\(log.name): start")
      try StartUp.measure(log, tools, work: home, into: &report)
    }
    let isLoaded = socketLogs.split(separator: ",").contains { $0 == log.name }
    let loads = isLoaded && (does(.socket) || does(.swap))
    guard does(.engine) || does(.parts) || loads else { return }
    let index = try LabelIndex(opening: log.index, populate: true)
    let keystrokes = try Keystrokes(log, count: queries, index: index)
    let engine = try CompletionEngine(index: index)
    if does(.engine) {
      say("\(log.name): engine")
      EngineLatency.measure(log, keystrokes, engine, into: &report)
      SessionLatency.measure(log, keystrokes, engine, into: &report)
    }
    if does(.parts) {
      say("\(log.name): parts")
      EngineParts.measure(log, keystrokes, engine, into: &report)
    }
    if loads {
      let load = SocketLoads(
        log: log, keystrokes: keystrokes, tools: tools, work: home, seconds: seconds)
      if does(.socket) {
        say("\(log.name): socket")
        try load.measure(into: &report)
      }
      if does(.swap) {
        say("\(log.name): swap")
        try SwapUnderLoad(loads: load).measure(into: &report)
      }
    }
  }

  private func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}

/// The echo server, as a process of its own.
struct Echo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Echo lines on a socket.", shouldDisplay: false)

  @Argument(help: "The socket.")
  var path: String

  @Option(help: "Milliseconds that the hundredth request waits.")
  var stall: UInt32 = 0

  func run() throws {
    try EchoServer.serve(path, stall: stall)
  }
}
