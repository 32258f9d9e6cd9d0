// Weights of things in order, such that the mass of a range is one subtraction and the heaviest of a
// range are found without reading it: sums, and the maxima of `BlockMaxima`.

/// Borrowed weights; valid while the memory behind them is.
@frozen
public struct WeightPyramid {
  /// Sums of all weights before, and the total; first 0.
  public let sums: UnsafeBufferPointer<UInt64>
  /// The pyramid of maxima.
  public let maxima: UnsafeBufferPointer<UInt32>

  /// Makes a view of weights.
  ///
  /// - Precondition: `sums` is not empty, `maxima` has the levels of `BlockMaxima`.
  @inlinable
  public init(sums: UnsafeBufferPointer<UInt64>, maxima: UnsafeBufferPointer<UInt32>) {
    self.sums = sums
    self.maxima = maxima
  }

  /// The number of weights.
  @inlinable
  public var count: Int { sums.count &- 1 }

  /// Weight `i`.
  @inlinable
  public subscript(_ i: Int) -> UInt64 { sums[i + 1] - sums[i] }

  /// The sum of the weights in `range`.
  @inlinable
  public func mass(of range: Range<Int>) -> UInt64 {
    sums[range.upperBound] - sums[range.lowerBound]
  }
}
