// The memo of near words says what was found, until it is wiped or another word takes the slot.

import QACBinary
import QACTestSupport
import Testing

@testable import QACEngine

@Suite struct NearMemoTests {
  @Test(arguments: UInt64(0)..<4)
  func itReturnsWhatWasPutIn(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var memo = NearMemo()
    var known: [UInt64: (found: [TypoMatch], letters: Int)] = [:]
    let keys = (0..<150).map { _ in random.next() } + [0, 1, UInt64.max]
    for key in keys { #expect(memo.find(key) == nil, "an empty memo knows \(key)") }
    var hits = 0
    for round in 0..<2000 {
      let key = keys[random.below(keys.count)]
      if let (places, letters) = memo.find(key) {
        hits += 1
        #expect(places.map { memo[$0] } == known[key]?.found, "seed \(seed), round \(round)")
        #expect(letters == known[key]?.letters)
        continue
      }
      let found = (0..<random.below(NearMemo.mostWords + 1)).map { _ in
        TypoMatch(
          label: UInt32(random.below(1000)), cost: Float(random.below(9)),
          alignedBytes: Int32(random.below(20)))
      }
      let letters = 1 + random.below(20)
      let places = memo.insert(found, letters: letters, key)
      #expect(places.map { memo[$0] } == found)
      known[key] = (found, letters)
    }
    #expect(hits > 200, "seed \(seed)")
    memo.wipe()
    for key in keys { #expect(memo.find(key) == nil, "a wiped memo knows \(key)") }
  }
}
