// Texts without spaces are composed, found and ranked by their words.

import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct UnspacedTests {
  private static let words: [(String, Double)] = [
    ("手机", 9), ("充电器", 5), ("价格", 8), ("华为", 4), ("苹果", 4), ("套装", 2), ("充", 0.2), ("电", 0.2),
  ]

  private static func content(divides: Bool = true) -> IndexContent {
    var content = TinyIndex.flat(
      [("华为手机", 5), ("华为手机价格", 3), ("苹果充电器价格", 2), ("苹果手机 case", 1)]
        .sorted { $0.0 < $1.0 })
    content.listsWords = true
    if divides { content.breaks = WordTable(words: words.map { (Array($0.0.utf8), $0.1) }) }
    content.suffixes = (divides ? ["价格", "充电器", "充电器价格", "套装", "手机", "手机价格"] : [])
      .map { Array($0.utf8) }
    content.suffixWeights = divides ? [9, 8, 3, 7, 9, 4] : []
    return content
  }

  @Test func endingsFollowTheWordsBefore() throws {
    let engine = try CompletionEngine(Self.content())
    let found = engine.suggestions(Array("华为充".utf8))
    #expect(found.map(\.string).contains("华为充电器"))
    #expect(found.map(\.string).contains("华为充电器价格"))
    #expect(found.allSatisfy { $0.source == .composed && $0.label == nil })
    #expect(engine.texts("iphone充").contains("iphone充电器"))
    #expect(engine.texts("苹果套").contains("苹果套装"))
    // A text that is a label comes once, as the label.
    let labels = engine.suggestions(Array("苹果充".utf8)).filter { $0.string == "苹果充电器价格" }
    #expect(labels.count == 1 && labels.first?.label != nil)
    #expect(try CompletionEngine(Self.content(divides: false)).texts("华为充") == [])
  }

  @Test func theComposerKnowsTheWordsBefore() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(Self.content()))
    try index.verify()
    var composer = Composer(suffixCount: index.view.suffixes.count)
    let prefix = Array("买手机价".utf8)
    prefix.withUnsafeBufferPointer { composer.search(index.view, prefix: $0, limit: 5) }
    #expect(composer.offset == prefix.count - 3)
    let first = try #require(composer.results.first)
    #expect(Array(index.view.suffixes[Int(first.suffix)]) == Array("价格".utf8))
    #expect(first.evidence == 1, "手机价格 is an ending")
  }

  @Test(arguments: [
    ("手机", "华为手机"), ("价格 手机", "华为手机价格"), ("手机华", "华为手机"), ("价格手机华为", "华为手机价格"),
    ("case手机", "苹果手机 case"), ("充电器价", "苹果充电器价格"), ("价格苹", "苹果充电器价格"),
  ])
  func labelsAreFoundFromAnyWordOn(prefix: String, label: String) throws {
    let found = try CompletionEngine(Self.content()).suggestions(Array(prefix.utf8))
    let suggestion = try #require(
      found.first { $0.string == label }, "\(found.map(\.string))")
    #expect(suggestion.match == .words && suggestion.source == .anywhere)
    #expect(
      !(try CompletionEngine(Self.content(divides: false)).texts(prefix).contains(label)))
  }

  @Test func partsOfWordsAreNotWords() throws {
    let found = try CompletionEngine(Self.content()).suggestions(Array("电器".utf8))
    #expect(!found.contains { $0.match == .words })
  }

  @Test func wordsOfASessionEndWhatIsTyped() throws {
    let engine = try CompletionEngine(Self.content())
    let mine = session(["华为套装"])
    #expect(engine.texts("苹果套", mine).contains("苹果套装"))
    let found = engine.suggestions(Array("三星套".utf8), mine)
    #expect(found.contains { $0.string == "三星套装" })
  }
}
