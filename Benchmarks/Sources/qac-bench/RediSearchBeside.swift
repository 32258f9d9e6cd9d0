// RediSearch beside the daemon, in one run: the same labels and weights, the same people, the same
// generator. `make redisearch` prepares what it needs (Benchmarks/redisearch/README.md).
//
// All servers run all the time; they are asked in turn, round by round. A figure is the median of
// the rounds, so a round that others disturbed does not count. The daemon's people have their past
// in the daemon's database; RediSearch knows no people.

import ArgumentParser
import Foundation
import QACClient
import QACIndex
import QACProtocol
import QACText

/// Measures RediSearch and the daemon in turn.
struct RediSearchBeside: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redisearch", abstract: "Measure RediSearch beside the daemon.")

  @Option(help: "The directory of the product's release build.")
  var tools = ".build/release"

  @Option(help: "The directory of an earlier release build, whose daemon is asked too.")
  var before: String?

  @Option(help: "A Redis server that loads RediSearch.")
  var redis: String

  @Option(help: "The log that the index is built of.")
  var log: String

  @Option(help: "What was submitted after it.")
  var next: String

  @Option(help: "Where the index and the sockets go; an index that is there is used as it is.")
  var work: String

  @Option(help: "Where daemons keep their sessions.")
  var database: String?

  @Option(help: "People who type their next query, key by key.")
  var people = 1000

  @Option(help: "Rounds.")
  var rounds = 3

  @Option(help: "Seconds of each load.")
  var seconds = 1.5

  /// One way of being asked.
  struct System {
    var name: String
    var server: Server
    /// What so many clients send.
    var streams: (Int) -> [RequestStream]
    var reciprocalRank: Double?
    var found: Double?
  }

  func run() throws {
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    let log = BenchLog(name: "people", log: log, next: next, index: "\(work)/people.qaci")
    let tools = Tools(directory: tools, database: database ?? work)
    var report = Report()
    if access(log.index, R_OK) != 0 {
      try BuildCost.measure(log, tools, work: work, into: &report)
    }
    let index = try LabelIndex(opening: log.index, populate: true)
    let asked = try ReturningPeople(log, count: people)
    let options = ["--clock", "client", "--live-events", "262144"]
    let daemon = try Server.daemon(tools, index: log.index, work: work, options: options)
    defer { daemon.process.stop() }
    try remember(asked, at: daemon)
    let redisServer = try Server.rediSearch(redis, work: work)
    defer { redisServer.process.stop() }
    let loaded = try load(index, into: redisServer)
    var old: Server?
    if let before {
      let server = try Server.daemon(
        Tools(directory: before, database: tools.database), index: log.index, work: work,
        name: "before", options: options)
      try remember(asked, at: server)
      old = server
    }
    defer { old?.process.stop() }

    var systems = try quality(asked, index, daemon, redisServer)
    if let old {
      for (name, withSession) in [("before, no session", false), ("before", true)] {
        systems.append(
          System(name: name, server: old) { asked.requests($0, withSession: withSession) })
      }
    }
    print("\(index.labelCount) labels, \(asked.people.count) people, of whom ", terminator: "")
    print("\(asked.count(withPast: 256)) have 256 or more earlier queries; ", terminator: "")
    print("load before: \(report.machine.load)\n")
    print(sizes(index, report, loaded, daemon, redisServer))
    print(try loads(systems))
    print(
      try RecordCost(seconds: seconds, rounds: rounds).table(
        asked, [daemon] + (old.map { [$0] } ?? [])))
  }

  // MARK: what is loaded

  /// Hands the past of `asked` to the daemon.
  private func remember(_ asked: ReturningPeople, at server: Server) throws {
    let importer = Importer(
      client: Client(socketPath: server.path, timeout: .seconds(60)),
      pause: { usleep(UInt32($0) * 1000) })
    for person in asked.people {
      for event in person.past {
        try importer.add(
          Request.ImportedEvent(
            session: person.session, query: Array(event.query.utf8), at: event.time))
      }
    }
    try importer.finish()
  }

  /// Loads the labels of `index`; returns the bytes and seconds that it took.
  private func load(
    _ index: LabelIndex, into server: Server
  ) throws -> (bytes: Int, seconds: Double) {
    let labels = (0..<UInt32(index.labelCount)).map {
      (text: Array(index.view.surface(of: $0)), weight: index.view.weight(of: $0))
    }
    let redis = try RediSearch(server.path)
    let before = try redis.usedMemory()
    let (_, seconds) = try Clock.seconds { try redis.load(labels) }
    return (try redis.usedMemory() - before, seconds)
  }

  private func sizes(
    _ index: LabelIndex, _ report: Report, _ loaded: (bytes: Int, seconds: Double),
    _ daemon: Server, _ redis: Server
  ) -> String {
    let labels = Double(index.labelCount)
    func row(_ cells: String...) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    let build = report.builds.first.map { String(format: "%.1f s to build, ", $0.seconds) } ?? ""
    return row("", "bytes per label", "resident, MB", "time to load")
      + row("---", "---", "---", "---")
      + row(
        "qacd", String(format: "%.0f", Double(index.byteCount) / labels),
        String(format: "%.0f", daemon.process.residentBytes / 1e6),
        build + String(format: "%.2f s to start", daemon.startSeconds))
      + row(
        "RediSearch", String(format: "%.0f", Double(loaded.bytes) / labels),
        String(format: "%.0f", redis.process.residentBytes / 1e6),
        String(format: "%.2f s", loaded.seconds))
  }

  // MARK: what is answered

  /// The ways of being asked, each with its MRR@10 over all keys.
  private func quality(
    _ asked: ReturningPeople, _ index: LabelIndex, _ daemon: Server, _ redis: Server
  ) throws -> [System] {
    let normalizer = Normalizer(index.profile)
    let client = Client(socketPath: daemon.path)
    let connection = try RediSearch(redis.path)
    var systems: [System] = []
    func add(
      _ name: String, _ server: Server, _ streams: @escaping (Int) -> [RequestStream],
      _ answer: (ReturningPeople.Person, [UInt8]) throws -> [[UInt8]]
    ) throws {
      var (sum, found, count) = (0.0, 0, 0)
      try asked.forEachKey(of: asked.people) { person, prefix in
        let wanted = normalizer.normalize(person.query)
        let place = try answer(person, prefix).prefix(10).firstIndex {
          normalizer.normalize($0) == wanted
        }
        count += 1
        if let place {
          sum += 1 / Double(place + 1)
          found += 1
        }
      }
      systems.append(
        System(
          name: name, server: server, streams: streams, reciprocalRank: sum / Double(count),
          found: Double(found) / Double(count)))
    }
    for (name, withSession) in [("qacd, no session", false), ("qacd", true)] {
      try add(name, daemon, { asked.requests($0, withSession: withSession) }) { person, prefix in
        try client.complete(ReturningPeople.request(person, prefix, withSession: withSession))
          .suggestions.map(\.text)
      }
    }
    for (name, isFuzzy) in [("FT.SUGGET", false), ("FT.SUGGET FUZZY", true)] {
      try add(name, redis, { RediSearch.requests(asked, $0, isFuzzy: isFuzzy) }) { _, prefix in
        try connection.suggestions(prefix, isFuzzy: isFuzzy)
      }
    }
    return systems
  }

  // MARK: how fast

  /// What each system answers to one client and to fifty, as a table.
  private func loads(_ systems: [System]) throws -> String {
    struct Cell {
      var p50: [Double] = [], p99: [Double] = [], rate: [Double] = [], cost: [Double] = []
    }
    var cells = systems.map { _ in [1: Cell(), 50: Cell()] }
    let streams = systems.map { system in [1: system.streams(1), 50: system.streams(50)] }
    for _ in 0..<rounds {
      for clients in [1, 50] {
        for (s, system) in systems.enumerated() {
          let generator = try LoadGenerator(
            streams[s][clients] ?? [], matching: system.server.matching, path: system.server.path)
          _ = generator.run(.asAnswered, seconds: seconds / 5)
          let start = system.server.process.processorSeconds
          let result = generator.run(.asAnswered, seconds: seconds)
          let used = system.server.process.processorSeconds - start
          guard result.errors == 0, let spread = Percentiles(result.completions) else {
            throw BenchError.notServing(program: system.name, path: system.server.path)
          }
          cells[s][clients]?.p50.append(spread.p50)
          cells[s][clients]?.p99.append(spread.p99)
          cells[s][clients]?.rate.append(Double(result.answered) / result.seconds)
          cells[s][clients]?.cost.append(used / Double(result.answered) * 1e6)
        }
      }
    }
    func median(_ values: [Double]?) -> Double {
      let sorted = (values ?? []).sorted()
      return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
    var table =
      "| asked | MRR@10 | among ten | 1 client: p50 / p99, µs | CPU, µs | 50 clients: answers per second | p50 / p99, µs | CPU, µs |\n"
      + "|---|---|---|---|---|---|---|---|\n"
    for (s, system) in systems.enumerated() {
      let (one, fifty) = (cells[s][1], cells[s][50])
      table += String(
        format: "| %@ | %@ | %@ | %.1f / %.0f | %.1f | %@ | %.0f / %.0f | %.1f |\n",
        system.name, system.reciprocalRank.map { String(format: "%.3f", $0) } ?? "",
        system.found.map { String(format: "%.1f %%", $0 * 100) } ?? "",
        median(one?.p50), median(one?.p99), median(one?.cost),
        Report.grouped(Int(median(fifty?.rate))), median(fifty?.p50), median(fifty?.p99),
        median(fifty?.cost))
    }
    return table
  }
}
