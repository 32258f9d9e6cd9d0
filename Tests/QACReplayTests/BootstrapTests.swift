// Intervals are repeatable, and contain the true mean about as often as they should.

import QACBinary
import QACTestSupport
import Testing

@testable import QACReplay

@Suite struct BootstrapTests {
  @Test func equalSeedsGiveEqualIntervals() throws {
    try withEvery("seed", in: UInt64(1)...10) { seed in
      var random = SplitMix64(seed: seed)
      let clusters = (0..<200).map { _ in UInt32(random.below(50) * 7) }
      let values = clusters.map { _ in random.unit() }
      let bootstrap = Bootstrap(clusters: clusters, resamples: 200, seed: seed)
      #expect(bootstrap.clusterCount == Set(clusters).count)
      let interval = try #require(bootstrap.interval(of: values))
      let again = Bootstrap(clusters: clusters, resamples: 200, seed: seed)
      #expect(again.interval(of: values) == interval)
      let other = Bootstrap(clusters: clusters, resamples: 200, seed: seed + 1)
      #expect(other.interval(of: values) != interval)
      let mean = values.reduce(0, +) / 200
      #expect(interval.low < mean && mean < interval.high)
      // A constant has no spread, whatever the clusters.
      let constant = [Double](repeating: 0.25, count: 200)
      #expect(bootstrap.interval(of: constant) == Interval(low: 0.25, high: 0.25))
      #expect(bootstrap.interval(of: values) { _ in false } == nil)
      // A value that does not count changes nothing.
      let changed = values.enumerated().map { $0.offset % 3 == 0 ? -5 : $0.element }
      #expect(
        bootstrap.interval(of: values) { $0 % 3 != 0 }
          == bootstrap.interval(of: changed) { $0 % 3 != 0 })
    }
  }

  @Test func itIsAsWideAsTheTheorySays() {
    // Independent values: the interval of a mean is about 1.96 standard errors to each side.
    var random = SplitMix64(seed: 3)
    let values = (0..<2_000).map { _ in random.unit() }
    let clusters = values.indices.map { UInt32($0) }
    let error = (1.0 / 12 / 2_000).squareRoot()
    let interval = Bootstrap(clusters: clusters, seed: 1).interval(of: values)
    let width = (interval?.high ?? 0) - (interval?.low ?? 0)
    #expect(abs(width / (2 * 1.96 * error) - 1) < 0.12)
    // Twenty equal values per cluster say no more than one, so the interval is wider by the root of
    // 20.
    let twenty = values.prefix(100).flatMap { [Double](repeating: $0, count: 20) }
    let grouped = Bootstrap(clusters: twenty.indices.map { UInt32($0 / 20) }, seed: 1)
      .interval(of: twenty)
    let groupedWidth = (grouped?.high ?? 0) - (grouped?.low ?? 0)
    #expect(abs(groupedWidth / (width * 20.0.squareRoot()) - 1) < 0.25)
  }

  @Test func itHoldsTheTruthAboutAsOftenAsItSays() {
    // Clusters of one to five requests that share a level; the true mean is one half.
    var random = SplitMix64(seed: 11)
    var held = 0
    let trials = 300
    for trial in 0..<trials {
      var clusters: [UInt32] = []
      var values: [Double] = []
      for cluster in 0..<60 {
        let level = random.unit()
        for _ in 0...random.below(5) {
          clusters.append(UInt32(cluster))
          values.append(random.unit() < level ? 1 : 0)
        }
      }
      let bootstrap = Bootstrap(clusters: clusters, resamples: 200, seed: UInt64(trial))
      if let found = bootstrap.interval(of: values), found.low <= 0.5, 0.5 <= found.high {
        held += 1
      }
    }
    let share = Double(held) / Double(trials)
    #expect(share > 0.9 && share < 0.985, "\(share)")
  }
}
