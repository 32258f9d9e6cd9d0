// The beam search of the items' tree against a scan of all items.

import QACBinary
import QACIndex
import QACText
import QACTraining
import Testing

@testable import QACRetrieval

@Suite struct ItemTreeSearchTests {
  /// A tree with few different weights, so that scores tie, and its index.
  private struct Subject {
    let terms = 30
    let tree: ItemTreeContent
    let index: LabelIndex
    var random: SplitMix64

    init(seed: UInt64) throws {
      random = SplitMix64(seed: seed)
      let items = 1 + random.below(150)
      var settings = ItemTreeSettings()
      settings.seed = seed
      settings.branching = 2 + random.below(7)
      settings.leafSize = 2 + random.below(8)
      var examples = ItemRows()
      for _ in 0..<random.below(150) {
        examples.append(
          Self.vector(&random, terms),
          pairs: [(item: UInt32(random.below(items)), weight: 1)])
      }
      var tree = ItemTreeTrainer(items: items, terms: terms, settings: settings).train(examples)
      for i in tree.chunks.indices {
        tree.chunks[i].weights = tree.chunks[i].weights.map { ($0 * 4).rounded() / 4 }
      }
      self.tree = tree
      index = try TreeIndex.make(tree, terms: terms)
    }

    private static func vector(_ random: inout SplitMix64, _ terms: Int) -> SparseVector {
      var vector = SparseVector(
        summing: (0..<random.below(5)).map { _ in
          (id: UInt32(random.below(terms)), value: 1 + Float(random.below(2)))
        })
      vector.normalize()
      return vector
    }

    mutating func query() -> SparseVector { Self.vector(&random, terms) }

    /// The penalty of every item, from the arrays before they were in a file.
    func penalties(_ x: SparseVector) -> [Float] {
      var result = [Float](repeating: .nan, count: tree.members.count)
      func walk(_ number: Int, _ penalty: Float) {
        let node = tree.nodes[number]
        let chunk = tree.chunks[number]
        for child in 0..<node.arity {
          var score: Float = 0
          let all = zip(x.ids, x.values).map { ($0, $1) } + [(UInt32(terms), Float(1))]
          for (id, value) in all {
            guard let place = chunk.features.firstIndex(of: id) else { continue }
            for e in Int(chunk.offsets[place])..<Int(chunk.offsets[place + 1])
            where Int(chunk.children[e]) == child { score += value * chunk.weights[e] }
          }
          let gap = max(0, 1 - score)
          let sum = penalty + gap * gap * gap
          if node.isLeaf {
            result[Int(tree.members[Int(node.memberStart) + child])] = sum
          } else {
            walk(Int(node.firstChild) + child, sum)
          }
        }
      }
      walk(0, 0)
      return result
    }
  }

  private func find(
    _ search: inout ItemTreeSearch, _ index: LabelIndex, _ x: SparseVector, beam: Int, limit: Int
  ) throws {
    let tree = try #require(index.view.items).tree
    x.ids.withUnsafeBufferPointer { ids in
      x.values.withUnsafeBufferPointer { values in
        search.search(tree, features: ids, values: values, beam: beam, limit: limit)
      }
    }
  }

  @Test(arguments: UInt64(0)..<80)
  func aBeamOfAllFindsTheBestOfAll(seed: UInt64) throws {
    var subject = try Subject(seed: seed)
    var search = ItemTreeSearch()
    for _ in 0..<8 {
      let x = subject.query()
      let penalties = subject.penalties(x)
      let order = penalties.indices.sorted { (penalties[$0], $0) < (penalties[$1], $1) }
      for limit in [0, 1, 7, penalties.count, penalties.count + 3] {
        try find(&search, subject.index, x, beam: subject.tree.nodes.count, limit: limit)
        #expect(search.items.map { Int($0) } == Array(order.prefix(limit)), "seed \(seed)")
        #expect(search.scores.count == search.items.count)
        #expect(search.scores.allSatisfy { $0 >= 0 && $0 <= 1 })
        #expect(zip(search.scores, search.scores.dropFirst()).allSatisfy { $0 >= $1 })
      }
    }
  }

  @Test(arguments: UInt64(0)..<40)
  func aNarrowBeamFindsWhatTheBestNodesHold(seed: UInt64) throws {
    var subject = try Subject(seed: seed)
    var search = ItemTreeSearch()
    let x = subject.query()
    let penalties = subject.penalties(x)
    var before = 0
    for beam in [0, 1, 2, 4, subject.tree.nodes.count] {
      try find(&search, subject.index, x, beam: beam, limit: penalties.count)
      let found = search.items.map { Int($0) }
      #expect(Set(found).count == found.count)
      #expect(found == found.sorted { (penalties[$0], $0) < (penalties[$1], $1) })
      #expect(found.count >= before, "a wider beam finds more")
      before = found.count
    }
    #expect(before == penalties.count)
  }

  @Test func whatIsNoNumberDoesNoHarm() throws {
    var subject = try Subject(seed: 5)
    var x = subject.query()
    while x.count == 0 { x = subject.query() }
    var search = ItemTreeSearch()
    for value in [Float.greatestFiniteMagnitude, -.greatestFiniteMagnitude] {
      var huge = SparseVector()
      for id in 0..<UInt32(subject.terms) { huge.append(id: id, value: value) }
      try find(&search, subject.index, huge, beam: 100, limit: 10)
      #expect(search.items.count == min(10, subject.tree.members.count))
      #expect(search.scores.allSatisfy { $0 >= 0 && $0 <= 1 })
    }
  }
}
