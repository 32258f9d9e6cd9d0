// What the session changes, source by source, on the tiny index whose numbers are known.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct CompletionTests {
  /// The tiny index with weights for some features, 0 for the rest.
  private func engine(_ weights: [RankerFeature: Double] = [.index: 1]) throws -> CompletionEngine {
    try CompletionEngine(
      TinyIndex.content, weights: RankerFeature.allCases.map { weights[$0] ?? 0 })
  }

  @Test func theGoldenFileIsServedAsItAlwaysWas() throws {
    let bytes = try Golden.bytes("Tests/QACIndexTests/Fixtures/v3.qaci.hex")
    let engine = try CompletionEngine(index: LabelIndex(bytes: bytes))
    #expect(engine.texts("ne") == ["New York", "news", "new", "Newton", "newts"])
    #expect(
      engine.texts("", session(["Hotel"]), limit: 4) == ["New York", "news", "new", "Paris"])
    let found = engine.suggestions(Array("ne".utf8), session(["HOTEL!"]))
    let expected = [0.499998741, 0.280907259, 0.134673847, 0.049306745, 0.035113407]
    for (suggestion, p) in zip(found, expected) {
      #expect(abs(suggestion.score - Self.log(p)) < 1e-6)
    }
  }

  private static func log(_ p: Double) -> Double {
    // ln by its series at 1 after halving the exponent away: no import for one logarithm.
    var (x, k) = (p, 0.0)
    while x < 0.7 { (x, k) = (x * 2, k - 1) }
    let y = (x - 1) / (x + 1)
    let series = stride(from: 1.0, through: 41, by: 2).reduce(0.0) { sum, n in
      sum + (0..<Int(n)).reduce(2 / n) { power, _ in power * y }
    }
    return series + k * 0.693147180559945309
  }

  @Test func thePreviousQueryChangesTheOrder() throws {
    var content = TinyIndex.content
    content.chunks[1].weights = [-1, 3, -1]
    let engine = try CompletionEngine(content)
    #expect(engine.texts("new").first == "New York")
    #expect(engine.texts("new", session(["hotel"])).first == "new")
    #expect(engine.texts("new", session(["hostel"])).first == "New York")
    // After half an hour it is history, and no longer context.
    #expect(engine.texts("new", session(["hotel"], until: 1000), at: 1000 + 1798).first == "new")
    #expect(engine.texts("new", session(["hotel"], until: 1000), at: 1000 + 1801).first != "new")
  }

  @Test func followersOfThePreviousQueryComeFirst() throws {
    let engine = try engine([.follower: 1])
    #expect(engine.texts("").first == "New York")
    #expect(engine.texts("", session(["new york"])).first == "Paris")
    let found = engine.suggestions([], session(["new york"]))
    #expect(found.first?.source == .followers)
    #expect(engine.texts("new", session(["new york"])).contains("Paris") == false)
    let only = CompletionOptions(sources: [.followers])
    #expect(engine.texts("", session(["new york"]), options: only) == ["Paris"])
    #expect(engine.texts("", session(["news"]), options: only) == [])
    #expect(engine.texts("", options: only) == [])
  }

  @Test func ownQueriesThatNoIndexHasAreSuggested() throws {
    let engine = try engine([.index: 1, .sessionUses: 10])
    let context = session(["Newport  beach", "news", "newport beach"])
    let found = engine.suggestions(Array("NEWP".utf8), context)
    #expect(found.map(\.string) == ["Newport  beach"])
    #expect(found.first?.label == nil)
    #expect(found.first?.source == .session)
    #expect(engine.texts("new", context).first == "Newport  beach")
    #expect(engine.texts("new", context).contains("news"))
    #expect(engine.texts("newp") == [])
    // Another session does not see it, nor does this one once it forgot it.
    var forgetful = context
    forgetful.forget(normalized: Array("newport beach".utf8))
    #expect(engine.texts("newp", forgetful) == [])
  }

  @Test func textsWithoutALabelOfEqualScoreComeInTheOrderOfTheirText() throws {
    let engine = try engine([:])
    let context = session(["zebra", "zoo", "zinc"])
    #expect(engine.texts("z", context) == ["zebra", "zinc", "zoo"])
  }

  @Test func anEmptyPrefixAsksForTheLikelyNextQuery() throws {
    let engine = try engine()
    #expect(engine.texts("", limit: 3) == ["New York", "news", "new"])
    #expect(engine.texts("   ", limit: 3) == ["New York", "news", "new"])
  }

  @Test func limitsAreKept() throws {
    let engine = try engine()
    for limit in [0, 1, 5, 6, 7, 1000, Int.max] {
      #expect(engine.texts("", limit: limit).count == min(limit, 6))
    }
    #expect(engine.texts("", limit: -1) == [])
    #expect(engine.texts("", limit: nil).count == 6)
    let one = CompletionOptions(sources: [.index], beam: 1, candidatesPerSource: 1)
    #expect(engine.texts("", limit: 1, options: one) == ["New York"])
    // A beam of nothing is a beam of one: a label matches, so something is suggested.
    for beam in [0, -1] {
      let none = CompletionOptions(sources: [.index], beam: beam)
      #expect(!engine.texts("new", options: none).isEmpty)
    }
  }

  @Test func noInputTraps() throws {
    let engine = try engine(
      Dictionary(uniqueKeysWithValues: RankerFeature.allCases.map { ($0, 1) }))
    let long = [UInt8](repeating: 0x6E, count: 300_000)
    var contexts = [SessionContext(), session([String(repeating: "new ", count: 20_000)])]
    var broken = SessionContext()
    broken.record(normalized: [0xFF, 0xC3, 0x20, 0xE6], surface: [0xFF], at: 1000)
    contexts.append(broken)
    for context in contexts {
      for prefix in [
        long, [0xFF], [0xC3], [0xF0, 0x9F], [0], Array("ne\u{0}w".utf8), [0xED, 0xA0],
      ] {
        _ = engine.suggestions(prefix, context)
      }
      for time in [Int64.min, 0, .max] {
        #expect(engine.suggestions(Array("n".utf8), context, at: time).count >= 4)
      }
    }
    #expect(engine.suggestions(long).isEmpty)
  }

  @Test func anIndexOfOneLabelIsServed() throws {
    for count in 1...3 {
      let engine = try CompletionEngine(
        RandomIndex.content(seed: UInt64(count), labels: count),
        weights: RankerFeature.allCases.map { _ in 1 })
      #expect(engine.texts("").count == count)
    }
    let engine = try CompletionEngine(TinyIndex.smallest)
    #expect(engine.texts("a") == ["a"])
    #expect(engine.texts("A", session(["a", "a"])) == ["a"])
    #expect(engine.texts("b", session(["a"])) == [])
  }

  @Test func weightsAreTakenByName() throws {
    var content = TinyIndex.content
    // An earlier version had a feature "place".
    content.ranker = [("remaining", -2), ("popularity", 0.5), ("place", 3)]
    let engine = try CompletionEngine(content)
    #expect(engine.weights[RankerFeature.remaining.rawValue] == -2)
    #expect(engine.weights[RankerFeature.popularity.rawValue] == 0.5)
    #expect(engine.weights[RankerFeature.correction.rawValue] == CorrectionPenalty.fixed)
    #expect(engine.weights.filter { $0 != 0 }.count == 6 + WordsPenalty.greatest.count)
    content.ranker = [("invented", 1)]
    #expect(throws: EngineError.unknownRankerFeature(name: "invented")) {
      try CompletionEngine(content)
    }
  }

  @Test func aDamagedIndexIsNotServed() throws {
    var bytes = IndexWriter.serialize(TinyIndex.content)
    bytes[bytes.count - 1] ^= 1
    let index = try LabelIndex(bytes: bytes)
    #expect(throws: EngineError.self) { try CompletionEngine(index: index) }
  }
}
