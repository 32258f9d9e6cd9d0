// What one session submitted is not shown to another below the minimum, by any source: generated.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct OtherSessionsTests {
  /// A word that only `session` uses.
  private static func secret(_ session: Int) -> [UInt8] { Array("xq\(session)secret".utf8) }

  private static func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool {
    text.count >= word.count
      && (0...text.count - word.count).contains { text[$0...].starts(with: word) }
  }

  @Test(arguments: UInt64(0)..<6)
  func noSourceShowsWhatFewerThanThreeOthersSubmitted(seed: UInt64) throws {
    let profile: NormalizationProfile = seed % 2 == 0 ? .search : .verbatim
    let set = SyntheticLog(seed: seed, events: 1200, vocabulary: 120).trainingSet(profile)
    var subject = try LogSubject(set, seed: seed, weights: CompletionPropertyTests.weights(seed))
    let engine = subject.engine
    let overlay = LiveOverlay(index: engine.index, cutoff: 0)
    let scratch = CompletionScratch(engine: engine)
    let shared = Array("xq shared".utf8)
    var contexts = (0..<5).map { _ in SessionContext() }
    var sharers: Set<Int> = []
    var own = 0
    for step in 0..<1500 {
      let time = Int64(1000 + step * 7)
      let session = subject.random.below(contexts.count)
      let label = subject.labels[subject.random.below(subject.labels.count)]
      let secret = Self.secret(session)
      var query: [UInt8]
      switch subject.random.below(5) {
      case 0: query = secret
      case 1: query = label + [0x20] + secret
      case 2: query = secret + [0x20] + label
      case 3 where step > 700: query = shared
      default: query = label
      }
      query = subject.normalizer.normalize(query)
      if query == shared { sharers.insert(session) }
      contexts[session].record(normalized: query, surface: query, at: time)
      overlay.record(normalized: query, surface: query, session: UInt64(session + 1), at: time)

      let asking = subject.random.below(contexts.count)
      var typed = subject.prefix()
      switch subject.random.below(6) {
      case 0: typed = Array("xq".utf8)
      case 1: typed = Array("xq\(subject.random.below(5))sec".utf8)
      case 2: typed = label + Array(" xq".utf8)
      case 3: typed = label + [0x20]
      case 4: typed = Array("xq\(subject.random.below(5))secert".utf8)
      default: break
      }
      let found = engine.suggestions(
        typed, contexts[asking], at: time, limit: 20, overlay: overlay, scratch: scratch)
      for suggestion in found {
        for other in contexts.indices where other != asking {
          #expect(
            !Self.contains(suggestion.normalized, Self.secret(other)),
            "seed \(seed), step \(step), by \(suggestion.source.name)")
        }
        if Self.contains(suggestion.normalized, Self.secret(asking)) { own += 1 }
        if suggestion.normalized == shared {
          #expect(sharers.count >= 3 || sharers.contains(asking), "seed \(seed), step \(step)")
        }
      }
    }
    // The test sees something: own secrets come back, and what three shared is shown.
    #expect(own > 0)
    #expect(sharers.count >= 3)
  }
}
