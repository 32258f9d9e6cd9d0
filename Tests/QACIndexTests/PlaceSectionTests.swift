// Places come out of a file as they went in, and bad ones are refused.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@Suite struct PlaceSectionTests {
  private static var content: IndexContent {
    var content = TinyIndex.content
    content.places = TinyIndex.complete.places
    return content
  }

  private static var valid: [UInt8] { IndexWriter.serialize(content) }

  @Test func whatIsWrittenIsRead() throws {
    let index = try LabelIndex(bytes: Self.valid)
    try index.verify()
    let places = try #require(index.view.places)
    func labels(_ key: UInt64) -> [UInt32: Double]? {
      places.find(key).map { place in
        Dictionary(
          uniqueKeysWithValues: places.range(of: place).map {
            (places.labels[$0], places.count($0))
          })
      }
    }
    #expect(labels(7) == [1: 3, 4: 1])
    #expect(labels(.max) == [0: 16])
    for key: UInt64 in [0, 6, 8] { #expect(labels(key) == nil) }
  }

  @Test func aFileWithoutThemOpens() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
    try index.verify()
    #expect(index.view.places == nil && index.sections[.placeKeys] == nil)
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

  @Test func keysAscendAndAreNotZero() {
    for (place, key) in [(0, UInt64(0)), (0, .max), (1, 7), (1, 6)] {
      var forge = IndexForge(Self.valid)
      forge.set(key, at: forge.range(.placeKeys).lowerBound + 8 * place)
      forge.sign()
      guard case .malformed(_, "section placeKeys", _)? = refusal(of: forge.bytes) else {
        Issue.record("accepted \(key) as key \(place)")
        continue
      }
    }
  }

  /// No byte of the sections may be another without a refusal, unless it only changes a number that
  /// may be another.
  @Test func noByteLeadsAstray() throws {
    for kind in [IndexSection.placeOffsets, .placeLabels, .placeCounts, .placeKeys] {
      for at in IndexForge(Self.valid).range(kind) {
        for value: UInt8 in [0, 1, 0x55, 0x80, 0xFF] {
          var forge = IndexForge(Self.valid)
          forge.set(value, at: at)
          forge.sign()
          guard let index = try? LabelIndex(bytes: forge.bytes), (try? index.verify()) != nil
          else { continue }
          // What is accepted can be read.
          let places = try #require(index.view.places)
          for place in places.keys.indices {
            #expect(places.find(places.keys[place]) == place)
            for i in places.range(of: place) {
              #expect(Int(places.labels[i]) < index.labelCount && places.count(i) >= 1)
            }
          }
        }
      }
    }
  }
}
