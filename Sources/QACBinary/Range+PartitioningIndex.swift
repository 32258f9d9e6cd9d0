// Binary search, written once for all modules.
//
//     let low = (0..<times.count).partitioningIndex { times[$0] >= time }  // at `time` or later
//     let high = (low..<times.count).partitioningIndex { times[$0] > time }  // after `time`
//
// It searches positions, not a collection, so it also fits borrowed arrays, packed arrays and
// arrays that are reached through another one. The name and the meaning are those of
// swift-algorithms: https://github.com/apple/swift-algorithms/blob/main/Guides/Partition.md
// Invariant: every position below `low` fails the predicate, every one from `high` on satisfies it.
// Cost: at most floor(log2(n)) + 1 calls of the predicate for n positions, none for no position.
// Search and predicate are inlined into the caller: nothing is allocated, no closure is called.

extension Range<Int> {
  /// The first position that satisfies `isInSecondPart`, or `upperBound` if none does.
  ///
  /// - Precondition: No position that fails `isInSecondPart` follows one that satisfies it.
  /// - Complexity: O(log(`count`)) calls of `isInSecondPart`.
  @inlinable
  @inline(__always)
  public func partitioningIndex(where isInSecondPart: (Int) -> Bool) -> Int {
    var low = lowerBound
    var high = upperBound
    while low < high {
      let middle = low &+ Int(bitPattern: UInt(bitPattern: high &- low) &>> 1)
      if isInSecondPart(middle) { high = middle } else { low = middle &+ 1 }
    }
    return low
  }
}
