// The probabilities of the word model add up to 1 and are those of the formula.

import Foundation
import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACTraining

@Suite struct WordModelBuilderTests {
  private static func set(_ queries: [(text: String, count: UInt32)]) -> TrainingSet {
    let texts = queries.map { Array($0.text.utf8) }
    return TrainingSet(
      profile: .search, queries: texts, surfaces: texts,
      examples: queries.indices.map {
        TrainingSet.Example(
          previous: TrainingSet.none, query: UInt32($0), count: queries[$0].count)
      })
  }

  private static func key(_ word: String) -> UInt64 {
    Array(word.utf8).withUnsafeBufferPointer { WordKey.of($0) }
  }

  /// P(word | previous) by the model's own rules.
  private static func p(_ model: WordModel, _ previous: UInt64, _ word: UInt64) -> Double {
    let key = WordKey.pair(previous, word)
    if let pair = model.pairs.first(where: { $0.key == key }) {
      return exp(Double(pair.logProbability))
    }
    let backoff = model.words.first { $0.key == previous }.map { Double($0.logBackoff) } ?? 0
    let entry =
      model.words.first { $0.key == word } ?? model.words.first { $0.key == WordKey.unknown }
    return exp(backoff + Double(entry?.logProbability ?? 0))
  }

  @Test func figuresAreThoseOfTheFormula() {
    let model = WordModelBuilder(settings: BuildSettings()).build(
      Self.set([("new york", 3), ("new car", 1), ("york", 2)]))
    // Words before: new 1, york 2, car 1, end 2: n = 6, t = 4. After new: york 3, car 1.
    func p(_ previous: UInt64, _ word: String) -> Double { Self.p(model, previous, Self.key(word)) }
    let new = Self.key("new")
    #expect(abs(p(new, "york") - (3 + 2 * 2.0 / 10) / 6) < 1e-6)
    #expect(abs(p(new, "car") - (1 + 2 * 1.0 / 10) / 6) < 1e-6)
    #expect(abs(p(new, "new") - (0 + 2 * 1.0 / 10) / 6) < 1e-6)
    #expect(abs(p(new, "zebra") - (0 + 2 * 1.0 / 10) / 6) < 1e-6)
    #expect(abs(p(Self.key("zebra"), "york") - 2.0 / 10) < 1e-6)
    #expect(abs(p(WordKey.begin, "new") - (4 + 2 * 1.0 / 10) / 8) < 1e-6)
    #expect(abs(Self.p(model, Self.key("york"), WordKey.end) - (5 + 2.0 / 10) / 6) < 1e-6)
  }

  @Test(arguments: UInt64(0)..<12)
  func theProbabilitiesAfterAWordAddUpToOne(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let words = (0..<9).map { "w\($0)" }
    let queries = (0..<40).map { i in
      let text = (0...random.below(4)).map { _ in words[random.below(words.count)] }
      return (text: text.joined(separator: " ") + " q\(i)", count: UInt32(1 + random.below(5)))
    }
    var settings = BuildSettings()
    settings.wordLimit = seed % 3 == 0 ? 6 : 1000
    settings.pairLimit = seed % 2 == 0 ? 10 : 1000
    let model = WordModelBuilder(settings: settings).build(Self.set(queries))
    #expect(model.pairs.count <= settings.pairLimit)
    let known = model.words.map(\.key).filter { $0 != WordKey.begin && $0 != WordKey.unknown }
    #expect(known.count <= settings.wordLimit + 1)
    #expect(model.words.map(\.key) == model.words.map(\.key).sorted())
    #expect(model.pairs.map(\.key) == model.pairs.map(\.key).sorted())
    // What is not known shares the rest among as many words as are rare, and as many new ones
    // again.
    let rare =
      Set(queries.flatMap { $0.text.split(separator: " ").map(String.init) }).count
      - (known.count - 1)
    let unknown = Double(rare + rare + known.count)
    for previous in [WordKey.begin] + known where previous != WordKey.end {
      let sum =
        known.reduce(0) { $0 + Self.p(model, previous, $1) }
        + unknown * Self.p(model, previous, Self.key("never"))
      #expect(abs(sum - 1) < 1e-4, "seed \(seed)")
    }
  }

  @Test func theOrderOfQueriesDoesNotShow() {
    let queries: [(text: String, count: UInt32)] = (0..<60).map {
      ("w\($0 % 7) w\($0 % 5) x\($0)", UInt32(1 + $0 % 3))
    }
    var settings = BuildSettings()
    settings.pairLimit = 20
    settings.wordLimit = 9
    let a = WordModelBuilder(settings: settings).build(Self.set(queries))
    let b = WordModelBuilder(settings: settings).build(Self.set(queries.reversed()))
    #expect(a.words == b.words && a.pairs == b.pairs)
  }

  @Test func nothingTeachesNothing() {
    let model = WordModelBuilder(settings: BuildSettings()).build(Self.set([("", 3)]))
    #expect(model.words.isEmpty && model.pairs.isEmpty)
  }
}
