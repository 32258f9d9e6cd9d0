// Hashes, sparse vectors, feature spaces and featurisers against slow models of them.

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
    // Written into index files: these numbers are as final as the format.
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
  private static func random(seed: UInt64) -> (
    space: FeatureSpace, context: [UInt64: Int], grams: [UInt64: Int]
  ) {
    var random = SplitMix64(seed: seed)
    var context: [UInt64: Int] = [:]
    var grams: [UInt64: Int] = [:]
    for _ in 0..<random.below(300) { context[random.next()] = 1 + random.below(50) }
    for _ in 0..<random.below(300) {
      grams[FeatureKey.gram(UInt32(1 + random.below(0x10FFFF)))] = 1 + random.below(50)
    }
    return (
      FeatureSpace(context: context, contextDocuments: 50, grams: grams, labels: 80), context, grams
    )
  }

  @Test(arguments: UInt64(0)..<60)
  func everyFeatureHasItsIdAndNoOtherHasOne(seed: UInt64) throws {
    let (space, context, grams) = Self.random(seed: seed)
    #expect(space.contextCount == context.count)
    #expect(space.idf.count == context.count + grams.count)
    #expect(space.slotKeys.count.nonzeroBitCount == 1 && space.slotKeys.count >= 8)
    #expect(space.idf.count * 3 <= space.slotKeys.count * 2)
    space.withView { view in
      #expect(view.hasGrams == !grams.isEmpty)
      let keys = context.keys.sorted() + grams.keys.sorted()
      for (id, key) in keys.enumerated() {
        #expect(view.id(of: key) == UInt32(id))
        let (documents, frequency) =
          id < context.count ? (50, context[key] ?? 0) : (80, grams[key] ?? 0)
        let idf = log(Double(1 + documents) / Double(1 + frequency)) + 1
        #expect(abs(Double(view.idf[id]) - idf) < 1e-6)
      }
      var random = SplitMix64(seed: seed &+ 999)
      for _ in 0..<200 {
        let key = random.next()
        if context[key] == nil && grams[key] == nil { #expect(view.id(of: key) == nil) }
      }
      for key in [0, 1, UInt64.max] where context[key] == nil { #expect(view.id(of: key) == nil) }
    }
  }

  @Test func theFingerprintTellsSpacesApart() {
    let (space, context, grams) = Self.random(seed: 5)
    func fingerprint(
      _ context: [UInt64: Int], _ grams: [UInt64: Int], documents: Int = 50, labels: Int = 80
    ) -> UInt64 {
      FeatureSpace(
        context: context, contextDocuments: documents, grams: grams, labels: labels
      ).fingerprint
    }
    #expect(fingerprint(context, grams) == space.fingerprint)
    var more = context
    more[12345] = 1
    #expect(fingerprint(more, grams) != space.fingerprint)
    #expect(fingerprint(context, grams, documents: 51) != space.fingerprint)
    #expect(fingerprint(context, grams, labels: 81) != space.fingerprint)
    #expect(fingerprint([:], context.merging(grams) { $1 }) != space.fingerprint)
    let other = FeatureSpace(context: [:], contextDocuments: 0, grams: [:], labels: 0)
    #expect(
      other.fingerprint
        == FeatureSpace(context: [:], contextDocuments: 9, grams: [:], labels: 9).fingerprint)
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
    let space = FeatureSpace(context: [:], contextDocuments: 0, grams: frequency, labels: 20)
    let text = generator.query()
    space.withView { view in
      let vector = Array(text.utf8).withUnsafeBufferPointer {
        NGramFeaturizer.vector(of: $0, in: view)
      }
      var expected: [UInt32: Double] = [:]
      for (gram, weight) in Self.grams(text) {
        guard let id = view.id(of: Self.key(gram)) else { continue }
        expected[id] = Double(weight) * Double(view.idf[Int(id)])
      }
      let norm = expected.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(vector.ids == expected.keys.sorted())
      for (id, value) in zip(vector.ids, vector.values) {
        #expect(abs(Double(value) - (expected[id] ?? 0) / norm) < 1e-5)
      }
    }
  }

  @Test func requestsHaveTheContextThenThePrefix() throws {
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
    let space = FeatureSpace(
      context: frequency, contextDocuments: 9, grams: [FeatureKey.gram(0x63): 3], labels: 5)
    let contextOnly = FeatureSpace(context: frequency, contextDocuments: 9, grams: [:], labels: 5)
    func vector(_ previous: String, _ prefix: String, _ space: FeatureSpace) -> SparseVector {
      var result = SparseVector(summing: [(id: 7, value: 7)])
      space.withView { view in
        Array(previous.utf8).withUnsafeBufferPointer { previous in
          Array(prefix.utf8).withUnsafeBufferPointer { prefix in
            RequestFeaturizer.features(
              previous: previous, prefix: prefix, space: view, into: &result)
          }
        }
      }
      return result
    }
    for previous in ["red car", "car", "red red wine", "blue", ""] {
      for prefix in ["ca", "x", ""] {
        let both = vector(previous, prefix, space)
        let context = vector(previous, prefix, contextOnly)
        let knowsPrefix = prefix == "ca"
        #expect(both.count == context.count + (knowsPrefix ? 1 : 0))
        #expect(both.count == 0 || abs(both.norm - 1) < 1e-6)
        #expect(context.count == 0 || abs(context.norm - 1) < 1e-6)
        // Each part has length 1 before they are put together.
        let share = knowsPrefix && context.count > 0 ? Float(0.5).squareRoot() : 1
        for i in 0..<context.count {
          #expect(abs(both.values[i] - context.values[i] * share) < 1e-6)
        }
      }
    }
    // "red" twice counts twice: 2 : 1 against what is there once, all of equal frequency.
    let twice = vector("red red car", "", contextOnly)
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
        #expect(key >> 63 == 1 && weight > 0)
      }
    }
  }
}
