// A split puts every occurrence into one part.

import QACBinary
import QACLogs
import QACReplay
import QACTestSupport
import QACText
import Testing

@Suite struct LogSplitTests {
  /// A log of pairs with counts up to `most`.
  static func pairs(seed: UInt64, _ count: Int, most: Int) -> QueryLog {
    var random = SplitMix64(seed: seed)
    var generator = LabelGenerator(seed: seed)
    let texts = generator.labels(30)
    let observations = (0..<count).map { i in
      Observation(
        query: UInt32(random.below(30)),
        previous: random.below(3) == 0 ? QueryTable.none : UInt32(random.below(30)),
        session: UInt32(i), user: UInt32(i), time: 0, count: UInt32(1 + random.below(most)))
    }
    return QueryLog(
      observations: observations, queries: QueryTable(normalized: texts, surface: texts),
      isTimed: false)
  }

  @Test(arguments: UInt64(0)..<10)
  func everyOccurrenceLiesInOnePart(seed: UInt64) throws {
    for log in [
      Self.pairs(seed: seed, 200, most: 40), SyntheticLog(seed: seed, events: 200).queryLog(),
    ] {
      for rule in SplitRule.allCases {
        let split = LogSplit(log, by: rule, seed: seed)
        let again = LogSplit(log, by: rule, seed: seed)
        for (i, observation) in log.observations.enumerated() {
          let counts = LogSplit.Part.allCases.map { split.count(i, in: $0) }
          #expect(counts.reduce(0, +) == observation.count)
          #expect(counts == LogSplit.Part.allCases.map { again.count(i, in: $0) })
        }
      }
    }
  }

  @Test func byTimeThePartsFollowOneAnother() {
    for count in [0, 1, 5, 9, 10, 11, 100, 1234] {
      let log = Self.pairs(seed: 1, count, most: 1)
      let split = LogSplit(log, by: .time, seed: 0)
      let parts = log.observations.indices.compactMap { i in
        LogSplit.Part.allCases.first { split.count(i, in: $0) > 0 }?.rawValue
      }
      #expect(parts == parts.sorted())
      #expect(parts.filter { $0 == 0 }.count == count * 8 / 10)
      #expect(parts.filter { $0 == 2 }.count == count - count * 9 / 10)
    }
  }

  @Test func byHashThePartsHaveTheirShares() {
    let log = Self.pairs(seed: 2, 3000, most: 10)
    let split = LogSplit(log, by: .hash, seed: 3)
    let total = log.observations.reduce(0.0) { $0 + Double($1.count) }
    for (part, share) in zip(LogSplit.Part.allCases, [0.8, 0.1, 0.1]) {
      let own = log.observations.indices.reduce(0.0) { $0 + Double(split.count($1, in: part)) }
      #expect(abs(own / total - share) < 0.02)
    }
    let other = LogSplit(log, by: .hash, seed: 4)
    #expect(
      log.observations.indices.contains {
        split.count($0, in: .score) != other.count($0, in: .score)
      })
  }
}
