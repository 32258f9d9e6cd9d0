// The selection of the least keys against sorting.

import QACBinary
import Testing

@Suite struct SelectionTests {
  @Test(arguments: UInt64(0)..<100)
  func theLeastKeysComeFirst(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let count = random.below(60)
    var keys = (0..<count).map { UInt64(random.below(1 << 20)) << 20 | UInt64($0) }
    if seed % 3 == 0 { keys.sort() }
    if seed % 3 == 1 { keys.sort(by: >) }
    let sorted = keys.sorted()
    for wanted in [0, 1, count / 3, count / 2, count - 1, count] where (0...count).contains(wanted)
    {
      var copy = keys
      copy.withUnsafeMutableBufferPointer { Selection.putLeast(wanted, first: $0) }
      #expect(copy.sorted() == sorted)
      #expect(copy[..<wanted].sorted() == Array(sorted[..<wanted]))
    }
  }
}
