// Trees of items keep their invariants, whatever the examples and the threads.

import QACBinary
import QACIndex
import QACText
import Testing

@testable import QACTraining

@Suite struct ItemTreeTrainerTests {
  /// Random examples; some items have none, some rows have no feature or no item.
  private struct Subject {
    var items: Int
    let terms = 40
    var examples = ItemRows()
    var settings = ItemTreeSettings()

    init(seed: UInt64, threads: Int = 1, negatives: ItemTreeSettings.Negatives = .teacherForced) {
      var random = SplitMix64(seed: seed)
      items = 1 + random.below(120)
      settings.seed = seed
      settings.threads = threads
      settings.negatives = negatives
      settings.negativeBeam = 2
      settings.branching = 2 + random.below(9)
      settings.leafSize = 2 + random.below(9)
      settings.countsExamples = random.below(2) == 0
      for _ in 0..<random.below(200) {
        var vector = SparseVector(
          summing: (0..<random.below(6)).map { _ in
            (id: UInt32(random.below(terms)), value: Float(random.unit()) + 0.1)
          })
        vector.normalize()
        var pairs: [(item: UInt32, weight: Float)] = []
        for _ in 0..<random.below(4) {
          // The items of the upper half have no examples.
          let item = UInt32(random.below((items + 1) / 2))
          if !pairs.contains(where: { $0.item == item }) {
            pairs.append((item, Float(random.below(3))))
          }
        }
        examples.append(vector, pairs: pairs)
      }
    }

    var tree: ItemTreeContent {
      ItemTreeTrainer(items: items, terms: terms, settings: settings).train(examples)
    }
  }

  @Test(arguments: UInt64(0)..<60)
  func everyItemIsInOneLeafAndNodesAreInOrder(seed: UInt64) {
    let subject = Subject(seed: seed)
    let tree = subject.tree
    #expect(tree.members.sorted() == (0..<UInt32(subject.items)).map { $0 })
    #expect(tree.chunks.count == tree.nodes.count)
    var next = 1
    var leaves: [Int] = []
    for node in tree.nodes {
      let start = Int(node.memberStart)
      let members = Array(tree.members[start..<start + Int(node.memberCount)])
      #expect(node.hasTerminal == 0)
      if node.isLeaf {
        leaves.append(members.count)
        #expect(members == members.sorted())
        #expect(members.count <= subject.settings.leafSize)
        continue
      }
      #expect(Int(node.firstChild) == next)
      let children = tree.nodes[next..<next + Int(node.childCount)]
      #expect((2...subject.settings.branching).contains(children.count))
      var place = start
      for child in children {
        #expect(Int(child.memberStart) == place)
        place += Int(child.memberCount)
      }
      #expect(place == start + members.count)
      next += children.count
    }
    #expect(next == tree.nodes.count)
    #expect((leaves.max() ?? 0) - (leaves.min() ?? 0) <= 1 && leaves.min() ?? 0 > 0)
  }

  @Test(arguments: UInt64(0)..<60)
  func chunksAreInOrderAndPruned(seed: UInt64) {
    let subject = Subject(seed: seed)
    let tree = subject.tree
    for (node, chunk) in zip(tree.nodes, tree.chunks) {
      #expect(zip(chunk.features, chunk.features.dropFirst()).allSatisfy { $0 < $1 })
      #expect(chunk.offsets.first == 0 && Int(chunk.offsets.last ?? 0) == chunk.weights.count)
      #expect(chunk.offsets.count == chunk.features.count + 1)
      #expect(chunk.children.count == chunk.weights.count)
      for (f, feature) in chunk.features.enumerated() {
        let range = Int(chunk.offsets[f])..<Int(chunk.offsets[f + 1])
        #expect(!range.isEmpty)
        let children = chunk.children[range]
        #expect(zip(children, children.dropFirst()).allSatisfy { $0 < $1 })
        #expect(children.allSatisfy { $0 < node.arity })
        if feature < subject.terms {
          let weights = chunk.weights[range]
          #expect(weights.allSatisfy { abs($0) >= subject.settings.threshold })
        } else {
          #expect(Int(feature) == subject.terms)
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<12, ItemTreeSettings.Negatives.allCases)
  func threadsDoNotShow(seed: UInt64, negatives: ItemTreeSettings.Negatives) {
    let one = Subject(seed: seed, negatives: negatives).tree
    for threads in [2, 5] {
      #expect(Subject(seed: seed, threads: threads, negatives: negatives).tree == one)
    }
  }

  @Test func aNodeOfManyPairsIsTheSameOnEveryNumberOfThreads() {
    var subject = Subject(seed: 3)
    var random = SplitMix64(seed: 8)
    subject.items = 12
    subject.examples = ItemRows()
    for _ in 0..<21_000 {
      let vector = SparseVector(summing: [(id: UInt32(random.below(40)), value: 1)])
      subject.examples.append(vector, pairs: [(item: UInt32(random.below(12)), weight: 1)])
    }
    subject.settings.threads = 1
    let one = subject.tree
    subject.settings.threads = 3
    #expect(subject.tree == one)
  }

  @Test func matcherAwareNegativesChangeWeightsAlone() {
    let changed = (0..<20).count { seed in
      let plain = Subject(seed: UInt64(seed)).tree
      let aware = Subject(seed: UInt64(seed), negatives: .matcherAware).tree
      #expect(plain.nodes == aware.nodes && plain.members == aware.members)
      #expect(plain.chunks.first == aware.chunks.first, "nothing is brought to the root by mistake")
      return plain != aware
    }
    #expect(changed > 0)
  }

  @Test func whatHasNoExamplesIsATree() throws {
    var settings = ItemTreeSettings()
    settings.leafSize = 2
    let one = ItemTreeTrainer(items: 1, terms: 0, settings: settings).train(ItemRows())
    #expect(one.members == [0] && one.nodes.count == 1 && one.chunks == [NodeChunk()])
    let five = ItemTreeTrainer(items: 5, terms: 3, settings: settings).train(ItemRows())
    #expect(five.members.sorted() == [0, 1, 2, 3, 4])
    #expect(five.chunks.allSatisfy { $0 == NodeChunk() })
    // A row without features teaches the bias.
    var empty = ItemRows()
    empty.append(SparseVector(), pairs: [(item: 1, weight: 1)])
    let biased = ItemTreeTrainer(items: 2, terms: 3, settings: settings).train(empty)
    let chunk = try #require(biased.chunks.first)
    #expect(chunk.features == [3] && chunk.children == [0, 1])
    // The one was never asked for, the other was: b^2 / 2 + (1 - b)^2 is least at 2/3.
    #expect(abs(chunk.weights[0] + 2.0 / 3) < 1e-4 && abs(chunk.weights[1] - 2.0 / 3) < 0.05)
  }

  @Test func itemsWithTheSameExamplesGetTheSameAnswers() throws {
    var examples = ItemRows()
    for feature in 0..<UInt32(3) {
      let vector = SparseVector(summing: [(id: feature, value: 1)])
      examples.append(
        vector, pairs: [(item: 2 * feature, weight: 1), (item: 2 * feature + 1, weight: 1)])
    }
    let tree = ItemTreeTrainer(items: 6, terms: 3, settings: ItemTreeSettings()).train(examples)
    let chunk = try #require(tree.chunks.first)
    for f in 0..<3 {
      let range = Int(chunk.offsets[f])..<Int(chunk.offsets[f + 1])
      let positive = range.filter { chunk.weights[$0] > 0 }.map { chunk.children[$0] }
      #expect(positive == [UInt32(2 * f), UInt32(2 * f + 1)])
    }
  }
}

@Suite struct BalancedHalvesTests {
  private static func embeddings(_ vectors: [SparseVector], features: Int) -> ItemEmbeddings {
    var examples = ItemRows()
    for (i, vector) in vectors.enumerated() {
      examples.append(vector, pairs: [(item: UInt32(i), weight: 1)])
    }
    return ItemEmbeddings(
      examples, of: ItemPairs(examples, items: vectors.count), features: features, threads: 1)
  }

  @Test(arguments: UInt64(0)..<60)
  func halvesPartitionTheirMembers(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let count = 2 + random.below(80)
    let vectors = BalancedKMeansTests.vectors(count, centers: 4, &random)
    var halves = BalancedHalves(Self.embeddings(vectors, features: 40), rounds: 5)
    let members = (0..<UInt32(count)).filter { $0 < 2 || random.below(3) > 0 }
    let (first, second) = halves.divide(members, seed: seed)
    #expect((first + second).sorted() == members)
    #expect(first == first.sorted() && second == second.sorted())
    #expect(first.count - second.count == members.count % 2)
    // The working memory is left clean.
    let again = halves.divide(members, seed: seed)
    #expect(again == (first, second))
  }

  @Test(arguments: UInt64(0)..<20)
  func groupsThatAreFarApartAreFound(seed: UInt64) {
    let vectors = (0..<20).map { i in SparseVector(summing: [(id: UInt32(i % 2), value: 1)]) }
    var halves = BalancedHalves(Self.embeddings(vectors, features: 2), rounds: 20)
    let (first, second) = halves.divide((0..<20).map { $0 }, seed: seed)
    let groups = [first, second].map { half in Set(half.map { $0 % 2 }).count }
    #expect(groups == [1, 1], "seed \(seed)")
  }
}
