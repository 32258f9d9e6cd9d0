// Counts and sums in few bits: whole numbers up to a bound are exact, greater ones are rounded.
//
// Of a number of at least 1, the exponent and the first d bits of the fraction of its f32 are kept:
// code = (bits of the f32, rounded to d bits of fraction) >> (23 - d), less the code of 1. So codes
// ascend with the numbers, whole numbers up to 2^(d + 1) are exact, and all others are within 1
// part in 2^(d + 1).

/// Numbers of at least 1 whose fraction is rounded to a fixed number of bits.
public enum RoundedNumber {
  /// The bits of fraction of how often a label followed: exact up to 16, then within 1/16.
  public static let countBits = 3
  /// The bits of fraction of 1 + a label's heat: within 1/32.
  public static let heatBits = 4

  /// The code of `value`, which is from 1 to 2^32; ties are rounded up.
  static func code(_ value: Double, fractionBits: Int) -> UInt64 {
    let bits = Float(value).bitPattern
    let rounded = bits + 1 << UInt32(22 - fractionBits)
    return UInt64(
      rounded >> UInt32(23 - fractionBits) - Float(1).bitPattern >> UInt32(23 - fractionBits))
  }

  /// The number of `code`.
  @inlinable
  static func value(_ code: UInt32, fractionBits: Int) -> Float {
    Float(
      bitPattern: Float(1).bitPattern &+ code &<< UInt32(truncatingIfNeeded: 23 &- fractionBits))
  }
}
