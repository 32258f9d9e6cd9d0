// Synonyms come out of a file as they went in.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@Suite struct SynonymSectionTests {
  /// A file in which they are the last sections.
  private static var valid: [UInt8] {
    var content = TinyIndex.complete
    content.breaks = WordTable()
    content.items = nil
    content.places = PlacesContent()
    return IndexWriter.serialize(content)
  }

  @Test(arguments: UInt64(0)..<10) func whatIsWrittenIsRead(seed: UInt64) throws {
    let content = RandomIndex.content(seed: seed, labels: 40, listsWords: true).synonyms
    let index = try LabelIndex(
      bytes: IndexWriter.serialize(
        RandomIndex.content(seed: seed, labels: 40, listsWords: true)))
    try index.verify()
    let view = try #require(index.view.synonyms)
    #expect((0..<view.phrases.count).map { Array(view.phrases[$0]) } == content.phrases)
    for (i, phrase) in content.phrases.enumerated() {
      #expect(view.targets(of: i).map { view.targets[$0] } == content.targets[i], "seed \(seed)")
      let found = phrase.withUnsafeBufferPointer {
        view.phrases.index(of: $0, in: 0..<view.phrases.count)
      }
      #expect(found == i, "seed \(seed)")
    }
  }

  @Test func aFileWithoutThemOpens() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
    try index.verify()
    #expect(index.view.synonyms == nil && index.sections[.synonymText] == nil)
  }

  @Test func someOfTheirSectionsAloneAreRefused() {
    for count in 1...3 {
      var forge = IndexForge(Self.valid)
      for _ in 0..<count { forge.removeLastSection() }
      forge.sign()
      guard case .malformed? = refusal(of: forge.bytes) else {
        Issue.record("accepted without \(count) sections")
        continue
      }
    }
    var forge = IndexForge(Self.valid)
    for _ in 0..<4 { forge.removeLastSection() }
    forge.sign()
    #expect(refusal(of: forge.bytes) == nil)
  }

  @Test func tooManyTargetsAreRefused() {
    var content = TinyIndex.content
    let count = SynonymsView.mostTargets + 2
    content.synonyms.phrases = (10..<10 + count).map { Array("p\($0)".utf8) }
    content.synonyms.targets = content.synonyms.phrases.map { _ in [] }
    content.synonyms.targets[0] = (1..<UInt32(count)).map { $0 }
    guard
      case .malformed(_, "section synonymTargetOffsets", _)? = refusal(
        of: IndexWriter.serialize(content))
    else {
      Issue.record("accepted")
      return
    }
  }
}
