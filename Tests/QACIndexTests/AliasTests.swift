// Misspelt queries in an index file: read back, found, and refused where they are damaged.

import QACIndex
import QACTestSupport
import Testing

@Suite struct AliasTests {
  private static let texts = ["mew", "neew york", "nwe york"]

  private static func content(
    _ texts: [String] = texts, labels: [UInt32] = [0, 1, 1]
  ) -> IndexContent {
    var content = TinyIndex.content
    content.aliases = texts.map { Array($0.utf8) }
    content.aliasLabels = labels
    return content
  }

  private func refusal(_ change: (inout IndexForge) -> Void) -> IndexError? {
    var forge = IndexForge(IndexWriter.serialize(Self.content()))
    change(&forge)
    forge.sign()
    return refusal(of: forge.bytes)
  }

  private func refusal(of bytes: [UInt8]) -> IndexError? {
    do throws(IndexError) {
      try LabelIndex(bytes: bytes).verify()
      return nil
    } catch {
      return error
    }
  }

  private func label(_ text: String, _ index: LabelIndex) -> UInt32? {
    Array(text.utf8).withUnsafeBufferPointer { index.view.label(ofAlias: $0) }
  }

  @Test func anAliasIsFoundByItsText() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(Self.content()))
    try index.verify()
    #expect(Self.texts.map { label($0, index) } == [0, 1, 1])
    #expect(["", "m", "new", "nwe york ", "zz"].allSatisfy { label($0, index) == nil })
    let range = Array("n".utf8).withUnsafeBufferPointer { index.view.aliases.range(ofPrefix: $0) }
    #expect(range == 1..<3)
  }

  @Test func withoutAliasesThereIsNoSection() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
    #expect(index.view.aliases.count == 0)
    #expect(label("mew", index) == nil)
    #expect(index.sections[.aliasText] == nil)
  }

  @Test func aliasesOutOfOrderAreRefused() {
    let lists: [([String], [UInt32])] = [
      (["nwe york", "mew"], [0, 1]), (["mew", "mew"], [0, 0]), (["", "mew"], [0, 0]),
      // A label, and labels that there are not.
      (["mew", "news"], [0, 0]), (["mew"], [6]), (["mew"], [.max]),
    ]
    for (texts, labels) in lists {
      let bytes = IndexWriter.serialize(Self.content(texts, labels: labels))
      #expect(refusal(of: bytes) != nil, "\(texts) \(labels)")
    }
  }

  @Test func damagedAliasesAreRefused() {
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.set(.aliasOffsets, to: [0, 12, 3, 20]) } != nil)
    #expect(refusal { $0.set(.aliasOffsets, to: [0, 3, 12, 19]) } != nil)
    #expect(refusal { $0.set(.aliasOffsets, to: [0, 3, 12]) } != nil)
    #expect(refusal { $0.set(.aliasOffsets, to: []) } != nil)
    #expect(refusal { $0.set(.aliasLabels, to: [0, 1]) } != nil)
    #expect(
      refusal { $0.replace(.aliasText, with: Array("mew\u{FF}eew yorknwe york".utf8)) } != nil)
    #expect(refusal { $0.bytes[$0.range(.aliasText).lowerBound] = 0xFF } != nil)
    // A group that is not whole: the last section is called by another number, or is gone.
    for number in [UInt16(0), 32, 36, 38, 40, .max] {
      #expect(refusal { $0.set(number, at: $0.row(of: .aliasLabels)) } != nil)
    }
    for count in [UInt32(0), 31, 33, 34, 36, .max] {
      var forge = IndexForge(IndexWriter.serialize(Self.content()))
      forge.set(count, at: 36)
      forge.signHeader()
      #expect(refusal(of: forge.bytes) != nil, "\(count) sections")
    }
  }

  @Test func everyByteMatters() {
    let valid = IndexWriter.serialize(Self.content())
    for i in valid.indices {
      var bytes = valid
      bytes[i] ^= 0x40
      #expect(refusal(of: bytes) != nil, "byte \(i)")
    }
  }
}
