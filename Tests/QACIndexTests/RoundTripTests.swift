// The reader returns what the writer was given, and so does a second reader of the bytes.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@Suite struct RoundTripTests {
  @Test(arguments: UInt64(0)..<40)
  func everyArrayComesBack(seed: UInt64) throws {
    var content = RandomIndex.content(seed: seed, labels: 1 + Int(seed * seed % 90))
    content.ranker = [("popularity", 1.5), ("index", -0.25)]
    content.provenance = #"{"log":"é"}"#
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    let view = index.view
    #expect(index.profile == content.profile)
    #expect(index.provenance == content.provenance)
    #expect(index.featureFingerprint == content.features.fingerprint)
    #expect(index.identity.count == 16)
    #expect(index.labelCount == content.labels.count)
    for i in content.labels.indices {
      #expect(Array(view.text(of: UInt32(i))) == content.labels[i])
      #expect(Array(view.surface(of: UInt32(i))) == content.surfaces[i])
      #expect(view.weight(of: UInt32(i)) == UInt64(content.weights[i]))
    }
    #expect(Array(view.features.keys.starts) == content.features.keys.starts)
    #expect(Array(view.features.keys.rests) == content.features.keys.rests)
    #expect(Array(view.features.idfCodes) == content.features.idfCodes)
    #expect(view.greatestArity == content.nodes.map(\.arity).max())
    #expect(Array(view.members) == content.members)
    try expectChunks(view, content)
    #expect(view.followerOffsets.map { UInt32($0) } == content.followerOffsets)
    #expect(Array(view.followerLabels) == content.followerLabels)
    #expect(
      content.followerCounts.indices.map { UInt32(view.followerCount($0)) }
        == content.followerCounts)
    for label in content.labels.indices {
      let heat = content.heats.isEmpty ? Float(content.weights[label]) : content.heats[label]
      #expect(abs(view.heat(of: UInt32(label)) - Double(heat)) <= (1 + Double(heat)) / 32)
    }
    #expect((0..<view.suffixes.count).map { Array(view.suffixes[$0]) } == content.suffixes)
    #expect(
      (0..<view.suffixes.count).map { UInt32(view.suffixWeights[$0]) } == content.suffixWeights)
    for word in content.wordModel.words {
      let rank = try #require(view.words.words.rank(of: word.key))
      #expect(abs(Float(view.words.wordProbabilities[rank]) / -16 - word.logProbability) <= 1 / 32)
      #expect(abs(Float(view.words.wordBackoffs[rank]) / -16 - word.logBackoff) <= 1 / 32)
    }
    for pair in content.wordModel.pairs {
      let rank = try #require(view.words.pairs.rank(of: pair.key))
      #expect(abs(Float(view.words.pairProbabilities[rank]) / -16 - pair.logProbability) <= 1 / 32)
    }
    let ranker = try index.rankerWeights()
    #expect(ranker.map(\.name) == content.ranker.map(\.name))
    #expect(ranker.map(\.value) == content.ranker.map(\.value))
  }

  /// Nodes come back except for their chunks' places, and weights come back rounded to a level.
  private func expectChunks(_ view: IndexView, _ content: IndexContent) throws {
    let levels = Array(view.weightLevels)
    let distinct = Set(content.chunks.flatMap(\.weights))
    #expect(levels == levels.sorted() && levels.count.nonzeroBitCount == 1)
    #expect(distinct.count > levels.count || distinct.isSubset(of: levels))
    for (i, node) in view.nodes.enumerated() {
      var plain = node
      plain.chunk = IndexFormat.noChunk
      #expect(plain == content.nodes[i])
      let chunk = content.chunks[i]
      #expect((node.chunk == IndexFormat.noChunk) == chunk.weights.isEmpty)
      var entry = 0
      view.chunk(of: node).forEachEntry(features: view.features.count) { feature, child, weight in
        let row = chunk.offsets.lastIndex { Int($0) <= entry } ?? 0
        #expect(feature == chunk.features[row])
        #expect(child == Int(chunk.children[entry]))
        let nearest = levels.map { abs($0 - chunk.weights[entry]) }.min()
        #expect(abs(weight - chunk.weights[entry]) == nearest)
        entry += 1
      }
      #expect(entry == chunk.weights.count)
    }
  }

  @Test(arguments: UInt64(0)..<20)
  func aSecondReaderFindsTheSame(seed: UInt64) throws {
    var content = RandomIndex.content(seed: seed, labels: 40)
    content.ranker = [("popularity", 1.5), ("index", -0.25)]
    let plain = PlainIndex(IndexWriter.serialize(content))
    #expect(plain.profile == 3)
    #expect(plain.labels == content.labels)
    #expect(plain.surfaces == content.surfaces)
    #expect(plain.weights == content.weights.map { Int($0) })
    #expect(plain.nodes.count == content.nodes.count)
    #expect(plain.ranker == ["popularity": 1.5, "index": -0.25])
    #expect(
      plain.followers.reduce(0) { $0 + $1.values.reduce(0, +) }
        == content.followerCounts.reduce(0) { $0 + Int($1) })
    #expect(
      plain.nodes.reduce(0) { $0 + $1.weights.values.reduce(0) { $0 + $1.count } }
        == content.chunks.reduce(0) { $0 + $1.weights.count })
    #expect(plain.suffixes.keys.sorted { $0.lexicographicallyPrecedes($1) } == content.suffixes)
    #expect(content.suffixes.map { plain.suffixes[$0] } == content.suffixWeights.map { Int($0) })
    #expect(
      plain.words.keys.sorted() == content.wordModel.words.map { $0.key >> plain.wordShift })
    #expect(
      plain.pairs.keys.sorted() == content.wordModel.pairs.map { $0.key >> plain.pairShift })
    content.features.withView { view in
      for label in content.labels {
        var x = SparseVector()
        label.withUnsafeBufferPointer { previous in
          RequestFeaturizer.features(
            previous: previous, space: view, into: &x)
        }
        let expected = plain.contextFeatures(label)
        #expect(x.ids.map { Int($0) } == expected.keys.sorted())
        for (id, value) in zip(x.ids, x.values) {
          #expect(abs(Double(value) - (expected[Int(id)] ?? 0)) < 1e-5)
        }
      }
    }
  }

  @Test func equalContentGivesEqualBytes() {
    let content = RandomIndex.content(seed: 3, labels: 70)
    #expect(IndexWriter.serialize(content) == IndexWriter.serialize(content))
  }

  @Test func aMappedFileReadsLikeOneInMemory() throws {
    let directory = try TemporaryDirectory()
    let bytes = IndexWriter.serialize(RandomIndex.content(seed: 4, labels: 50))
    let path = directory.file("an index.qaci")
    try AtomicFile.write(bytes, to: path)
    for populate in [false, true] {
      let mapped = try LabelIndex(opening: path, populate: populate)
      try mapped.verify()
      #expect(mapped.path == path)
      #expect(mapped.byteCount == bytes.count)
      #expect(mapped.identity == (try LabelIndex(bytes: bytes)).identity)
    }
  }

  @Test func aPathThatIsNoFileIsNamed() throws {
    let directory = try TemporaryDirectory()
    let missing = directory.file("missing")
    #expect(throws: IndexError.file(.system(operation: "open", path: missing, code: 2))) {
      try LabelIndex(opening: missing)
    }
    #expect(throws: IndexError.file(.isDirectory(path: directory.path))) {
      try LabelIndex(opening: directory.path)
    }
    #expect(throws: IndexError.file(.notRegular(path: "/dev/null"))) {
      try LabelIndex(opening: "/dev/null")
    }
  }
}
