// The heap of the best documents against sorting.

import QACBinary
import Testing

@testable import QACRetrieval

@Suite struct TopKeysTests {
  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func agreesWithSorting(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var best = TopKeys()
    for limit in [0, 1, 2, 7, 100] {
      best.reset(limit: limit)
      let all = (0..<random.below(200)).map { document in
        (score: Float(random.below(20)), document: UInt32(document))
      }
      for entry in all {
        let key = TopKeys.key(entry.score, entry.document)
        let threshold = best.threshold
        #expect(best.count == limit || threshold == 0, "seed \(seed), limit \(limit)")
        best.offer(key)
        // A key that is not above the threshold changes nothing.
        #expect(key > threshold || best.threshold == threshold, "seed \(seed), limit \(limit)")
      }
      best.sort()
      let expected = all.sorted {
        $0.score != $1.score ? $0.score > $1.score : $0.document < $1.document
      }.prefix(limit)
      #expect(best.count == expected.count, "seed \(seed), limit \(limit)")
      for (i, entry) in expected.enumerated().prefix(best.count) {
        #expect(best.document(i) == entry.document, "seed \(seed), limit \(limit)")
        #expect(best.score(i) == entry.score, "seed \(seed), limit \(limit)")
      }
    }
  }
}
