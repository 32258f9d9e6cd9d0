// The words of scripts without spaces come out of a file as they went in, and the lists and endings
// of the file rest on them.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@Suite struct BreakSectionTests {
  static var content: IndexContent {
    var content = TinyIndex.flat(
      ["充电器价格", "手机充电器", "手机壳"].map { ($0, 2) }.sorted { $0.0 < $1.0 })
    content.listsWords = true
    content.breaks = WordTable(
      words: [("手机", 5.0), ("充电器", 4), ("价格", 3), ("壳", 1)].map {
        (Array($0.0.utf8), $0.1)
      })
    content.suffixes = ["充电器", "手机充电器", "价格"].map { Array($0.utf8) }.sorted {
      $0.lexicographicallyPrecedes($1)
    }
    content.suffixWeights = [3, 3, 2]
    return content
  }

  @Test func whatIsWrittenIsRead() throws {
    let content = Self.content
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    let view = index.view
    #expect(Array(view.breaker.costs) == content.breaks.costs)
    #expect(Array(view.breaker.keys.rests) == content.breaks.keys.rests)
    let lists = try #require(view.wordLists)
    #expect(
      (0..<lists.words.count).map { String(decoding: lists.words[$0], as: UTF8.self) }
        == ["价格", "充电器", "壳", "手机"])
    // 价格, 充电器, 手机充电器: the last has 充电器 for its parent.
    #expect((0..<3).map { view.parent(ofSuffix: $0) } == [.max, .max, 1])
  }

  @Test func aFileWithoutThemHasOneWordPerRun() throws {
    var content = Self.content
    content.breaks = WordTable()
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    #expect(index.view.breaker.isPlain && index.sections[.breakStarts] == nil)
    #expect(index.view.wordLists?.words.count == 0)
    #expect((0..<3).allSatisfy { index.view.parent(ofSuffix: $0) == .max })
  }

  @Test func someOfTheirSectionsAloneAreRefused() {
    for count in 1...2 {
      var forge = IndexForge(IndexWriter.serialize(Self.content))
      for _ in 0..<count { forge.removeLastSection() }
      forge.sign()
      guard case .malformed? = refusal(of: forge.bytes) else {
        Issue.record("accepted without \(count) sections")
        continue
      }
    }
  }

  @Test func listsAndEndingsOfOtherWordsAreRefused() {
    var forge = IndexForge(IndexWriter.serialize(Self.content))
    for _ in 0..<3 { forge.removeLastSection() }
    forge.sign()
    guard case .malformed? = refusal(of: forge.bytes) else {
      Issue.record("accepted without the words")
      return
    }
  }

  @Test func spoiledFiguresAreRefusedOrHarmless() {
    let valid = IndexWriter.serialize(Self.content)
    for kind in [IndexSection.breakStarts, .breakKeys, .breakCosts] {
      for at in IndexForge(valid).range(kind) {
        for mask in [UInt8(1), 0x80, 0xFF] {
          var forge = IndexForge(valid)
          forge.bytes[at] ^= mask
          #expect(refusal(of: forge.bytes) != nil, "unsigned, byte \(at) of \(kind)")
          forge.sign()
          // With right checksums other figures may be valid: then the file divides in another way.
          if refusal(of: forge.bytes) != nil { continue }
          let index = try? LabelIndex(bytes: forge.bytes)
          for label in 0..<UInt32(index?.view.labelCount ?? 0) {
            if let index { _ = index.view.breaker.words(index.view.text(of: label)) }
          }
          #expect(index != nil)
        }
      }
    }
  }

  @Test func aBeginningIsNoRarerThanItsWord() {
    var forge = IndexForge(IndexWriter.serialize(Self.content))
    let at = forge.range(.breakCosts).lowerBound
    for value in [UInt16(0xFF01), 0x2010] {
      forge.set(value, at: at)
      forge.sign()
      guard case .malformed(_, "section breakCosts", _)? = refusal(of: forge.bytes) else {
        Issue.record("accepted \(value)")
        continue
      }
    }
  }
}
