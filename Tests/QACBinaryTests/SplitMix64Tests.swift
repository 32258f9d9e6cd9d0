// The sequence of the generator, on which built indexes and published figures depend.

import QACBinary
import Testing

struct SplitMix64Tests {
  @Test
  func theSequenceNeverChanges() {
    var fromZero = SplitMix64(seed: 0)
    let zero: [UInt64] = [
      0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F, 0xF88B_B8A8_724C_81EC,
    ]
    #expect(zero.map { _ in fromZero.next() } == zero)
    var random = SplitMix64(seed: 1_234_567)
    let golden: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect(golden.map { _ in random.next() } == golden)
  }

  @Test
  func derivedNumbersNeverChange() {
    // From the first numbers above by hand: the high word of the product, the top 53 bits.
    var random = SplitMix64(seed: 0)
    #expect(random.below(1_000) == 883)
    #expect(random.below(2) == 0)
    random = SplitMix64(seed: 0)
    #expect(random.unit() == Double(0xE220_A839_7B1D_CDAF as UInt64 >> 11) / 9_007_199_254_740_992)
  }

  @Test
  func numbersBelowABoundFillIt() {
    var random = SplitMix64(seed: 42)
    for bound in [1, 2, 3, 10, 1_000] {
      var counts = [Int](repeating: 0, count: bound)
      for _ in 0..<(bound * 200) { counts[random.below(bound)] += 1 }
      #expect(counts.allSatisfy { $0 > 100 && $0 < 320 || bound == 1 }, "\(bound)")
    }
    #expect((0..<100).allSatisfy { _ in random.below(Int.max) >= 0 })
  }

  @Test
  func unitsAreBelowOne() {
    var random = SplitMix64(seed: 1)
    var sum = 0.0
    for _ in 0..<10_000 {
      let unit = random.unit()
      #expect(unit >= 0 && unit < 1)
      sum += unit
    }
    #expect(abs(sum / 10_000 - 0.5) < 0.02)
  }
}
