// Baselines give the same answers as scans of all submitted queries.

import QACBinary
import QACEngine
import QACLogs
import QACTestSupport
import Testing

@testable import QACReplay

@Suite struct BaselineTests {
  @Test func aTreeOfMaximaFindsWhatSortingFinds() throws {
    try withEvery("seed", in: UInt64(1)...60) { seed in
      var random = SplitMix64(seed: seed)
      let count = 1 + random.below(40)
      var tree = MaximaTree(count: count)
      var plain = [Double](repeating: -.infinity, count: count)
      for _ in 0..<80 {
        let i = random.below(count)
        plain[i] = max(plain[i], Double(random.below(12)))
        tree.raise(i, to: plain[i])
        let (a, b) = (random.below(count + 1), random.below(count + 1))
        let range = min(a, b)..<max(a, b)
        let limit = random.below(12)
        let expected = range.filter { plain[$0] > -.infinity }
          .sorted { (plain[$1], $0) < (plain[$0], $1) }.prefix(limit)
        #expect(tree.best(limit, in: range) == Array(expected), "seed \(seed)")
        #expect(tree[i] == plain[i])
      }
    }
  }

  /// The submitted queries, kept as a list.
  private struct Slow {
    var log: QueryLog
    var halfLife: Double
    var seen: [Observation] = []

    func text(_ id: UInt32) -> [UInt8] { log.queries.normalized[Int(id)] }

    /// Ten queries that begin with `prefix`, by `score`, then by text.
    func best(_ prefix: ArraySlice<UInt8>, by score: (UInt32) -> [Double]) -> [UInt32] {
      let ids = Set(seen.map(\.query)).filter { text($0).starts(with: prefix) }
      let scored = ids.map { (id: $0, score: score($0)) }
      return scored.sorted { a, b in
        for (x, y) in zip(a.score, b.score) where abs(x - y) > 1e-9 * abs(x) { return x > y }
        return text(a.id).lexicographicallyPrecedes(text(b.id))
      }.prefix(10).map(\.id)
    }

    func count(_ id: UInt32) -> Double {
      seen.reduce(0) { $0 + ($1.query == id ? Double($1.count) : 0) }
    }

    func decayedCount(_ id: UInt32, _ now: Int64) -> Double {
      seen.reduce(0) { sum, one in
        one.query == id
          ? sum + Double(one.count) * pow2(-Double(now - one.time) / halfLife) : sum
      }
    }

    private func pow2(_ x: Double) -> Double {
      // Whole halvings, then the rest by its series, independent of the library's function.
      let whole = x.rounded(.down)
      let rest = (x - whole) * 0.693_147_180_559_945_3
      var (sum, term) = (1.0, 1.0)
      for i in 1..<30 {
        term *= rest / Double(i)
        sum += term
      }
      return Double(sign: .plus, exponent: Int(whole), significand: 1) * sum
    }

    func followCount(_ id: UInt32, after previous: [UInt8]?) -> Double {
      guard let previous else { return 0 }
      return seen.reduce(0) { sum, one in
        one.query == id && one.previous != QueryTable.none && text(one.previous) == previous
          ? sum + Double(one.count) : sum
      }
    }
  }

  @Test func theyAnswerAsScansDo() throws {
    try withEvery("seed", in: UInt64(1)...8) { seed in
      let log = SyntheticLog(seed: seed, events: 400, vocabulary: 60).queryLog()
      let split = LogSplit(log, by: .time, seed: seed)
      let halfLife = 3_000.0
      let baselines = Baselines(log, split: split, halfLife: halfLife)
      var slow = Slow(log: log, halfLife: halfLife)
      for (i, one) in log.observations.enumerated() where split.count(i, in: .learn) > 0 {
        slow.seen.append(one)
      }
      for rule in ReplayProtocol.allCases {
        let replay = LogReplay(log, split: split, protocol: rule, seed: seed)
        #expect(replay.learnsLive == (rule == .replay))
        var submitted = 0
        replay.forEachRequest(
          of: .score,
          submitted: {
            baselines.record($0)
            slow.seen.append($0)
            submitted += 1
          }
        ) { request in
          for prefix in [request.prefix, request.target[0..<0], request.target[...]] {
            let previous = request.context.previousText(at: request.time)
            let popular = slow.best(prefix) { [slow.count($0)] }
            #expect(baselines.popular(prefix) == popular, "seed \(seed)")
            let decayed = slow.best(prefix) { [slow.decayedCount($0, request.time)] }
            #expect(baselines.decayed(prefix) == decayed, "seed \(seed)")
            let followers =
              slow.best(prefix) { [slow.followCount($0, after: previous), slow.count($0)] }
              .filter { slow.followCount($0, after: previous) > 0 }
            let rest = popular.filter { !followers.contains($0) }
            #expect(
              baselines.followers(prefix, of: previous)
                == Array((followers + rest).prefix(10)), "seed \(seed)")
          }
        }
        let after = log.observations.indices.filter { split.count($0, in: .learn) == 0 }.count
        #expect(submitted == (rule == .replay ? after : 0))
      }
    }
  }

  @Test func timesAsFarApartAsNumbersGoLeaveCountsOrdered() {
    let queries = [Array("ab".utf8), Array("ac".utf8), Array("ad".utf8)]
    let times: [Int64] = [.min, 0, .max]
    let log = QueryLog(
      observations: times.enumerated().map { i, time in
        Observation(
          query: UInt32(i), previous: QueryTable.none, session: 0, user: 0, time: time, count: 1)
      }, queries: QueryTable(normalized: queries, surface: queries))
    let baselines = Baselines(log, split: LogSplit(log, by: .time, seed: 1))
    for observation in log.observations { baselines.record(observation, times: 3) }
    #expect(baselines.decayed([]).count == 3)
    #expect(baselines.popular([97]).count == 3)
    #expect(baselines.popular([98]).isEmpty)
  }
}
