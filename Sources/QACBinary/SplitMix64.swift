// A small seeded generator of random numbers, the only one in the project.
//
// Invariant: the sequence depends only on the seed, on every platform and in every version, since
// built indexes and published figures depend on it.
// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, §3
// (SplitMix64).

/// A seeded generator of 64-bit numbers whose sequence never changes between versions.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  /// Makes a generator; equal seeds give equal sequences.
  @inlinable
  public init(seed: UInt64) {
    state = seed
  }

  /// The next number, uniform on all 64-bit values.
  @inlinable
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number uniform on `0 ..< bound`, made by multiplication; the bias is below `bound / 2^64`.
  ///
  /// - Precondition: `bound > 0`.
  @inlinable
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "below(\(bound)): the bound must be positive")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number uniform on `[0, 1)` with 53 random bits.
  @inlinable
  public mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }
}
