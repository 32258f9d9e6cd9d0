// The 64-bit hash behind feature keys. It is written into index files, so it never changes.
//
// `StableHash.of(bytes, seed)` is FNV-1a over the bytes, started from the offset basis xor the
// mixed seed, and then the 64-bit finaliser of MurmurHash3. Swift's own `Hasher` has another seed
// in each process, so its values must never reach a file.
// Cost: one multiplication per byte. Collisions: about n^2 / 2^65 among n distinct keys.
// Source: Fowler, Noll, Vo (FNV-1a, 64 bit); Appleby, MurmurHash3 `fmix64`.

/// A fixed 64-bit hash of byte strings.
public enum StableHash {
  /// Spreads the bits of `value` over all 64.
  @inlinable
  public static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    z = (z ^ (z >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return z ^ (z >> 33)
  }

  /// The running hash of no bytes.
  @inlinable
  public static var start: UInt64 { 0xCBF2_9CE4_8422_2325 }

  /// The running hash `hash` with one more byte; `mix` turns it into the final hash.
  @inlinable
  public static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  /// The hash of `bytes` under `seed`.
  ///
  /// - Complexity: O(`bytes.count`).
  @inlinable
  public static func of(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64) -> UInt64 {
    var hash = start ^ mix(seed)
    for byte in bytes { hash = step(hash, byte) }
    return mix(hash)
  }

  /// The hash of `bytes` under `seed`.
  @inlinable
  public static func of(_ bytes: [UInt8], seed: UInt64) -> UInt64 {
    bytes.withUnsafeBufferPointer { of($0, seed: seed) }
  }
}
