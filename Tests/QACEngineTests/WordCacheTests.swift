// What is remembered of the word model against the model, in one cache for texts in any order.

import QACBinary
import QACIndex
import QACTestSupport
import Testing

@testable import QACEngine

@Suite struct WordCacheTests {
  @Test(arguments: UInt64(0)..<12)
  func itSaysWhatTheModelSays(seed: UInt64) throws {
    let content = RandomIndex.content(seed: seed, labels: 60)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    let model = index.view.words
    defer { withExtendedLifetime(index) {} }
    var cache = WordCache()
    var generator = LabelGenerator(seed: seed)
    for round in 0..<3000 {
      let text = generator.prefix(of: content.labels)
      let head = generator.prefix(of: content.labels)
      let previous = head.withUnsafeBufferPointer { WordKey.last(of: $0) }
      text.withUnsafeBufferPointer { text in
        let remembered = cache.logProbability(ofRest: text, after: previous, model)
        #expect(
          remembered == model.logProbability(ofRest: text, after: previous),
          "seed \(seed), round \(round)")
      }
    }
  }
}
