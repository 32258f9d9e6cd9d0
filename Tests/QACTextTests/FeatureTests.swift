// Hashes, sparse vectors, feature spaces and featurisers, against slow models of them.

import Foundation
import QACBinary
import QACTestSupport
import QACText
import Testing

@Suite struct StableHashTests {
  @Test func itIsThePublishedHashUnderTheFinaliser() {
    // FNV-1a, 64 bit, as its authors list it; seed 0 leaves the offset basis as it is.
    let published: [(text: String, hash: UInt64)] = [
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c),
      ("foobar", 0x8594_4171_f739_67e8),
    ]
    for (text, hash) in published {
      #expect(StableHash.of(Array(text.utf8), seed: 0) == StableHash.mix(hash))
    }
    #expect(StableHash.mix(0) == 0)
    #expect(StableHash.mix(1) == 0xb456_bcfc_34c2_cb2c)
  }

  @Test func itNeverChanges() {
    // They are written into index files, so these numbers are as final as the format.
    #expect(StableHash.of(Array("hotel".utf8), seed: 1) == 0x416c_6aae_cffb_a600)
    #expect(StableHash.of(Array("new york".utf8), seed: 2) == 0x751c_70fc_64ef_328c)
    #expect(StableHash.of(Array("東京".utf8), seed: 0) == 0xb700_c569_e52d_4522)
  }

  @Test(arguments: UInt64(0)..<300)
  func itIsThatOfASlowImplementation(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bytes = (0..<random.below(40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    #expect(StableHash.of(bytes, seed: seed) == PlainIndex.hash(bytes, seed: seed))
    #expect(StableHash.of(bytes, seed: seed) != StableHash.of(bytes, seed: seed + 1))
  }
}

@Suite struct SparseVectorTests {
  private func expectEqual(_ vector: SparseVector, _ model: [UInt32: Float]) {
    #expect(vector.ids == model.keys.sorted())
    for (id, value) in zip(vector.ids, vector.values) {
      #expect(abs(value - (model[id] ?? .nan)) < 1e-4)
    }
    #expect(vector.count == vector.values.count)
  }

  @Test(arguments: UInt64(0)..<200)
  func everyOperationIsThatOfADictionary(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let pairs = (0..<random.below(30)).map { _ in
      (id: UInt32(random.below(12)), value: Float(random.unit() * 2 - 0.5))
    }
    var model: [UInt32: Float] = [:]
    for pair in pairs { model[pair.id, default: 0] += pair.value }
    expectEqual(SparseVector(summing: pairs), model)
    var added = SparseVector()
    for pair in pairs { added.add(id: pair.id, value: pair.value) }
    expectEqual(added, model)
    var appended = SparseVector()
    for pair in pairs.sorted(by: { $0.id < $1.id }) {
      appended.append(id: pair.id, value: pair.value)
    }
    expectEqual(appended, model)
    let norm = model.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(added.norm - norm) < 1e-4)
    var scaled = added
    let start = random.below(added.count + 1)
    scaled.scale(by: 3, from: start)
    for i in 0..<added.count {
      #expect(scaled.values[i] == added.values[i] * (i < start ? 1 : 3))
    }
    added.normalize()
    #expect(model.isEmpty || norm < 1e-3 || abs(added.norm - 1) < 1e-5)
    added.removeAll()
    #expect(added == SparseVector() && added.count == 0)
  }

  @Test func theZeroVectorStaysAsItIs() {
    var zero = SparseVector()
    zero.normalize()
    #expect(zero == SparseVector())
    var explicit = SparseVector(summing: [(id: 1, value: 0)])
    explicit.normalize()
    #expect(explicit.values == [0])
  }
}

@Suite struct FeatureSpaceTests {
  private static func random(seed: UInt64) -> (space: FeatureSpace, frequency: [UInt64: Int]) {
    var random = SplitMix64(seed: seed)
    var frequency: [UInt64: Int] = [:]
    for _ in 0..<random.below(600) { frequency[random.next()] = 1 + random.below(50) }
    return (FeatureSpace(documentFrequencies: frequency, documents: 50), frequency)
  }

  @Test(arguments: UInt64(0)..<60)
  func everyFeatureHasItsIdAndHardlyAnyOtherHasOne(seed: UInt64) throws {
    let (space, frequency) = Self.random(seed: seed)
    let keys = frequency.keys.sorted()
    #expect(space.count == space.keys.sources.count && space.count >= frequency.count - 1)
    space.withView { view in
      for (id, source) in space.keys.sources.enumerated() {
        #expect(view.id(of: keys[source]) == UInt32(id))
        let idf = log(51 / Double(1 + (frequency[keys[source]] ?? 0))) + 1
        #expect(abs(Double(view.idf(of: UInt32(id))) - idf) <= 1.0 / 32)
      }
      var random = SplitMix64(seed: seed &+ 999)
      let taken = (0..<200).filter { _ in view.id(of: random.next()) != nil }
      #expect(taken.count <= 2, "one in 4,096 is expected")
    }
  }

  @Test func theFingerprintTellsSpacesApart() {
    let (space, frequency) = Self.random(seed: 5)
    func fingerprint(_ frequency: [UInt64: Int], documents: Int = 50) -> UInt64 {
      FeatureSpace(documentFrequencies: frequency, documents: documents).fingerprint
    }
    #expect(fingerprint(frequency) == space.fingerprint)
    var more = frequency
    more[12345] = 1
    #expect(fingerprint(more) != space.fingerprint)
    #expect(fingerprint(frequency, documents: 60) != space.fingerprint)
    #expect(fingerprint([:]) == fingerprint([:], documents: 9))
  }
}

@Suite struct SortedKeysTests {
  @Test(arguments: [0, 1, 2, 7, 15, 16, 17, 31, 32, 33, 63, 64, 100, 1000, 1023, 1024, 1025])
  func ranksAreThoseOfALinearScan(count: Int) throws {
    try withEvery("seed", in: UInt64(0)..<8) { seed in
      var random = SplitMix64(seed: seed)
      // Some keys agree in their first bits, and the extremes are among them.
      var keys = Set((0..<count).map { _ in random.next() })
      for key in keys where random.below(8) == 0 { keys.insert(key ^ 1) }
      if count > 2 { keys.formUnion([0, .max]) }
      let sorted = keys.sorted()
      let set = SortedKeySet(sorted)
      let bits = UInt64(SortedKeys.storedBits + (set.starts.count - 1).trailingZeroBitCount)
      // Each beginning counts once.
      let beginnings = Set(sorted.map { $0 >> (64 - bits) }).sorted()
      func rank(_ key: UInt64) -> Int? { beginnings.firstIndex(of: key >> (64 - bits)) }
      #expect(sorted.isEmpty || sorted.count >> Int(bits) == 0)
      #expect(set.sources.count == set.count && set.starts.last == UInt32(set.count))
      set.starts.withUnsafeBufferPointer { starts in
        set.rests.withUnsafeBufferPointer { rests in
          let view = SortedKeys(starts: starts, rests: rests)
          for key in sorted {
            let rank = rank(key)
            #expect(view.rank(of: key) == rank)
            if let rank {
              #expect(sorted[set.sources[rank]] >> (64 - bits) == key >> (64 - bits))
            }
          }
          for _ in 0..<50 {
            let key = random.next()
            #expect(view.rank(of: key) == rank(key))
          }
        }
      }
    }
  }

  @Test func bucketsHaveEightToSixteenKeys() {
    for count in [16, 31, 32, 1000, 4095, 4096, 100_000] {
      let set = SortedKeySet((0..<UInt64(count)).map { $0 * (UInt64.max / UInt64(count)) })
      #expect(set.count == count)
      let mean = Double(count) / Double(set.starts.count - 1)
      #expect(mean >= 8 && mean < 16, "\(count) keys")
    }
  }
}

@Suite struct FeaturizerTests {
  /// The n-grams of `text` with their summed weights, by scalars.
  private static func grams(_ text: String) -> [[UInt32]: Float] {
    let scalars = text.unicodeScalars.map(\.value)
    var result: [[UInt32]: Float] = [:]
    for i in scalars.indices {
      for n in 1...3 where i + n <= scalars.count {
        result[Array(scalars[i..<i + n]), default: 0] += 1 / Float(i + 1)
      }
    }
    return result
  }

  private static func key(_ gram: [UInt32]) -> UInt64 {
    FeatureKey.gram(gram[0], gram.count > 1 ? gram[1] : 0, gram.count > 2 ? gram[2] : 0)
  }

  @Test(arguments: UInt64(0)..<100)
  func gramsAreThoseOfTheScalars(seed: UInt64) throws {
    var generator = LabelGenerator(seed: seed)
    let text = generator.query()
    var found: [UInt64: Float] = [:]
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      NGramFeaturizer.forEachGram(bytes) { found[$0, default: 0] += $1 }
      #expect(UTF8Scalars.count(bytes) == text.unicodeScalars.count)
    }
    let expected = Self.grams(text)
    #expect(found.count == expected.count, "two n-grams have one key")
    for (gram, weight) in expected {
      #expect(abs((found[Self.key(gram)] ?? 0) - weight) < 1e-5)
    }
  }

  @Test(arguments: UInt64(0)..<50)
  func gramVectorsAreTFIDFOfLengthOne(seed: UInt64) throws {
    var generator = LabelGenerator(seed: seed)
    let texts = (0..<20).map { _ in generator.query() }
    var frequency: [UInt64: Int] = [:]
    for text in texts {
      for gram in Self.grams(text).keys { frequency[Self.key(gram), default: 0] += 1 }
    }
    let space = FeatureSpace(documentFrequencies: frequency, documents: 20)
    let text = generator.query()
    space.withView { view in
      let vector = Array(text.utf8).withUnsafeBufferPointer {
        NGramFeaturizer.vector(of: $0, in: view)
      }
      var expected: [UInt32: Double] = [:]
      for (gram, weight) in Self.grams(text) {
        guard let id = view.id(of: Self.key(gram)) else { continue }
        expected[id] = Double(weight) * Double(view.idf(of: id))
      }
      let norm = expected.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(vector.ids == expected.keys.sorted())
      for (id, value) in zip(vector.ids, vector.values) {
        #expect(abs(Double(value) - (expected[id] ?? 0) / norm) < 1e-5)
      }
    }
  }

  @Test func requestsHaveTheirContextScaledToLengthOne() throws {
    func words(_ text: String) -> [UInt64] {
      var keys: [UInt64] = []
      Array(text.utf8).withUnsafeBufferPointer { bytes in
        RequestFeaturizer.forEachContextKey(bytes) { keys.append($0) }
      }
      return keys
    }
    #expect(words("").isEmpty)
    let red = PlainIndex.hash(Array("red".utf8), seed: 1)
    #expect(words("red red") == [red, red, PlainIndex.hash(Array("red red".utf8), seed: 2)])
    #expect(words("red") == [red, PlainIndex.hash(Array("red".utf8), seed: 2)])

    let frequency = Dictionary(words("red car").map { ($0, 2) }, uniquingKeysWith: { $1 })
    let space = FeatureSpace(documentFrequencies: frequency, documents: 9)
    func vector(_ previous: String) -> SparseVector {
      var result = SparseVector(summing: [(id: 7, value: 7)])
      space.withView { view in
        Array(previous.utf8).withUnsafeBufferPointer { previous in
          RequestFeaturizer.features(previous: previous, space: view, into: &result)
        }
      }
      return result
    }
    for (previous, count) in [
      ("red car", 3), ("car", 1), ("red red wine", 1), ("blue", 0), ("", 0),
    ] {
      let x = vector(previous)
      #expect(x.count == count, "\(previous)")
      #expect(x.count == 0 || abs(x.norm - 1) < 1e-6)
    }
    // "red" is there twice and counts twice as much as a word of equal frequency that is there
    // once.
    let twice = vector("red red car")
    #expect(twice.values.map { ($0 * Float(5).squareRoot()).rounded() }.sorted() == [1, 2])
  }

  @Test(arguments: UInt64(0)..<300)
  func anyBytesAreCutWithoutTrapping(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bytes = (0..<random.below(30)).map { _ in
      [UInt8(0), 0x61, 0x80, 0xBF, 0xC3, 0xE6, 0xF0, 0xF8, 0xFF][random.below(9)]
    }
    bytes.withUnsafeBufferPointer { text in
      var offset = 0
      var steps = 0
      while UTF8Scalars.next(text, &offset) != nil { steps += 1 }
      #expect(offset == bytes.count && steps <= bytes.count)
      NGramFeaturizer.forEachGram(text) { key, weight in
        #expect(key != 0 && weight > 0)
      }
    }
  }
}
