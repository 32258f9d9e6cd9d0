// Every state of a two-set keyboard on the way to a label finds it, uncorrected.

import QACBinary
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

@Suite struct HangulTests {
  private static func engine(
    _ queries: [String], profile: NormalizationProfile = .search
  ) throws -> CompletionEngine {
    let set = TrainingSet(observed: queries.map { .init($0) }, profile: profile)
    return try CompletionEngine(IndexBuilder(settings: BuildSettings()).build(set))
  }

  /// One to three words of syllables that occur in Korean, more or less.
  private static func query(_ random: inout SplitMix64) -> String {
    (0...random.below(3)).map { _ in
      (0...random.below(3)).map { _ in
        let trail = random.below(3) == 0 ? 1 + random.below(27) : 0
        let number = (random.below(19) * 21 + random.below(21)) * 28 + trail
        return Unicode.Scalar(UInt32(0xAC00 + number)).map { String($0) } ?? ""
      }.joined()
    }.joined(separator: " ")
  }

  @Test func everyStateOnTheWayFindsTheLabel() throws {
    var random = SplitMix64(seed: 17)
    var queries = ["서울특별시 관악구", "아나", "안녕", "닭고기", "달기", "의왕시", "꽤 괜찮은", "값", "ㅋㅋㅋ"]
    while queries.count < 200 {
      let query = Self.query(&random)
      if !queries.contains(query) { queries.append(query) }
    }
    let engine = try Self.engine(queries)
    for query in queries {
      for state in TwoSetKeyboard.states(of: query) {
        let found = engine.suggestions(Array(state.utf8), limit: nil)
        let match = found.first { $0.string == query }
        #expect(match?.isCorrected == false, "\(query) by \(state)")
      }
    }
  }

  @Test func theStatesOfTheIssueFindIt() throws {
    let engine = try Self.engine(["서울특별시 관악구", "서울특별시 강남구", "아나운서", "안경"])
    #expect(engine.texts("서울특별시 과").first == "서울특별시 관악구")
    #expect(Set(engine.texts("서울특별시 ㄱ")) == ["서울특별시 관악구", "서울특별시 강남구"])
    #expect(Set(engine.texts("안")) == ["아나운서", "안경"])
    #expect(engine.texts("앉").isEmpty, "ㅈ is no key on the way to either")
  }

  @Test func whatIsComposedIsShownInSyllables() throws {
    let engine = try Self.engine(
      ["강남구 맛집", "마포구 맛집", "종로구 맛집", "관악구"].flatMap { [$0, $0, $0, $0] })
    let found = engine.suggestions(Array("관악구 마".utf8), limit: nil)
    let composed = try #require(found.first { $0.source == .composed })
    #expect(composed.string == "관악구 맛집")
    #expect(composed.normalized == Normalizer(.search).normalize("관악구 맛집"))
  }

  @Test func aSessionsOwnQueryIsFoundOnTheWay() throws {
    let engine = try Self.engine(["서울"])
    let found = engine.suggestions(Array("안".utf8), session(["아나운서"]))
    #expect(found.map(\.string) == ["아나운서"])
  }

  @Test func earlierIndexesAnswerBySyllables() throws {
    let engine = try Self.engine(["관악구", "과천시"], profile: .plainSearch)
    #expect(engine.texts("과") == ["과천시"])
    #expect(engine.texts("관") == ["관악구"])
  }
}
