// Endings below the word: examples, who may see them, and a plain scan of all endings.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

@Suite struct CompoundSourceTests {
  /// An engine on queries that `people` people submitted each.
  private static func engine(
    _ queries: [String], people: UInt32 = 3, profile: NormalizationProfile = .search
  ) throws -> CompletionEngine {
    var settings = BuildSettings()
    settings.threads = 1
    var examples: [TrainingSet.Example] = []
    for (id, _) in queries.enumerated() {
      for user in 0..<people {
        examples.append(
          TrainingSet.Example(
            previous: TrainingSet.none, query: UInt32(id), count: 1, user: user))
      }
    }
    let texts = queries.map { Array($0.utf8) }
    let set = TrainingSet(
      profile: profile, queries: texts, surfaces: texts, examples: examples)
    return try CompletionEngine(
      IndexBuilder(settings: settings).build(set),
      weights: RankerFeature.allCases.map { $0 == .compound ? 1 : 0 })
  }

  private static func texts(_ typed: String, _ engine: CompletionEngine) -> [String] {
    engine.suggestions(
      Array(typed.utf8), options: CompletionOptions(sources: [.compound])
    ).map(\.string)
  }

  private static let taxes = ["steuer", "lohn steuer", "grundlage", "lindenallee"]

  @Test func anUnknownWordEndsLikeAKnownOne() throws {
    let engine = try Self.engine(Self.taxes)
    let found = engine.suggestions(Array("Grundsteue".utf8))
    #expect(found.map(\.string) == ["grundsteuer"])
    #expect(found.first?.source == .compound)
    #expect(found.first?.match == .prefix)
    #expect(Self.texts("hohe grundsteue", engine) == ["hohe grundsteuer"])
    // A word that is known as it is, or begins known ones, is not divided.
    #expect(Self.texts("grundla", engine) == [])
    // Too little before the ending, too little of it, or nothing left to add.
    #expect(Self.texts("asteue", engine) == [])
    #expect(Self.texts("grundst", engine) == [])
    #expect(Self.texts("grundsteuer", engine) == [])
  }

  @Test func whatFewPeopleTypedEndsNothing() throws {
    #expect(Self.texts("hohe grundsteue", try Self.engine(Self.taxes, people: 2)) == [])
  }

  @Test func nothingIsComposedBehindAnOpenQuote() throws {
    let engine = try Self.engine(["cat webmin", "webmin"], profile: .verbatim)
    #expect(Self.texts("cat /usr/share/webm", engine) == ["cat /usr/share/webmin"])
    #expect(Self.texts("cat '/usr/share/webm", engine) == [])
  }

  /// What the source should bring, by scanning every ending.
  private static func plain(
    _ prefix: [UInt8], _ endings: [(text: [UInt8], weight: UInt64)]
  ) -> Set<[UInt8]> {
    let start = prefix.lastIndex(of: 0x20).map { $0 + 1 } ?? 0
    let tail = Array(String(decoding: prefix[start...], as: UTF8.self).unicodeScalars)
    func bytes(_ scalars: some Sequence<Unicode.Scalar>) -> [UInt8] {
      Array(String(String.UnicodeScalarView(scalars)).utf8)
    }
    if endings.contains(where: { $0.text.starts(with: bytes(tail)) }) { return [] }
    var result: Set<[UInt8]> = []
    var cuts = 0
    for cut in tail.indices.dropFirst(2) where tail.count - cut >= 3 && cuts < 3 {
      let end = bytes(tail[cut...])
      let best = endings.filter { $0.text.starts(with: end) }
        .sorted {
          $0.weight != $1.weight
            ? $0.weight > $1.weight : $0.text.lexicographicallyPrecedes($1.text)
        }
        .prefix(4)
      if best.isEmpty { continue }
      cuts += 1
      for ending in best {
        let text = prefix[..<start] + bytes(tail[..<cut]) + ending.text
        if text.count > prefix.count { result.insert(Array(text)) }
      }
    }
    return result
  }

  @Test(arguments: UInt64(1)...12)
  func agreesWithAScanOfAllEndings(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    func word(_ most: Int) -> String {
      String((0..<1 + random.below(most)).map { _ in "abé"[random.below(3)] })
    }
    let queries = Set(
      (0..<60).map { _ in random.below(3) == 0 ? "\(word(6)) \(word(6))" : word(6) })
    let engine = try Self.engine(queries.sorted())
    let view = engine.index.view
    let endings = (0..<view.suffixes.count).map {
      (text: Array(view.suffixes[$0]), weight: view.suffixWeights[$0])
    }
    var found = 0
    for round in 0..<300 {
      let prefix = (random.below(3) == 0 ? word(4) + " " : "") + word(9)
      let bytes = Array(prefix.utf8)
      let few = bytes.withUnsafeBufferPointer { view.range(ofPrefix: $0) }.count < 4
      let answer = engine.suggestions(
        bytes, limit: 50, options: CompletionOptions(sources: [.compound]))
      let composed = Set(answer.filter { $0.label == nil }.map(\.normalized))
      let labels = Set(answer.filter { $0.label != nil }.map(\.normalized))
      let expected = few ? Self.plain(bytes, endings) : []
      #expect(composed.union(labels) == expected, "seed \(seed), round \(round): \(prefix)")
      found += expected.count
    }
    #expect(found > 20, "seed \(seed)")
  }
}

extension String {
  fileprivate subscript(i: Int) -> Character { self[index(startIndex, offsetBy: i)] }
}
