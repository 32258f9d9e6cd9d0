// A keyed hash: without the key nobody can tell which input a hash belongs to, even if there are few
// possible inputs, such as network addresses.
//
// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (INDOCRYPT 2012), SipHash-2-4.

/// SipHash-2-4 with a key of 128 bits.
public struct SipHash: Sendable {
  private let key: (UInt64, UInt64)

  /// Makes a hash with a given key.
  public init(key: (UInt64, UInt64)) { self.key = key }

  /// Makes a hash whose key is made of `salt`, of any length.
  public init(salt: some Collection<UInt8>) {
    let bytes = Array(salt)
    key = bytes.withUnsafeBufferPointer {
      (SipHash(key: (0, 1)).hash($0), SipHash(key: (2, 3)).hash($0))
    }
  }

  /// The hash of `bytes`.
  public func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var v0 = key.0 ^ 0x736f_6d65_7073_6575
    var v1 = key.1 ^ 0x646f_7261_6e64_6f6d
    var v2 = key.0 ^ 0x6c79_6765_6e65_7261
    var v3 = key.1 ^ 0x7465_6462_7974_6573
    func round() {
      v0 &+= v1
      v1 = (v1 << 13 | v1 >> 51) ^ v0
      v0 = v0 << 32 | v0 >> 32
      v2 &+= v3
      v3 = (v3 << 16 | v3 >> 48) ^ v2
      v0 &+= v3
      v3 = (v3 << 21 | v3 >> 43) ^ v0
      v2 &+= v1
      v1 = (v1 << 17 | v1 >> 47) ^ v2
      v2 = v2 << 32 | v2 >> 32
    }
    func take(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }
    var word: UInt64 = 0
    for (i, byte) in bytes.enumerated() {
      word |= UInt64(byte) << UInt64(8 * (i & 7))
      if i & 7 == 7 {
        take(word)
        word = 0
      }
    }
    take(word | UInt64(truncatingIfNeeded: bytes.count) << 56)
    v2 ^= 0xff
    for _ in 0..<4 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }
}
