// Weights of things in order, as sums and as the maxima of `BlockMaxima`. So the mass of a range is
// one subtraction, and the heaviest things in a range are found without reading all of it.

public import QACBinary

/// Borrowed weights; valid as long as the memory behind them.
@frozen
public struct WeightPyramid {
  /// For each weight the sum of all weights before it, beginning with 0, and the total.
  public let sums: AscendingArray
  /// The pyramid of maxima.
  public let maxima: PackedArray<UInt32>

  /// Makes a view of weights.
  ///
  /// - Precondition: `sums` is not empty, `maxima` has the levels of `BlockMaxima`.
  @inlinable
  public init(sums: AscendingArray, maxima: PackedArray<UInt32>) {
    self.sums = sums
    self.maxima = maxima
  }

  /// The number of weights.
  @inlinable
  public var count: Int { sums.count &- 1 }

  /// Weight `i`.
  @inlinable
  public subscript(_ i: Int) -> UInt64 { sums.rise(i) }

  /// The sum of the weights in `range`.
  @inlinable
  public func mass(of range: Range<Int>) -> UInt64 {
    sums[range.upperBound] - sums[range.lowerBound]
  }
}
