// Looking terms up in long bags, against a scan.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACRetrieval

@Suite struct BagDirectoryTests {
  private static func words(_ count: Int, _ random: inout SplitMix64) -> [String] {
    (0..<count).map { _ in
      String(
        (0..<2 + random.below(6)).map { _ in Character(UnicodeScalar(UInt8(97 + random.below(26))))
        })
    }
  }

  /// An engine of items whose texts have up to 400 words.
  private static func engine(_ seed: UInt64) throws -> (RetrievalEngine, [[String]]) {
    var random = SplitMix64(seed: seed)
    let texts = (0..<12).map { i in words(i * i * 3 + 1, &random) }
    let items = texts.enumerated().map { i, words in
      let form = Array(words.joined(separator: " ").utf8)
      return ItemSet.Item(
        id: Array("\(i + 10)".utf8), title: Array("t\(i)".utf8), titleForm: Array("t\(i)".utf8),
        textForm: form)
    }
    var content = TinyIndex.smallest
    content.items = ItemContentBuilder(
      ItemSet(items: items, examples: []), settings: ItemSettings()
    ).build()
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    return (try #require(try RetrievalEngine(verified: index)), texts)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func findsWhatAScanFinds(seed: UInt64) throws {
    let (engine, _) = try Self.engine(seed)
    let items = engine.items
    var withDirectory = 0
    engine.prepared.bags.withView { bags in
      for item in 0..<UInt32(items.count) {
        let bag = items.bag(item)
        let directory = bags.directory(of: item, bag)
        #expect((directory != nil) == (bag.count >= BagDirectory.fewestTerms), "seed \(seed)")
        guard let directory else { continue }
        withDirectory += 1
        let known = Dictionary(uniqueKeysWithValues: bag.map { (items.bagTerms[$0], $0) })
        let beyond = UInt32(items.terms.count)
        for id in Array(0...beyond) + [beyond * 2, beyond * 9, .max] {
          let found = directory.entry(of: id, in: items.bagTerms)
          #expect(found == known[id] ?? -1, "seed \(seed), item \(item), term \(id)")
        }
      }
    }
    #expect(withDirectory > 3, "seed \(seed)")
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func aLongTextHasItsOwnWords(seed: UInt64) throws {
    let (engine, texts) = try Self.engine(seed)
    let scratch = RetrievalScratch(engine: engine)
    for (item, words) in texts.enumerated() where words.count > 3 {
      let query = words.suffix(3).joined(separator: " ")
      Array(query.utf8).withUnsafeBufferPointer {
        engine.retrieve(query: $0, limit: 12, scratch: scratch)
      }
      let place = try #require((0..<scratch.count).first { scratch.item($0) == UInt32(item) })
      let features = Array(scratch.features(place))
      for feature in [RetrievalFeature.cover, .textCover] {
        #expect(abs(features[feature.rawValue] - 1) < 1e-4, "seed \(seed), item \(item)")
      }
    }
  }
}
