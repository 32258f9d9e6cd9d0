// Best-first search against the scores of all labels, computed by the same code without pruning and
// by the plain reader's formula.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

/// A random index with a plain reader and a search beside it.
private struct Subject {
  let index: LabelIndex
  let plain: PlainIndex
  var random: SplitMix64

  init(seed: UInt64, labels: Int, weights: RandomIndex.Weights) throws {
    let bytes = IndexWriter.serialize(
      RandomIndex.content(seed: seed, labels: labels, weights: weights))
    index = try LabelIndex(bytes: bytes)
    try index.verify()
    plain = PlainIndex(bytes)
    random = SplitMix64(seed: seed ^ 0xABCD)
  }

  func makeSearch() -> TreeSearch {
    TreeSearch(
      arity: index.view.nodes.reduce(0) { max($0, $1.arity) }, summaries: index.view.nodeSummaries()
    )
  }

  mutating func request() -> (range: Range<UInt32>, x: SparseVector) {
    let range = randomRange(&random, index.labelCount)
    return (range, randomVector(&random, features: index.view.features.count))
  }
}

private func pairs(_ top: TopLabels) -> [[Double]] {
  top.items.map { [Double($0.label), $0.score] }
}

@Suite struct TreeSearchTests {
  @Test(arguments: UInt64(0)..<60)
  func scoresAreTheProbabilitiesOfTheFormula(seed: UInt64) throws {
    let style = RandomIndex.Weights.allCases[Int(seed % 3)]
    var subject = try Subject(seed: seed, labels: 1 + Int(seed) * 3, weights: style)
    var search = subject.makeSearch()
    for _ in 0..<12 {
      let (range, x) = subject.request()
      let features = Dictionary(
        uniqueKeysWithValues: zip(x.ids.map { Int($0) }, x.values.map { Double($0) }))
      let expected = subject.plain.probabilities(
        of: Set(range.map { Int($0) }), features: features)
      let mass = Double(subject.index.view.mass(of: range))
      search.search(subject.index.view, range: range, features: x, limit: range.count + 5)
      #expect(search.top.items.count == range.count)
      #expect(Set(search.top.items.map { Int($0.label) }) == Set(expected.keys))
      for found in search.top.items {
        let p = expected[Int(found.label)] ?? 0
        #expect(abs(found.score / mass - p) <= 1e-9 * p + 1e-300, "label \(found.label)")
      }
      for k in [1, 3, 10] {
        search.search(subject.index.view, range: range, features: x, limit: k)
        let best = expected.values.sorted(by: >).prefix(k)
        #expect(search.top.items.count == best.count)
        for (found, p) in zip(search.top.items, best) {
          #expect(abs(found.score / mass - p) <= 1e-9 * p, "\(k) of \(range)")
          #expect(abs((expected[Int(found.label)] ?? 0) - p) <= 1e-9 * p)
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<45)
  func prunedSearchEqualsTheSearchOfEveryLabel(seed: UInt64) throws {
    let style = RandomIndex.Weights.allCases[Int(seed % 3)]
    var subject = try Subject(seed: seed, labels: 2 + Int(seed) * 5, weights: style)
    var search = subject.makeSearch()
    for _ in 0..<15 {
      let (range, x) = subject.request()
      var all = subject.makeSearch()
      all.search(subject.index.view, range: range, features: x, limit: subject.index.labelCount)
      let items = all.top.items
      for (a, b) in zip(items, items.dropFirst()) { #expect(a.precedes(b)) }
      for k in [1, 2, 5, 10, range.count] {
        search.search(subject.index.view, range: range, features: x, limit: k)
        #expect(pairs(search.top) == Array(pairs(all.top).prefix(k)), "\(k) of \(range)")
        search.search(subject.index.view, range: range, features: x, limit: k, beam: 1_000_000)
        #expect(pairs(search.top) == Array(pairs(all.top).prefix(k)), "beam, \(k) of \(range)")
      }
    }
  }

  @Test(arguments: UInt64(0)..<60)
  func withoutWeightsItIsMostPopularCompletion(seed: UInt64) throws {
    var subject = try Subject(seed: seed, labels: 1 + Int(seed) * 5, weights: .none)
    var search = subject.makeSearch()
    for _ in 0..<15 {
      let (range, x) = subject.request()
      let expected = subject.plain.popular(range.map { Int($0) }, 10)
      search.search(subject.index.view, range: range, features: x, limit: 10)
      #expect(search.top.items.map { Int($0.label) } == expected)
      #expect(search.top.items.map(\.score) == expected.map { Double(subject.plain.weights[$0]) })
    }
  }

  @Test(arguments: UInt64(0)..<40)
  func aBeamFindsSomethingAndNothingWrong(seed: UInt64) throws {
    var subject = try Subject(seed: seed, labels: 5 + Int(seed) * 5, weights: .any)
    var search = subject.makeSearch()
    for _ in 0..<15 {
      let (range, x) = subject.request()
      search.search(
        subject.index.view, range: range, features: x, limit: subject.index.labelCount)
      let exact = Dictionary(
        uniqueKeysWithValues: search.top.items.map { ($0.label, $0.score) })
      for beam in [1, 2, 5] {
        search.search(subject.index.view, range: range, features: x, limit: 10, beam: beam)
        let found = search.top.items
        #expect(!found.isEmpty)
        #expect(Set(found.map(\.label)).count == found.count)
        for item in found { #expect(exact[item.label] == item.score) }
      }
    }
  }

  @Test func nothingIsFoundInAnEmptyRange() throws {
    let subject = try Subject(seed: 1, labels: 20, weights: .any)
    var search = subject.makeSearch()
    search.search(subject.index.view, range: 0..<20, features: SparseVector(), limit: 5)
    search.search(subject.index.view, range: 3..<3, features: SparseVector(), limit: 5)
    #expect(search.top.items.isEmpty)
    search.search(subject.index.view, range: 0..<20, features: SparseVector(), limit: 0)
    #expect(search.top.items.isEmpty)
  }

  @Test(arguments: UInt64(0)..<10)
  func childrenAreRankedByWeight(seed: UInt64) throws {
    let subject = try Subject(
      seed: seed, labels: 40 + Int(seed) * 30, weights: RandomIndex.Weights.allCases[Int(seed % 3)])
    let view = subject.index.view
    let summaries = view.nodeSummaries()
    /// The greatest weight below a node, by its members.
    func greatest(_ node: NodeRecord) -> Double {
      (0..<Int(node.memberCount)).map { Double(view.weight(at: $0, of: node)) }.max() ?? 0
    }
    for (i, node) in view.nodes.enumerated() {
      #expect(summaries[i].greatest == greatest(node), "seed \(seed), node \(i)")
      let count = node.isLeaf ? node.memberCount : node.childCount
      let places = summaries.ranks(of: i, count: count).map { summaries.place($0) }
      #expect(places.sorted() == Array(0..<Int(count)), "seed \(seed), node \(i)")
      let weights = places.map { place in
        node.isLeaf
          ? Double(view.weight(at: place, of: node))
          : greatest(view.nodes[Int(node.firstChild) + place])
      }
      #expect(weights == weights.sorted(by: >), "seed \(seed), node \(i)")
    }
  }
}
