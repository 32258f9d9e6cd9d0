// Latency of one retrieval in process, by arm and by how many items are wanted.
//
// Half of the distinct queries of the examples are learned, by turns, and some of the others asked.
// Each query is asked three times in every way, in turn, and its fastest time is kept: the
// machine's noise only ever adds.

import Foundation
import QACIndex
import QACLogs
import QACRetrieval

/// Measures retrievals in process.
struct RetrievalLatency {
  /// Times each query is asked.
  private static let rounds = 3

  /// A way to ask.
  private struct Way {
    var system: String
    var options: RetrievalOptions
    var limit: Int
  }

  private static let ways: [Way] =
    [10, 100].map { Way(system: "all arms", options: .standard, limit: $0) }
    + RetrievalOptions.Arm.allCases.map {
      Way(system: "\($0)", options: RetrievalOptions(arms: [$0], rankedBy: $0), limit: 100)
    }

  let items: String
  let examples: String
  let tools: Tools
  let work: String
  /// The most queries that are asked.
  let most: Int

  /// Builds an index and asks it; rows are added to `report`.
  func measure(into report: inout Report) throws {
    let (learned, queries) = try divide()
    let path = "\(work)/items.qaci"
    let process = try ChildProcess(
      tools.index, ["build", "--items", items, "--examples", learned, "--out", path],
      errorPath: "\(work)/items.log")
    _ = try process.wait()
    let index = try LabelIndex(opening: path, populate: true)
    try index.verify()
    guard let engine = try RetrievalEngine(verified: index) else {
      preconditionFailure("qac-index build --items writes items")
    }
    for (way, times) in zip(Self.ways, nanoseconds(engine, queries)) {
      guard let spread = Percentiles(times) else { continue }
      report.retrievals.append(
        Report.Retrieval(
          items: engine.itemCount, system: way.system, limit: way.limit, latency: spread))
    }
  }

  /// Writes the examples of every second query into a file, and chooses among the other queries.
  private func divide() throws -> (learned: String, queries: [[UInt8]]) {
    var numbers: [[UInt8]: Int] = [:]
    var lines: [String] = []
    var queries: [[UInt8]] = []
    for example in try ItemExamples(contentsOf: [examples]).examples {
      let known = numbers[example.query]
      let number = known ?? numbers.count
      numbers[example.query] = number
      if number % 2 == 0 {
        let id = String(decoding: example.item, as: UTF8.self)
        lines.append("\(String(decoding: example.query, as: UTF8.self))\t\(id)\t1\n")
      } else if known == nil {
        queries.append(example.query)
      }
    }
    let path = "\(work)/items.learned.tsv"
    try TextFile.write(lines.joined(), to: path)
    let step = max(1, queries.count / max(1, most))
    return (path, stride(from: 0, to: queries.count, by: step).prefix(most).map { queries[$0] })
  }

  /// The fastest time of each query, by way.
  private func nanoseconds(_ engine: RetrievalEngine, _ queries: [[UInt8]]) -> [[UInt64]] {
    let scratch = RetrievalScratch(engine: engine)
    var best = Self.ways.map { _ in [UInt64](repeating: .max, count: queries.count) }
    for _ in 0..<Self.rounds {
      for (w, way) in Self.ways.enumerated() {
        for (q, query) in queries.enumerated() {
          query.withUnsafeBufferPointer { query in
            let start = Clock.nanoseconds
            engine.retrieve(
              query: query, limit: way.limit, options: way.options, scratch: scratch)
            best[w][q] = min(best[w][q], Clock.nanoseconds - start)
          }
        }
      }
    }
    return best
  }
}
