// The nearest past queries and their items against a scan of all past queries.

import QACBinary
import QACIndex
import QACText
import Testing

@testable import QACRetrieval

@Suite struct NeighbourSearchTests {
  private static func random(
    _ seed: UInt64, _ draw: inout RandomBags
  ) throws -> (index: PastIndex, queries: [Set<UInt32>]) {
    let queries = draw.bags(1 + draw.random.below(500), longest: 7).map { Set($0) }
    let itemCount = 1 + draw.random.below(40)
    let led = queries.map { _ in
      Set((0...draw.random.below(3)).map { _ in UInt32(draw.random.below(itemCount)) }).sorted()
        .map { (item: $0, count: Float(1 + draw.random.below(16))) }
    }
    return (
      try PastIndex(queries, led: led, terms: draw.terms, itemCount: itemCount), queries
    )
  }

  private static func terms(_ query: [UInt32], _ items: ItemsView) -> [NeighbourTerm] {
    let counts = query.reduce(into: [UInt32: Float]()) { $0[$1, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map {
      let idf = items.terms.idf(of: $0.key)
      return NeighbourTerm(
        term: $0.key, kind: .word, weight: $0.value * idf, pastWeight: idf)
    }
  }

  private static func norm(_ terms: [NeighbourTerm]) -> Float {
    terms.reduce(Float(0)) { $0 + $1.weight * $1.weight }.squareRoot()
  }

  @Test(arguments: [true, false])
  func agreesWithScan(isPruned: Bool) throws {
    var leftOut = 0
    for seed: UInt64 in 1...20 {
      var draw = RandomBags(random: SplitMix64(seed: seed), terms: 2 + Int(seed * seed) / 2)
      let (index, queries) = try Self.random(seed, &draw)
      let items = index.items
      let prepared = PreparedPastQueries(items)
      var search = NeighbourSearch(
        pastQueries: queries.count, worthwhileEntries: isPruned ? 0 : .max / 4)
      for round in 0..<10 {
        let terms = Self.terms((0...draw.random.below(8)).map { _ in draw.term() }, items)
        let parameters = NeighbourParameters(
          nearest: [1, 4, 20, 1000][round % 4], power: 1 + round % 3,
          sharesVotes: round % 2 == 0, mostEntries: .max)
        let similarities = queries.enumerated().map { number, query in
          terms.filter { query.contains($0.term) }.reduce(0.0) {
            $0 + Double($1.weight) * Double($1.pastWeight)
          } / Double(Self.norm(terms)) / Double(index.norms[number])
        }
        terms.withUnsafeBufferPointer {
          search.search(
            $0, norm: Self.norm(terms), in: items, prepared, parameters, limit: 1000)
        }
        if search.work.admitting < search.work.terms { leftOut += 1 }
        let comment: Comment = "seed \(seed), round \(round)"
        let expected = similarities.filter { $0 > 0 }.sorted(by: >).prefix(parameters.nearest)
        #expect(search.nearestCount == expected.count, comment)
        let found = (0..<search.nearestCount).map { i in
          (said: Double(search.similarity(i)), is: similarities[Int(search.pastQuery(i))])
        }.sorted { $0.said > $1.said }
        for (found, similarity) in zip(found, expected) {
          #expect(abs(found.said - similarity) < 1e-5, comment)
          #expect(abs(found.is - similarity) < 1e-5, comment)
        }
        #expect(Set((0..<search.nearestCount).map(search.pastQuery)).count == expected.count)
        checkVotes(search, index, parameters, comment)
      }
    }
    #expect(isPruned == (leftOut > 10), "searches that left something out: \(leftOut)")
  }

  /// Compares the votes with those of the nearest past queries that were found.
  private func checkVotes(
    _ search: NeighbourSearch, _ index: PastIndex, _ parameters: NeighbourParameters,
    _ comment: Comment
  ) {
    var votes: [UInt32: (votes: Double, sharpVotes: Double, similarity: Float)] = [:]
    for i in 0..<search.nearestCount {
      let led = index.led[Int(search.pastQuery(i))]
      let total = parameters.sharesVotes ? led.reduce(0) { $0 + $1.count } : 1
      var power = 1.0
      for _ in 0..<parameters.power { power *= Double(search.similarity(i)) }
      for entry in led {
        var sums = votes[entry.item] ?? (0, 0, 0)
        sums.votes += power * Double(entry.count / total)
        sums.sharpVotes += power * power * Double(entry.count / total)
        sums.similarity = max(sums.similarity, search.similarity(i))
        votes[entry.item] = sums
      }
    }
    #expect(search.count == votes.count, comment)
    for i in 0..<search.count {
      let expected = votes[search.item(i)] ?? (0, 0, 0)
      #expect(abs(Double(search.score(i)) - expected.votes) <= 1e-4 * expected.votes, comment)
      if i > 0 { #expect(search.score(i - 1) >= search.score(i), comment) }
    }
    let sum = votes.values.reduce(0) { $0 + $1.votes }
    #expect(abs(Double(search.totalVotes.votes) - sum) <= 1e-4 * sum, comment)
    for item in 0..<UInt32(index.items.count) {
      let found = search.votes(for: item)
      let expected = votes[item] ?? (0, 0, 0)
      #expect(abs(Double(found.votes) - expected.votes) <= 1e-4 * expected.votes, comment)
      #expect(
        abs(Double(found.sharpVotes) - expected.sharpVotes) <= 1e-4 * expected.sharpVotes, comment)
      #expect(found.similarity == expected.similarity, comment)
    }
  }

  @Test func theMostFrequentTermsAreLeftOut() throws {
    let queries = (0..<100).map { number -> Set<UInt32> in number % 10 == 0 ? [0, 1] : [1] }
    let index = try PastIndex(
      queries, led: queries.map { _ in [(item: 0, count: 1)] }, terms: 2, itemCount: 1)
    let items = index.items
    let query = [
      NeighbourTerm(term: 0, kind: .word, weight: 5, pastWeight: 1),
      NeighbourTerm(term: 1, kind: .word, weight: 2, pastWeight: 1),
    ]
    var search = NeighbourSearch(pastQueries: 100)
    for (most, nearest) in [(0, 10), (10, 10), (109, 10), (110, 100)] {
      query.withUnsafeBufferPointer {
        search.search(
          $0, norm: 6, in: items, PreparedPastQueries(items),
          NeighbourParameters(mostEntries: most), limit: 10)
      }
      #expect(search.nearestCount == nearest, "at most \(most) entries")
    }
    search.reset()
    #expect(search.count == 0 && search.nearestCount == 0 && search.votes(for: 0).votes == 0)
  }

  @Test func manyItemsHaveVotes() throws {
    let led = [(0..<5000).map { (item: UInt32($0), count: Float(1 + $0 % 3)) }]
    let index = try PastIndex([[0]], led: led, terms: 1, itemCount: 5000)
    let items = index.items
    var search = NeighbourSearch(pastQueries: 1)
    for round in 0..<3 {
      [NeighbourTerm(term: 0, kind: .word, weight: 1, pastWeight: 1)].withUnsafeBufferPointer {
        search.search(
          $0, norm: 1, in: items, PreparedPastQueries(items), NeighbourParameters(), limit: 20)
      }
      #expect(search.count == 20, "round \(round)")
      let found = (0..<20).map { Int(search.item($0)) }
      #expect(found == Array(stride(from: 2, to: 62, by: 3)), "round \(round)")
      #expect((0..<5000).allSatisfy { search.votes(for: $0).votes > 0 }, "round \(round)")
    }
  }
}
