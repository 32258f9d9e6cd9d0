// Balanced k-means and label trees keep their invariants, whatever the threads.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACTraining

@Suite struct BalancedKMeansTests {
  /// Unit vectors around `centers` directions, some of them zero.
  static func vectors(_ count: Int, centers: Int, _ random: inout SplitMix64) -> [SparseVector] {
    (0..<count).map { _ in
      if random.below(20) == 0 { return SparseVector() }
      let center = random.below(centers)
      var vector = SparseVector(
        summing: (0..<6).map { _ in
          (id: UInt32(center * 5 + random.below(7)), value: Float(random.unit()))
        })
      vector.normalize()
      return vector
    }
  }

  @Test(arguments: UInt64(0)..<60)
  func clustersPartitionTheInputEvenly(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let count = 1 + random.below(90)
    let k = 1 + random.below(min(count, 9))
    let vectors = Self.vectors(count, centers: 4, &random)
    let clusters = BalancedKMeans.cluster(vectors, k: k, rounds: 5, seed: seed)
    #expect(clusters.count == count)
    let sizes = (0..<k).map { c in clusters.filter { $0 == c }.count }
    #expect(sizes.reduce(0, +) == count, "a number is none of \(k) clusters")
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    #expect((sizes.max() ?? 0) <= (count + k - 1) / k)
    #expect(clusters == BalancedKMeans.cluster(vectors, k: k, rounds: 5, seed: seed))
  }

  @Test func equalVectorsAreDividedAllTheSame() {
    for vector in [SparseVector(), SparseVector(summing: [(id: 3, value: 1)])] {
      let same = [SparseVector](repeating: vector, count: 21)
      let clusters = BalancedKMeans.cluster(same, k: 4, rounds: 6, seed: 7)
      #expect(Set(clusters) == [0, 1, 2, 3])
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func groupsThatAreFarApartAreFound(seed: UInt64) throws {
    // Three groups of ten without a feature in common.
    let vectors = (0..<30).map { i in
      SparseVector(summing: [(id: UInt32(i % 3), value: 1)])
    }
    let clusters = BalancedKMeans.cluster(vectors, k: 3, rounds: 10, seed: seed)
    for i in 0..<30 { #expect(clusters[i] == clusters[i % 3]) }
    #expect(Set(clusters).count == 3)
  }
}

@Suite struct TreeBuilderTests {
  private struct Subject {
    let labels: [[UInt8]]
    let settings: BuildSettings
    let tree: LabelTree

    init(seed: UInt64, threads: Int = 1) {
      var random = SplitMix64(seed: seed)
      var generator = LabelGenerator(seed: seed)
      labels = generator.labels(1 + random.below(400))
      var settings = BuildSettings()
      settings.seed = seed
      settings.trieDepth = random.below(4)
      settings.branching = 2 + random.below(6)
      settings.leafSize = 1 + random.below(30)
      settings.threads = threads
      self.settings = settings
      var frequency: [UInt64: Int] = [:]
      for label in labels {
        label.withUnsafeBufferPointer { text in
          NGramFeaturizer.forEachGram(text) { key, _ in frequency[key, default: 0] += 1 }
        }
      }
      let grams = FeatureSpace(documentFrequencies: frequency, documents: labels.count)
      tree = TreeBuilder(labels: labels, features: grams, settings: settings).build()
    }

    func members(_ node: NodeRecord) -> [Int] {
      node.memberStart == IndexFormat.contiguous
        ? Array(Int(node.labelLow)..<Int(node.labelHigh))
        : tree.members[Int(node.memberStart)..<Int(node.memberStart + node.memberCount)]
          .map { Int($0) }
    }

    func scalars(_ label: Int) -> [Unicode.Scalar] {
      Array(String(decoding: labels[label], as: UTF8.self).unicodeScalars)
    }
  }

  @Test(arguments: UInt64(0)..<40)
  func childrenPartitionTheirNode(seed: UInt64) throws {
    let subject = Subject(seed: seed)
    let tree = subject.tree
    #expect(subject.members(tree.nodes[0]) == Array(subject.labels.indices))
    var next = 1
    for node in tree.nodes {
      let own = subject.members(node)
      #expect(own == own.sorted() && Set(own).count == own.count)
      #expect(own.count == Int(node.memberCount))
      #expect(own.first == Int(node.labelLow) && own.last == Int(node.labelHigh) - 1)
      if node.isLeaf {
        #expect(own.count <= subject.settings.leafSize)
        #expect(node.hasTerminal == 0)
        continue
      }
      #expect(own.count > subject.settings.leafSize)
      #expect(Int(node.firstChild) == next, "nodes are in breadth-first order")
      next += Int(node.childCount)
      var below = node.hasTerminal == 1 ? [Int(node.labelLow)] : []
      for child in tree.nodes[Int(node.firstChild)..<next] { below += subject.members(child) }
      #expect(below.sorted() == own)
    }
    #expect(next == tree.nodes.count)
  }

  @Test(arguments: UInt64(0)..<40)
  func trieNodesShareTheirScalarsAndClustersAreBalanced(seed: UInt64) throws {
    let subject = Subject(seed: seed)
    for node in subject.tree.nodes {
      let depth = Int(node.trieDepth)
      #expect(depth <= subject.settings.trieDepth)
      let own = subject.members(node).map { subject.scalars($0) }
      #expect(Set(own.map { Array($0.prefix(depth)) }).count == 1)
      if node.isLeaf { continue }
      let children = subject.tree.nodes[
        Int(node.firstChild)..<Int(node.firstChild + node.childCount)]
      if depth < subject.settings.trieDepth {
        #expect(children.allSatisfy { Int($0.trieDepth) == depth + 1 })
        #expect(
          (node.hasTerminal == 1) == own.contains { $0.count == depth },
          "the label that ends here is a child of its own")
        let next = children.map {
          own[subject.members(node).firstIndex(of: Int($0.labelLow)) ?? 0][depth]
        }
        #expect(Set(next).count == next.count)
      } else {
        #expect(children.allSatisfy { Int($0.trieDepth) == depth })
        #expect(node.hasTerminal == 0)
        let sizes = children.map(\.memberCount)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        #expect(children.count <= subject.settings.branching && children.count >= 2)
      }
    }
  }

  @Test(arguments: UInt64(0)..<10)
  func threadsDoNotShow(seed: UInt64) throws {
    let one = Subject(seed: seed, threads: 1)
    for threads in [2, 5] {
      let many = Subject(seed: seed, threads: threads)
      #expect(many.tree.nodes == one.tree.nodes)
      #expect(many.tree.members == one.tree.members)
    }
  }
}

@Suite struct PrefixRangesTests {
  @Test(arguments: UInt64(0)..<12)
  func rangesAreThoseOfTheIndex(seed: UInt64) throws {
    let content = RandomIndex.content(seed: seed, labels: 1 + Int(seed) * 17)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    let ranges = PrefixRanges(content.labels)
    for (i, label) in content.labels.enumerated() {
      let scalars = Array(String(decoding: label, as: UTF8.self).unicodeScalars)
      #expect(ranges.length(of: i) == scalars.count)
      for length in 1...scalars.count {
        var prefix = String.UnicodeScalarView()
        prefix.append(contentsOf: scalars[..<length])
        let bytes = Array(String(prefix).utf8)
        let expected = bytes.withUnsafeBufferPointer { index.view.range(ofPrefix: $0) }
        #expect(ranges.range(i, length: length) == expected, "label \(i), length \(length)")
      }
    }
  }
}

@Suite struct ParallelTests {
  @Test func everyPieceIsDoneOnceAndInItsPlace() {
    for threads in [-1, 0, 1, 2, 5, 64] {
      for count in [0, 1, 2, 7, 500] {
        let squares = Parallel.map(count, threads: threads) { $0 * $0 }
        #expect(squares == (0..<count).map { $0 * $0 })
      }
    }
  }

  @Test func progressIsReportedAboutAHundredTimes() {
    let counter = ProgressCounter(total: 1000)
    let shares = (0..<1000).compactMap { _ in counter.add(1) }
    #expect(shares.count == 100)
    #expect(shares == shares.sorted())
    #expect(shares.last == 1)
    #expect(ProgressCounter(total: 0).add(1) != nil)
  }
}
