// What RediSearch and the daemon take, answer, and how fast: the tables.

import Foundation
import QACClient
import QACIndex
import QACProtocol
import QACText

extension RediSearchBeside {
  /// What the labels take, as a table.
  func sizes(
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
  func quality(
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
  func loads(_ systems: [System]) throws -> String {
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
    func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    let columns = [
      "asked", "MRR@10", "among ten", "1 client: p50 / p99, µs", "CPU, µs",
      "50 clients: answers per second", "p50 / p99, µs", "CPU, µs",
    ]
    var table = row(columns) + row(columns.map { _ in "---" })
    for (s, system) in systems.enumerated() {
      let (one, fifty) = (cells[s][1], cells[s][50])
      table += row([
        system.name, system.reciprocalRank.map { String(format: "%.3f", $0) } ?? "",
        system.found.map { String(format: "%.1f %%", $0 * 100) } ?? "",
        String(format: "%.1f / %.0f", median(one?.p50), median(one?.p99)),
        String(format: "%.1f", median(one?.cost)), Report.grouped(Int(median(fifty?.rate))),
        String(format: "%.0f / %.0f", median(fifty?.p50), median(fifty?.p99)),
        String(format: "%.1f", median(fifty?.cost)),
      ])
    }
    return table
  }
}
