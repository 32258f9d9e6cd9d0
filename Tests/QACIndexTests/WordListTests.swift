// The word lists hold what a plain scan of the labels finds, heaviest labels first.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@Suite struct WordListTests {
  /// The labels of several words, heaviest first, with their distinct words.
  private func plain(_ content: IndexContent) -> [(label: Int, words: [[UInt8]])] {
    content.labels.indices.sorted {
      (content.weights[$1], $0) < (content.weights[$0], $1)
    }.map { label in
      let text = content.labels[label]
      let words = Tokenizer.words(text).map { Array(text[$0]) }
      return (label, words.count > 1 ? words : [])
    }
  }

  @Test(arguments: UInt64(0)..<30)
  func listsAreThoseOfAScan(seed: UInt64) throws {
    let profile: NormalizationProfile = seed % 2 == 0 ? .search : .verbatim
    let content = RandomIndex.content(
      seed: seed, labels: 1 + Int(seed * seed % 90), profile: profile, listsWords: true)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    let lists = try #require(index.view.wordLists)
    let expected = plain(content)
    #expect(lists.rankedLabels.map(Int.init) == expected.map(\.label), "seed \(seed)")
    let words = Set(expected.flatMap(\.words)).sorted { $0.lexicographicallyPrecedes($1) }
    #expect((0..<lists.words.count).map { Array(lists.words[$0]) } == words, "seed \(seed)")
    for (i, word) in words.enumerated() {
      let entries = expected.indices.filter { expected[$0].words.contains(word) }.map {
        UInt32($0) << 1 | (expected[$0].words[0] == word ? 1 : 0)
      }
      #expect(lists.list(i).map { lists.places[$0] } == entries, "seed \(seed)")
    }
    #expect(lists.entryCount(of: 0..<words.count) == lists.places.count)
  }

  @Test func longWordsAndLateWordsHaveNoList() throws {
    let long = String(repeating: "x", count: WordListsView.mostWordBytes + 1)
    let many = (0..<WordListsView.mostWords + 2).map { "w\($0)" }.joined(separator: " ")
    let content = with(TinyIndex.flat([("\(long) b", 2), (many, 1)].sorted { $0.0 < $1.0 }))
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    let lists = try #require(index.view.wordLists)
    #expect(lists.words.count == 1 + WordListsView.mostWords)
    #expect(Array(lists.words[0]) == Array("b".utf8))
    #expect(lists.places[0] & 1 == 0, "its label begins with another word")
  }

  @Test func aFileWithoutThemOpens() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
    try index.verify()
    #expect(index.view.wordLists == nil && index.sections[.listWords] == nil)
  }

  @Test func someOfTheirSectionsAloneAreRefused() {
    var forge = IndexForge(IndexWriter.serialize(with(TinyIndex.content)))
    forge.removeLastSection()
    forge.sign()
    guard case .malformed(_, "section rankedLabels", _)? = refusal(of: forge.bytes) else {
      Issue.record("\(refusal(of: forge.bytes).map { "\($0)" } ?? "accepted")")
      return
    }
  }

  private func with(_ content: IndexContent) -> IndexContent {
    var content = content
    content.listsWords = true
    return content
  }
}
