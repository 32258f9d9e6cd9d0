// The index without labels, and the section that says what one use weighs.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@Suite struct FirstIndexTests {
  @Test(arguments: NormalizationProfile.current) func thereIsAnIndexWithoutLabels(
    profile: NormalizationProfile
  ) throws {
    let index = LabelIndex.empty(profile)
    try index.verify()
    #expect(index.isEmpty && index.labelCount == 0 && index.profile == profile)
    #expect(index.identity == "none" && index.view.lastTime == 0)
    #expect(Array("a".utf8).withUnsafeBufferPointer { index.view.range(ofPrefix: $0) }.isEmpty)
    #expect(Array("a".utf8).withUnsafeBufferPointer { index.view.label(of: $0) } == nil)
  }

  @Test func aFileWithoutLabelsIsRefused() {
    var content = IndexContent(
      profile: .search, features: FeatureSpace(documentFrequencies: [:], documents: 0))
    content.nodes = [NodeRecord()]
    #expect(throws: IndexError.self) { try LabelIndex(bytes: IndexWriter.serialize(content)) }
  }

  private static func content(_ units: UInt32) -> IndexContent {
    var content = TinyIndex.content
    content.breaks = WordTable()
    content.items = nil
    content.weightPerUse = units
    return content
  }

  @Test(arguments: [UInt32(2), 1024, 1 << 16]) func theWeightOfAUseIsRead(units: UInt32) throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(Self.content(units)))
    try index.verify()
    #expect(index.view.weightPerUse == units)
    let one = try LabelIndex(bytes: IndexWriter.serialize(Self.content(1)))
    #expect(one.view.weightPerUse == 1)
  }

  @Test(arguments: [UInt32(0), 3, 1 << 17, .max]) func anotherWeightIsRefused(units: UInt32) {
    #expect(throws: IndexError.self, "\(units)") {
      try LabelIndex(bytes: IndexWriter.serialize(Self.content(units)))
    }
  }

  /// Any change of a byte is refused or leaves an index that can be verified.
  @Test func noByteOfItIsTrusted() throws {
    let bytes = IndexWriter.serialize(Self.content(1024))
    for i in bytes.indices.suffix(64) {
      var spoilt = bytes
      spoilt[i] ^= 0x40
      #expect(throws: IndexError.self, "byte \(i)") {
        try LabelIndex(bytes: spoilt).verify()
      }
    }
  }
}
