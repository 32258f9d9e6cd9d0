// Binary search against linear search.

import QACBinary
import QACTestSupport
import Testing

@Suite struct PartitioningIndexTests {
  @Test func findsWhatALinearSearchFinds() throws {
    try withEvery("seed", in: UInt64(0)..<500) { seed in
      var random = SplitMix64(seed: seed)
      // Few values, so that many numbers are equal; some arrays are empty.
      let numbers = (0..<random.below(40)).map { _ in random.below(12) }.sorted()
      let start = random.below(numbers.count + 1)
      let range = start..<start + random.below(numbers.count - start + 1)
      for value in -1...12 {
        let name: Comment = "seed \(seed), value \(value)"
        let atOrAfter = range.partitioningIndex { numbers[$0] >= value }
        #expect(atOrAfter == range.first { numbers[$0] >= value } ?? range.upperBound, name)
        let after = range.partitioningIndex { numbers[$0] > value }
        #expect(after == range.first { numbers[$0] > value } ?? range.upperBound, name)
      }
    }
  }

  @Test func asksOnlyPositionsOfTheRangeAndFew() {
    for count in 0...130 {
      for cut in 0...count {
        let range = 7..<7 + count
        var calls = 0
        let found = range.partitioningIndex { position in
          #expect(range.contains(position))
          calls += 1
          return position >= 7 + cut
        }
        #expect(found == 7 + cut, "\(cut) of \(count)")
        #expect(calls <= Int.bitWidth - count.leadingZeroBitCount, "\(cut) of \(count)")
      }
    }
  }

  @Test func reachesTheEndsOfInt() {
    let all = Int.min..<Int.max
    for value in [Int.min, Int.min + 1, -1, 0, 1, Int.max - 1, Int.max] {
      let found = all.partitioningIndex { $0 >= value }
      #expect(found == value)
    }
  }
}
