// The simulated shop: the same log from the same seed, and the one that is shipped.

import Foundation
import QACBinary
import QACLogs
import QACSimulator
import QACTestSupport
import Testing

struct ShopSimulatorTests {
  private func log(_ options: ShopSimulator.Options) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try ShopSimulator(options: options).write { bytes.append(contentsOf: $0) }
    return bytes
  }

  @Test
  func theShippedLogIsMadeAnew() throws {
    let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("data/shop-simulated.events.tsv.gz")
    let shipped = try unpack([UInt8](Data(contentsOf: data)))
    let made = try log(.init())
    // Not `shipped == made`, whose failure would print both.
    #expect(shipped.count == made.count)
    #expect(CRC32C.of(shipped) == CRC32C.of(made))
    #expect(try Data(contentsOf: data).count < 1_000_000)
  }

  @Test
  func theSeedDecides() throws {
    let first = try log(.init(users: 20, days: 5, labels: 50, seed: 7))
    #expect(try log(.init(users: 20, days: 5, labels: 50, seed: 7)) == first)
    #expect(try log(.init(users: 20, days: 5, labels: 50, seed: 8)) != first)
    #expect(!first.isEmpty)
  }

  @Test
  func linesAreEventsInTimeOrder() throws {
    let text = String(
      decoding: try log(.init(users: 60, days: 9, labels: 300, seed: 3)), as: UTF8.self)
    var last: Int64 = 0
    for line in text.split(separator: "\n") {
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      try #require(columns.count == 3)
      let time = try #require(Int64(columns[1]))
      #expect(time >= last)
      #expect(!columns[2].isEmpty)
      last = time
    }
  }

  @Test(arguments: [(1, 1, 1), (1, 60, 1), (40, 3, 2), (3, 40, 20_000)])
  func extremesAreSimulated(users: Int, days: Int, labels: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("log.tsv")
    try ShopSimulator(options: .init(users: users, days: days, labels: labels, seed: 5)).write(
      toFile: path)
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test
  func senselessOptionsAreRefused() {
    for options in [
      ShopSimulator.Options(users: 0), .init(days: 0), .init(labels: -1), .init(labels: 1_000_001),
    ] {
      #expect(throws: LogError.self) { try ShopSimulator(options: options) }
    }
  }

  @Test
  func contextAndPopularityBothMatter() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("log.tsv.gz")
    try ShopSimulator(options: .init(users: 600, days: 20, labels: 1_000)).write(toFile: path)
    let log = try LogReader.read(paths: [path])
    #expect(log.report.badLines == 0)
    // Guess each next query, from the log's first nine tenths: the most frequent follower of the
    // previous one must be right far more often than the most frequent query.
    let cut = log.observations.count * 9 / 10
    var popularity: [UInt32: Int] = [:]
    var followers: [UInt32: [UInt32: Int]] = [:]
    for seen in log.observations[..<cut] {
      popularity[seen.query, default: 0] += 1
      if seen.previous != QueryTable.none {
        followers[seen.previous, default: [:]][seen.query, default: 0] += 1
      }
    }
    func best(_ counts: [UInt32: Int]) -> UInt32? {
      counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
    let popular = best(popularity)
    let tested = log.observations[cut...].filter { $0.previous != QueryTable.none }
    let byPopularity = tested.count { $0.query == popular }
    let byContext = tested.count { $0.query == best(followers[$0.previous] ?? [:]) }
    #expect(byContext > 3 * byPopularity, "\(byContext), \(byPopularity) of \(tested.count)")
    // And the ten most frequent of a thousand labels are far more than one in a hundred events.
    let top = popularity.values.sorted(by: >).prefix(10).reduce(0, +)
    #expect(top * 25 > cut, "\(top) of \(cut)")
  }
}
