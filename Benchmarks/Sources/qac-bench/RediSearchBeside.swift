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
}
