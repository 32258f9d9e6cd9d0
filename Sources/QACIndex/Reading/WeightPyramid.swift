// Weights of things in order, such that the mass of a range is one subtraction and the heaviest of a
// range are found without reading it: sums, and the maxima of `BlockMaxima`.

public import QACBinary

/// Borrowed weights; valid while the memory behind them is.
@frozen
public struct WeightPyramid {
  /// Sums of all weights before, and the total; first 0.
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
