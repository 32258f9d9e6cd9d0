// What the writer was given is what the reader says, and what a second reader finds in the bytes.

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
    #expect(Array(view.features.slotKeys) == content.features.slotKeys)
    #expect(Array(view.features.slotIDs) == content.features.slotIDs)
    #expect(Array(view.features.idf) == content.features.idf)
    #expect(view.features.contextCount == content.features.contextCount)
    #expect(Array(view.nodes) == content.nodes)
    #expect(Array(view.members) == content.members)
    #expect(Array(view.chunkFeatures) == content.chunkFeatures)
    #expect(Array(view.chunkOffsets) == content.chunkOffsets)
    #expect(Array(view.entryChildren) == content.entryChildren)
    #expect(Array(view.entryWeights) == content.entryWeights)
    #expect(Array(view.followerOffsets) == content.followerOffsets)
    #expect(Array(view.followerLabels) == content.followerLabels)
    #expect(Array(view.followerCounts) == content.followerCounts)
    #expect((0..<view.suffixes.count).map { Array(view.suffixes[$0]) } == content.suffixes)
    #expect(
      (0..<view.suffixes.count).map { UInt32(view.suffixWeights[$0]) } == content.suffixWeights)
    for word in content.wordModel.words {
      let slot = try #require(KeyTable.slot(of: word.key, in: view.words.wordKeys))
      #expect(view.words.wordProbabilities[slot] == word.logProbability)
      #expect(view.words.wordBackoffs[slot] == word.logBackoff)
    }
    for pair in content.wordModel.pairs {
      let slot = try #require(KeyTable.slot(of: pair.key, in: view.words.pairKeys))
      #expect(view.words.pairProbabilities[slot] == pair.logProbability)
    }
    let ranker = try index.rankerWeights()
    #expect(ranker.map(\.name) == content.ranker.map(\.name))
    #expect(ranker.map(\.value) == content.ranker.map(\.value))
  }

  @Test(arguments: UInt64(0)..<20)
  func aSecondReaderFindsTheSame(seed: UInt64) throws {
    var content = RandomIndex.content(seed: seed, labels: 40)
    content.ranker = [("popularity", 1.5), ("index", -0.25)]
    let plain = PlainIndex(IndexWriter.serialize(content))
    #expect(plain.profile == 1)
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
        == content.entryWeights.count)
    #expect(plain.suffixes.keys.sorted { $0.lexicographicallyPrecedes($1) } == content.suffixes)
    #expect(content.suffixes.map { plain.suffixes[$0] } == content.suffixWeights.map { Int($0) })
    #expect(plain.words.keys.sorted() == content.wordModel.words.map(\.key))
    #expect(plain.pairs.keys.sorted() == content.wordModel.pairs.map(\.key))
    content.features.withView { view in
      for label in content.labels {
        var x = SparseVector()
        label.withUnsafeBufferPointer { previous in
          RequestFeaturizer.features(
            previous: previous, prefix: UnsafeBufferPointer(start: nil, count: 0), space: view,
            into: &x)
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
