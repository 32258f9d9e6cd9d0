// What is composed for whom: endings of several people for all, words of a session for itself.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

@Suite struct CompositionTests {
  /// An engine on queries by user, with the weights of a few features.
  private static func engine(
    _ uses: [(text: String, user: UInt32)], users: Int = 3,
    weights: [RankerFeature: Double] = [.suffix: 1, .ownWord: 10, .language: 0.1]
  ) throws -> CompletionEngine {
    var queries: [[UInt8]] = []
    var examples: [TrainingSet.Example] = []
    for use in uses {
      let text = Array(use.text.utf8)
      let id = queries.firstIndex(of: text) ?? queries.count
      if id == queries.count { queries.append(text) }
      examples.append(
        TrainingSet.Example(
          previous: TrainingSet.none, query: UInt32(id), count: 1, user: use.user))
    }
    var settings = BuildSettings()
    settings.minimumEndingUsers = users
    settings.threads = 1
    let set = TrainingSet(
      profile: .search, queries: queries, surfaces: queries, examples: examples)
    return try CompletionEngine(
      IndexBuilder(settings: settings).build(set),
      weights: RankerFeature.allCases.map { weights[$0] ?? 0 })
  }

  private static let hotels: [(text: String, user: UInt32)] = [
    ("rome hotels", 1), ("paris hotels", 2), ("oslo hotels", 3), ("rome weather", 1),
    ("paris weather", 2), ("my house number 7", 1), ("the house number 7", 1),
  ]

  @Test func prefixesThatNobodyTypedAreCompleted() throws {
    let engine = try Self.engine(Self.hotels)
    let found = engine.suggestions(Array("Berlin ho".utf8))
    #expect(found.map(\.string) == ["berlin hotels"])
    #expect(found.first?.source == .composed)
    #expect(found.first?.label == nil)
    #expect(engine.texts("h") == ["hotels"])
    #expect(engine.texts("berlin hotels") == [])
    #expect(engine.texts("berlin xo") == [])
    // A text that is a label comes once, as the label.
    #expect(engine.texts("rome h") == ["rome hotels"])
    #expect(engine.suggestions(Array("rome h".utf8)).first?.label != nil)
  }

  @Test func whatFewPeopleTypedIsNotComposed() throws {
    #expect(try Self.engine(Self.hotels).texts("berlin we") == [])
    #expect(try Self.engine(Self.hotels, users: 2).texts("berlin we") == ["berlin weather"])
    // However often one person types it.
    #expect(try Self.engine(Self.hotels, users: 2).texts("your house nu") == [])
    #expect(
      try Self.engine(Self.hotels, users: 1).texts("your house nu") == ["your house number 7"])
  }

  @Test func wordsOfASessionAreItsOwn() throws {
    let engine = try Self.engine(Self.hotels)
    let mine = session(["ping 10 0 0 5", "mail anna"])
    #expect(engine.texts("ask an", mine) == ["ask anna"])
    #expect(engine.suggestions(Array("ask an".utf8), mine).first?.source == .words)
    #expect(engine.texts("ask an") == [])
    #expect(engine.texts("ask an", session(["mail bob"])) == [])
    // The newest first, single words and all that followed them.
    let words = engine.texts("show pi", session(["ping a", "pin b", "ping c"]))
    #expect(words.first == "show ping" || words.first == "show ping c")
    #expect(Set(words) == ["show ping", "show ping c", "show pin", "show pin b", "show ping a"])
    #expect(engine.texts("ask an", mine, options: CompletionOptions(sources: [.composed])) == [])
  }

  @Test func featuresSayWhatComposingFound() throws {
    let engine = try Self.engine(Self.hotels)
    let scratch = CompletionScratch(engine: engine)
    func features(_ prefix: String, _ context: SessionContext) -> [RankerFeature: Double] {
      Array(prefix.utf8).withUnsafeBufferPointer {
        engine.complete(prefix: $0, context: context, at: 1000, limit: 1, scratch: scratch)
      }
      guard scratch.count == 1 else { return [:] }
      return Dictionary(
        uniqueKeysWithValues: zip(RankerFeature.allCases, scratch.featureValues(0)))
    }
    let composed = features("berlin ho", SessionContext())
    #expect(composed[.composed] == 1 && composed[.unseen] == 1)
    #expect(composed[.suffix] == 0 && composed[.suffixContext] == 0)
    #expect((composed[.language] ?? 0) < 0)
    let seen = features("rome w", SessionContext())
    #expect(seen[.composed] == 0 && seen[.unseen] == 0 && seen[.ownWord] == 0)
    let own = features("please ask an", session(["ask anna", "mail anna"]))
    #expect(own[.composed] == 1 && own[.ownWord] == 1 && own[.ownWordFollows] == 1)
    let other = features("show an", session(["mail anna", "x"]))
    #expect(other[.composed] == 1 && other[.ownWord] == 0.5 && other[.ownWordFollows] == 0)
  }

  @Test func pastedTextIsNotComposed() throws {
    let engine = try Self.engine(Self.hotels)
    let long = String(repeating: "berlin ", count: 9000)
    #expect(engine.texts(long + "ho", session(["hop"])) == [])
    #expect(engine.texts(String(long.suffix(700)) + "ho", session(["hop"])).count == 2)
  }
}
