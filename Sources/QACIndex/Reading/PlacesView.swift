// The places of an index: what people submit where.
//
// Invariant (verified): keys ascend; every place has labels, which ascend and are labels of the
// index.
// Cost: finding a place is a binary search over the keys.

public import QACBinary

/// Borrowed places; valid as long as the memory behind them.
@frozen
public struct PlacesView {
  /// The sections that hold them: a file has all or none.
  static let sections: [IndexSection] = [
    .placeKeys, .placeOffsets, .placeLabels, .placeCounts,
  ]

  /// `PlaceKey` per place, ascending.
  public let keys: UnsafeBufferPointer<UInt64>
  /// The number of each place's first label, and the end.
  let offsets: AscendingArray
  /// The labels, ascending within a place.
  public let labels: PackedArray<UInt32>
  /// How often each was submitted at its place, as a `RoundedNumber`.
  let counts: PackedArray<UInt32>

  init(_ arrays: SectionArrays) throws(IndexError) {
    keys = arrays.plain(.placeKeys)
    if keys.isEmpty { throw arrays.error(.placeKeys, "there are no places") }
    offsets = try arrays.ascending(.placeOffsets, keys.count + 1)
    labels = try arrays.packed(.placeLabels)
    counts = try arrays.packed(.placeCounts, labels.count)
  }

  /// The number of the place with `key`, or nil.
  public func find(_ key: UInt64) -> Int? {
    let place = keys.indices.partitioningIndex { keys[$0] >= key }
    return place < keys.count && keys[place] == key ? place : nil
  }

  /// Where the labels of place `i` lie.
  public func range(of i: Int) -> Range<Int> {
    let (low, high) = offsets.bounds(i)
    return Int(truncatingIfNeeded: low)..<Int(truncatingIfNeeded: high)
  }

  /// How often label `i` was submitted at its place; whole numbers up to 16 are exact.
  public func count(_ i: Int) -> Double {
    Double(RoundedNumber.value(counts[i], fractionBits: RoundedNumber.countBits))
  }
}
