// Which stems of texts a stem of queries means: a table of probabilities.
//
//     stems     12 40 ...                   terms, ascending
//     offsets   0 3 5 ...                   per row, the number of its first entry
//     targets   7 12 90 | 40 51 | ...       terms, ascending within a row
//     shares    .1 .6 .05 | .8 .1 | ...
//
// Invariant (verified): offsets ascend to the number of entries; stems ascend strictly, targets
// strictly within a row, and all are terms.
// Cost: some 4 bytes per entry; a row is found in O(log rows).
// Source: docs/retrieval.md.

public import QACBinary

/// Borrowed translations; valid as long as the memory behind them.
@frozen
public struct TranslationsView {
  /// The sections that hold them: a file has all or none.
  static let sections: [IndexSection] = [
    .translationStems, .translationOffsets, .translationTargets, .translationShares,
  ]

  /// The stem of queries of each row, ascending.
  public let stems: PackedArray<UInt32>
  /// The number of each row's first entry, and the end.
  public let offsets: AscendingArray
  /// The stems of texts, ascending within a row.
  public let targets: PackedArray<UInt32>
  @usableFromInline let shares: UnsafeBufferPointer<UInt8>

  init(_ arrays: SectionArrays) throws(IndexError) {
    stems = try arrays.packed(.translationStems)
    if stems.isEmpty { throw arrays.error(.translationStems, "it is empty") }
    offsets = try arrays.ascending(.translationOffsets, stems.count + 1)
    targets = try arrays.packed(.translationTargets)
    shares = try arrays.plain(.translationShares, targets.count)
  }

  /// The entries of `stem`; none if it has no row.
  public func row(of stem: UInt32) -> Range<Int> {
    let place = (0..<stems.count).partitioningIndex { stems[$0] >= stem }
    if place == stems.count || stems[place] != stem { return 0..<0 }
    let (low, high) = offsets.bounds(place)
    return Int(truncatingIfNeeded: low)..<Int(truncatingIfNeeded: high)
  }

  /// How likely a text has the stem of entry `i` because a query has that of its row, 0 to 1.
  @inlinable
  public func share(_ i: Int) -> Float {
    let root = Float(shares[i]) * (1 / 255)
    return root * root
  }

  /// The code of a share: its square root in 255ths.
  static func code(_ share: Float) -> UInt8 {
    UInt8(min(max((share.squareRoot() * 255).rounded(), 0), 255))
  }
}
