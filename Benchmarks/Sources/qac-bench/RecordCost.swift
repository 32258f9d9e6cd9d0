// The processor time that a daemon takes for one `record`.
//
// One after another, each record waits for a sync of its own, and most of its cost is that of
// threads that wake each other. Many at once share a sync.

import Glibc

/// Measures records at daemons, in turn.
struct RecordCost {
  /// How records are sent: clients, and records that each has under way.
  private static let ways: [(clients: Int, depth: Int)] = [(1, 1), (1, 64), (50, 1)]

  let seconds: Double
  let rounds: Int

  /// The medians over the rounds, as a table.
  func table(_ asked: ReturningPeople, _ servers: [Server]) throws -> String {
    var table =
      "| records | clients | at once | records per second | p50, µs | daemon's CPU per record, µs |\n"
      + "|---|---|---|---|---|---|\n"
    for way in Self.ways {
      var costs = servers.map { _ in [(cost: Double, rate: Double, p50: Double)]() }
      for _ in 0..<rounds {
        for (s, server) in servers.enumerated() {
          let generator = try LoadGenerator(
            asked.records(way.clients), matching: server.matching, path: server.path)
          _ = generator.run(.asAnswered, seconds: seconds / 5, depth: way.depth)
          let start = server.process.processorSeconds
          let result = generator.run(.asAnswered, seconds: seconds, depth: way.depth)
          let used = server.process.processorSeconds - start
          guard result.errors == 0, let spread = Percentiles(result.records) else {
            throw BenchError.notServing(program: server.name, path: server.path)
          }
          let answered = Double(result.answered)
          costs[s].append((used / answered * 1e6, answered / result.seconds, spread.p50))
        }
      }
      for (s, server) in servers.enumerated() {
        let middle = costs[s].sorted { $0.cost < $1.cost }[rounds / 2]
        table +=
          "| \(server.name) | \(way.clients) | \(way.depth) | \(Report.grouped(Int(middle.rate)))"
          + " | \(Int(middle.p50)) | \((middle.cost * 10).rounded() / 10) |\n"
      }
    }
    return table
  }
}
