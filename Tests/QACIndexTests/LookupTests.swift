// Look-ups by text, prefix, range and feature, each against a linear scan.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@Suite struct LookupTests {
  @Test(arguments: UInt64(100)..<110)
  func labelsAndRangesAreThoseOfALinearScan(seed: UInt64) throws {
    let content = RandomIndex.content(seed: seed, labels: 150)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    var generator = LabelGenerator(seed: seed)
    for _ in 0..<400 {
      let text = generator.prefix(of: content.labels)
      let expected = content.labels.indices.filter { content.labels[$0].starts(with: text) }
      let range = text.withUnsafeBufferPointer { index.view.range(ofPrefix: $0) }
      #expect(Array(range) == expected.map { UInt32($0) }, "\(text)")
      let mass = expected.reduce(UInt64(0)) { $0 + UInt64(content.weights[$1]) }
      #expect(index.view.mass(of: range) == mass)
      let label = text.withUnsafeBufferPointer { index.view.label(of: $0) }
      #expect(label == content.labels.firstIndex(of: text).map { UInt32($0) }, "\(text)")
    }
  }

  @Test func everyPrefixOfEveryLabelFindsIt() throws {
    let content = RandomIndex.content(seed: 7, labels: 300)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    for (i, label) in content.labels.enumerated() {
      for end in 0...label.count {
        let range = label[..<end].withUnsafeBufferPointer { index.view.range(ofPrefix: $0) }
        #expect(range.contains(UInt32(i)))
      }
    }
  }

  @Test(arguments: UInt64(200)..<215)
  func membersAndMassesAreThoseOfALinearScan(seed: UInt64) throws {
    let content = RandomIndex.content(seed: seed, labels: 80)
    let bytes = IndexWriter.serialize(content)
    let index = try LabelIndex(bytes: bytes)
    let plain = PlainIndex(bytes)
    var random = SplitMix64(seed: seed)
    for (i, node) in content.nodes.enumerated() {
      let own = plain.nodes[i].labels
      for _ in 0..<20 {
        let low = random.below(81)
        let range = UInt32(low)..<UInt32(low + random.below(81 - low))
        let positions = index.view.members(of: node, in: range)
        let expected = own.filter { range.contains(UInt32($0)) }
        #expect(positions.map { Int(index.view.member($0, of: node)) } == expected)
        #expect(
          index.view.mass(of: node, at: positions)
            == expected.reduce(UInt64(0)) { $0 + UInt64(plain.weights[$1]) })
      }
    }
  }

  @Test(arguments: UInt64(300)..<310)
  func entriesAreThoseOfTheChunk(seed: UInt64) throws {
    let content = RandomIndex.content(seed: seed, labels: 40)
    let bytes = IndexWriter.serialize(content)
    let index = try LabelIndex(bytes: bytes)
    let plain = PlainIndex(bytes)
    for (i, node) in index.view.nodes.enumerated() {
      for feature in 0..<content.features.count {
        var found: [Int: Double] = [:]
        index.view.chunk(of: node).forEachEntry(of: UInt32(feature)) { child, weight in
          found[child] = Double(weight)
        }
        let expected = plain.nodes[i].weights.compactMapValues { $0[feature] }
        #expect(found == expected)
      }
    }
  }

  @Test(arguments: UInt64(400)..<410)
  func followersAreThoseInRange(seed: UInt64) throws {
    let bytes = IndexWriter.serialize(RandomIndex.content(seed: seed, labels: 60))
    let index = try LabelIndex(bytes: bytes)
    let plain = PlainIndex(bytes)
    var random = SplitMix64(seed: seed)
    for label in 0..<60 {
      for _ in 0..<10 {
        let low = random.below(61)
        let range = low..<low + random.below(61 - low)
        var found: [Int: Int] = [:]
        let places = index.view.followers(
          of: UInt32(label), in: UInt32(range.lowerBound)..<UInt32(range.upperBound))
        for i in places {
          found[Int(index.view.followerLabels[i])] = Int(index.view.followerCount(i))
        }
        #expect(found == plain.followers[label].filter { range.contains($0.key) })
      }
    }
  }

  @Test(arguments: UInt64(500)..<515)
  func suffixesAreThoseOfALinearScan(seed: UInt64) throws {
    let content = RandomIndex.content(seed: seed, labels: 120)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    let view = index.view
    defer { withExtendedLifetime(index) {} }
    var generator = LabelGenerator(seed: seed)
    for _ in 0..<300 {
      let text = generator.prefix(of: content.suffixes)
      let expected = content.suffixes.indices.filter { content.suffixes[$0].starts(with: text) }
      let range = text.withUnsafeBufferPointer { view.suffixes.range(ofPrefix: $0) }
      #expect(Array(range) == expected, "\(text)")
      #expect(
        view.suffixWeights.mass(of: range)
          == expected.reduce(UInt64(0)) { $0 + UInt64(content.suffixWeights[$1]) })
      let more = generator.prefix(of: content.suffixes)
      let found = more.withUnsafeBufferPointer {
        view.suffixes.index(of: $0, in: range, skipping: text.count)
      }
      #expect(found == content.suffixes.firstIndex(of: text + more), "\(text) + \(more)")
      for row in range {
        let rest = content.suffixes[row].dropFirst(text.count)
        let same = rest.withUnsafeBufferPointer {
          view.suffixes.index(of: $0, in: range, skipping: text.count)
        }
        #expect(same == row)
      }
    }
    for (row, text) in content.suffixes.enumerated() {
      let words = Tokenizer.words(text)
      let parent = words.count < 2 ? nil : Array(text[words[1].lowerBound...])
      #expect(
        view.parent(ofSuffix: UInt32(row))
          == parent.map { UInt32(content.suffixes.firstIndex(of: $0) ?? -1) }
          ?? IndexView.noSuffix)
    }
  }

  @Test(arguments: UInt64(600)..<610)
  func wordsAreScoredAsTheFormatSays(seed: UInt64) throws {
    let content = RandomIndex.content(seed: seed, labels: 60)
    let bytes = IndexWriter.serialize(content)
    let index = try LabelIndex(bytes: bytes)
    let view = index.view
    defer { withExtendedLifetime(index) {} }
    let plain = PlainIndex(bytes)
    var generator = LabelGenerator(seed: seed)
    for _ in 0..<300 {
      let text = generator.prefix(of: content.labels)
      let head = generator.prefix(of: content.labels)
      let previous = head.withUnsafeBufferPointer { WordKey.last(of: $0) }
      #expect(previous == plain.words(head).last.map(PlainIndex.wordKey) ?? WordKey.begin)
      let found = text.withUnsafeBufferPointer {
        view.words.logProbability(ofRest: $0, after: previous)
      }
      #expect(abs(found - plain.logProbability(ofRest: text, after: head)) < 1e-6, "\(text)")
    }
  }

  @Test func aModelThatKnowsNothingSaysNothing() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.smallest))
    let view = index.view
    defer { withExtendedLifetime(index) {} }
    let text = Array("new york".utf8)
    let found = text.withUnsafeBufferPointer {
      view.words.logProbability(ofRest: $0, after: WordKey.begin)
    }
    #expect(found == 0)
    #expect(text.withUnsafeBufferPointer { view.suffixes.range(ofPrefix: $0) }.isEmpty)
  }

  @Test func thePyramidHoldsTheMaximaOfItsBlocks() {
    var random = SplitMix64(seed: 5)
    for count in [1, 2, 31, 32, 33, 63, 64, 65, 1023, 1024, 1025, 1056, 1057] {
      let weights = (0..<count).map { _ in UInt32(1 + random.below(1000)) }
      let levels = BlockMaxima.levels(of: weights)
      let starts = BlockMaxima.levelStarts(count: count)
      #expect(starts.last == levels.count)
      var covered = IndexFormat.blockSize
      for level in 0..<starts.count - 1 {
        let maxima = Array(levels[starts[level]..<starts[level + 1]])
        let expected = stride(from: 0, to: count, by: covered).map {
          weights[$0..<min($0 + covered, count)].max()
        }
        #expect(maxima == expected.compactMap { $0 }, "\(count) labels, level \(level)")
        covered *= IndexFormat.blockSize
      }
      #expect(count < 2 || levels.last == weights.max())
    }
  }
}
