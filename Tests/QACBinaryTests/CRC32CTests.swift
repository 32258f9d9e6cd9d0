// The checksum against published values and a bit-by-bit oracle.

import QACBinary
import QACTestSupport
import Testing

struct CRC32CTests {
  @Test
  func publishedValues() {
    // RFC 3720, appendix B.4, except for the first, which is the customary check value.
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.of([]) == 0)
    #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.of(Array(0..<32)) == 0x46DD_794E)
    #expect(CRC32C.of(Array((0..<32).reversed())) == 0x113F_DB5C)
  }

  /// The definition, a bit at a time.
  private func oracle(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
    }
    return ~crc
  }

  @Test
  func agreesWithTheDefinitionAtEveryAlignment() throws {
    try withEvery("seed", in: UInt64(0)..<100) { seed in
      var random = SplitMix64(seed: seed)
      let bytes = (0..<80).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let start = random.below(9)
      let end = start + random.below(bytes.count - start + 1)
      let sum = bytes.withUnsafeBytes {
        CRC32C.of(UnsafeRawBufferPointer(rebasing: $0[start..<end]))
      }
      #expect(sum == oracle(bytes[start..<end]), "seed \(seed)")
    }
  }

  @Test
  func everyFlippedBitChangesIt() {
    let bytes = Array("a small section of an index".utf8)
    let sum = CRC32C.of(bytes)
    for i in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[i] ^= 1 << bit
        #expect(CRC32C.of(damaged) != sum)
      }
    }
  }
}
