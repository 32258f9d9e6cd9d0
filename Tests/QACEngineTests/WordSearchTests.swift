// Labels are found by their words: what a linear scan finds, where few labels begin with the
// prefix, behind them and marked.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

/// Whether each word of `prefix` takes another word of `text`: an equal one where white space
/// follows it and `whole` is true, else one that it begins. Tries every assignment.
func holdsWords(_ text: [UInt8], of prefix: [UInt8], whole: Bool) -> Bool {
  let words = Tokenizer.words(text).map { Array(text[$0]) }
  func fits(_ typed: ArraySlice<Range<Int>>, _ left: [[UInt8]]) -> Bool {
    guard let first = typed.first else { return true }
    let bytes = Array(prefix[first])
    let isWhole = whole && first.upperBound < prefix.count
    return left.indices.contains { i in
      guard isWhole ? left[i] == bytes : left[i].starts(with: bytes) else { return false }
      var rest = left
      rest.remove(at: i)
      return fits(typed.dropFirst(), rest)
    }
  }
  return fits(Tokenizer.words(prefix)[...], words)
}

@Suite struct WordSearchTests {
  private static func engine(
    _ labels: [(String, UInt32)], weights: [Double]? = nil,
    profile: NormalizationProfile = .search
  ) throws -> CompletionEngine {
    var content = TinyIndex.flat(
      labels.sorted { Array($0.0.utf8).lexicographicallyPrecedes(Array($1.0.utf8)) },
      profile: profile)
    content.listsWords = true
    return try CompletionEngine(content, weights: weights)
  }

  @Test(arguments: [
    ("munich", "mercure hotel munich"), ("space", "this contains space"),
    ("nike shoes", "nike running shoes men"), ("shoes running", "running shoes"),
    ("hello ki", "hello fellow kids"), ("spec rev", "specification review"),
    ("beat", "the beatles"), ("running shoes 9", "running shoes size 9"),
    ("men nike sho", "nike running shoes men"), ("munich ", "mercure hotel munich"),
  ])
  func whatUsersAskForIsFound(prefix: String, label: String) throws {
    let engine = try Self.engine([
      ("mercure hotel munich", 3), ("this contains space", 2), ("nike running shoes men", 5),
      ("running shoes", 9), ("hello fellow kids", 1), ("specification review", 2),
      ("the beatles", 7), ("running shoes size 9", 4), ("red wine", 50), ("wine", 70),
    ])
    let found = engine.suggestions(Array(prefix.utf8))
    let suggestion = try #require(found.first { $0.string == label }, "\(found.map(\.string))")
    #expect(suggestion.match == .words && suggestion.source == .anywhere)
    #expect(!found.contains { $0.string.contains("wine") })
    let options = CompletionOptions(
      sources: Set(SuggestionSource.allCases).subtracting([.anywhere]))
    #expect(!engine.texts(prefix, options: options).contains(label))
  }

  @Test(arguments: ["", "b", "be", "beatles the x", "the the", "beatles beatles", "eatles"])
  func whatIsNotMeantIsNotFound(prefix: String) throws {
    let engine = try Self.engine([("the beatles", 7), ("beatles", 2)])
    let found = engine.suggestions(Array(prefix.utf8))
    #expect(found.allSatisfy { $0.match != .words }, "\(found.map(\.string))")
  }

  @Test func oneWordTwiceNeedsTwoWords() throws {
    let engine = try Self.engine([("a new new york", 7), ("a new york", 9)])
    #expect(engine.texts("new new") == ["a new new york"])
    // A beginning leaves the whole word to another typed word.
    #expect(engine.texts("newt new").isEmpty)
    let other = try Self.engine([("a newt new", 1)])
    #expect(other.texts("new newt") == ["a newt new"] && other.texts("newt new") == ["a newt new"])
  }

  @Test(arguments: UInt64(0)..<60)
  func itFindsWhatAScanFinds(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let profile: NormalizationProfile = seed % 2 == 0 ? .search : .verbatim
    let vocabulary = (0..<4 + random.below(12)).map { _ in
      String((0..<1 + random.below(4)).map { _ in Array("abé")[random.below(3)] })
    }
    func text(_ most: Int) -> String {
      (0..<1 + random.below(most)).map { _ in vocabulary[random.below(vocabulary.count)] }
        .joined(separator: " ")
    }
    let texts = Set((0..<1 + random.below(120)).map { _ in text(5) })
    let engine = try Self.engine(
      texts.sorted().map { ($0, UInt32(1 + random.below(9))) }, profile: profile)
    let view = engine.index.view
    let labels = (0..<UInt32(engine.index.labelCount)).map { Array(view.text(of: $0)) }
    let options = CompletionOptions(sources: [.anywhere], foldsDuplicates: false)
    var count = 0
    for _ in 0..<60 {
      var typed = Array(text(4).utf8)
      typed.removeLast(random.below(min(3, typed.count)))
      if random.below(4) == 0 { typed.append(0x20) }
      let prefix = Normalizer(profile).normalize(typed, as: .prefix)
      let found = engine.suggestions(typed, limit: 200, options: options)
      let others = labels.indices.filter { !labels[$0].starts(with: prefix) }
      let words = Tokenizer.words(prefix)
      var expected: [Int] = []
      var isExact = false
      let isLong = words.count > 1 || (words.first?.count ?? 0) >= 3
      if labels.count - others.count < AnywhereSource.fewMatches, isLong {
        expected = others.filter { holdsWords(labels[$0], of: prefix, whole: true) }
        isExact = expected.count >= 3
        if !isExact {
          expected = others.filter { holdsWords(labels[$0], of: prefix, whole: false) }
        }
      }
      let comment: Comment = "seed \(seed): \(String(decoding: prefix, as: UTF8.self))"
      #expect(Set(found.map { Int($0.label ?? .max) }) == Set(expected), comment)
      #expect(found.allSatisfy { $0.match == .words }, comment)
      count += found.count
      // If few are wanted, the heaviest are found.
      if isExact {
        let few = engine.suggestions(typed, options: options)
        let most = AnywhereSource.fewMatches - (labels.count - others.count)
        let best = expected.map { view.weight(of: UInt32($0)) }.sorted(by: >).prefix(most)
        let weights = few.map { view.weight(of: $0.label ?? 0) }
        #expect(weights.sorted(by: >) == Array(best), comment)
      }
    }
    #expect(count > 0 || labels.count < 20, "seed \(seed) finds nothing")
  }

  @Test func theyFillUpBehindWhatBeginsSo() throws {
    for matching in 0...11 {
      let engine = try Self.engine(
        (0..<matching).map { ("solar \($0 + 10)", 1) } + [("best solar panel", 900)])
      let found = engine.suggestions(Array("solar".utf8), limit: 20)
      #expect(found.filter { $0.match == .prefix }.count == matching)
      let isLooked = matching < AnywhereSource.fewMatches
      #expect((found.last?.string == "best solar panel") == isLooked, "\(matching)")
      #expect(found.dropLast().allSatisfy { $0.match == .prefix })
    }
  }

  /// Whatever a log taught, such labels do not come for free.
  @Test func theirWeightsAreBounded() throws {
    let weights = CompletionPropertyTests.weights(3).map { abs($0) }
    let engine = try Self.engine([("a b", 1)], weights: weights)
    for (feature, greatest) in WordsPenalty.greatest {
      #expect(engine.weights[feature.rawValue] <= greatest)
    }
  }

  /// What labels hold as it was typed is not taken for a typing error.
  @Test func whatIsPlausibleIsNotCorrected() throws {
    let labels: [(String, UInt32)] = [("solxr", 90), ("a solar b", 1), ("c solar d", 1)]
    let few = try Self.engine(labels).suggestions(Array("solar".utf8))
    #expect(few.contains { $0.match == .corrected } && few.contains { $0.match == .words })
    let enough = try Self.engine(labels + [("e solar", 1)]).suggestions(Array("solar".utf8))
    #expect(enough.map(\.match) == [.words, .words, .words])
  }

  @Test func whatIsBlockedIsNotFound() throws {
    let engine = try Self.engine([("best solar panel", 9), ("cheap solar panel", 5)])
    let list = BlockList([try rule(.word, "best")], profile: .search)
    let blocks = BlockedLabels(list, in: engine.index)
    let found = engine.suggestions(Array("solar".utf8), blocks: blocks)
    #expect(found.map(\.string) == ["cheap solar panel"])
  }

  /// The context counts: what followed the previous query stands first.
  @Test func whatFollowedStandsFirst() throws {
    var content = TinyIndex.flat([
      ("a red solar lamp", 5), ("big solar panel", 9), ("garden", 3),
    ])
    content.listsWords = true
    content.followerOffsets = [0, 0, 0, 1]
    content.followerLabels = [0]
    content.followerCounts = [4]
    let weights = RankerFeature.allCases.map { $0 == .follower ? 1.0 : 0 }
    let engine = try CompletionEngine(content, weights: weights)
    #expect(engine.texts("solar") == ["big solar panel", "a red solar lamp"])
    #expect(engine.texts("solar", session(["garden"])).first == "a red solar lamp")
  }

  @Test func anIndexWithoutListsFindsNone() throws {
    let engine = try CompletionEngine(TinyIndex.flat([("the beatles", 7)]))
    #expect(engine.texts("beatles").isEmpty)
  }
}
