// The pyramid of maxima against a linear scan and a sort.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct PopularSearchTests {
  /// An index of `weights.count` labels, of which only the weights matter.
  static func index(_ weights: [UInt32]) throws -> LabelIndex {
    let features = FeatureSpace(documentFrequencies: [:], documents: 0)
    var content = IndexContent(profile: .verbatim, features: features)
    content.labels = weights.indices.map { i in
      Array(("\(10_000_000 + i)").utf8)
    }
    content.surfaces = content.labels
    content.weights = weights
    var root = NodeRecord()
    root.labelHigh = UInt32(weights.count)
    root.memberCount = UInt32(weights.count)
    content.nodes = [root]
    content.followerOffsets = [UInt32](repeating: 0, count: weights.count + 1)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    return index
  }

  static func scan(_ weights: [UInt32], _ range: Range<Int>, _ limit: Int) -> [Int] {
    Array(range.sorted { (weights[$1], $0) < (weights[$0], $1) }.prefix(limit))
  }

  @Test(arguments: [1, 2, 3, 31, 32, 33, 63, 64, 65, 95, 97])
  func everyRangeOfFewLabels(count: Int) throws {
    var random = SplitMix64(seed: UInt64(count))
    for distinct in [1, 3, 1000] {
      let weights = (0..<count).map { _ in UInt32(1 + random.below(distinct)) }
      let index = try Self.index(weights)
      var search = PopularSearch(labelCount: count)
      for low in 0..<count {
        for high in low...count where count < 40 || (high + low) % 3 == 0 {
          let limit = [1, 4, 10][(low + high) % 3]
          search.search(index.view, range: UInt32(low)..<UInt32(high), limit: limit)
          #expect(
            search.top.items.map { Int($0.label) } == Self.scan(weights, low..<high, limit),
            "\(low)..<\(high) of \(count), seed \(count), \(distinct) weights")
        }
      }
    }
  }

  @Test(arguments: [1022, 1023, 1024, 1025, 1026, 2080, 32_801])
  func rangesAtTheBoundsOfBlocks(count: Int) throws {
    var random = SplitMix64(seed: UInt64(count))
    for distinct in [2, 1_000_000] {
      let weights = (0..<count).map { _ in UInt32(1 + random.below(distinct)) }
      let index = try Self.index(weights)
      var search = PopularSearch(labelCount: count)
      var bounds = [0, 1, 31, 32, 33, 1023, 1024, 1025, count - 1, count].filter { $0 <= count }
      bounds += (0..<6).map { _ in random.below(count + 1) }
      for low in bounds {
        for high in bounds where high >= low && (count < 3000 || (high &+ low) % 5 == 0) {
          search.search(index.view, range: UInt32(low)..<UInt32(high), limit: 10)
          #expect(
            search.top.items.map { Int($0.label) } == Self.scan(weights, low..<high, 10),
            "\(low)..<\(high) of \(count), seed \(count), \(distinct) weights")
          #expect(search.top.items.allSatisfy { $0.score == Double(weights[Int($0.label)]) })
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<4)
  func aMemoSaysWhatTheSearchFound(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let weights = (0..<3000).map { _ in UInt32(1 + random.below(50)) }
    let index = try Self.index(weights)
    var search = PopularSearch(labelCount: weights.count)
    // More ranges than there are slots, and each of them several times.
    let ranges = (0..<200).map { _ in randomRange(&random, weights.count) }
    var memo = RangeMemo()
    var top = TopLabels()
    var known = 0
    for round in 0..<4000 {
      let range = ranges[random.below(ranges.count)]
      let limit = [3, 10, 24, 25][random.below(4)]
      if !RangeMemo.remembers(range, limit: limit) { continue }
      search.search(index.view, range: range, limit: limit)
      let found = search.top.items.map(\.label)
      if memo.find(range, limit: limit, into: &top) {
        known += 1
        #expect(top.items.map(\.label) == found, "seed \(seed), round \(round)")
        #expect(top.limit == limit)
      } else {
        memo.insert(search.top, of: range)
      }
    }
    #expect(known > 100, "seed \(seed)")
  }
}
