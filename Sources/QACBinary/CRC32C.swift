// CRC-32C (Castagnoli), the checksum of every section of an index file.
//
// Invariant: `CRC32C.of(bytes)` of the ASCII string "123456789" is 0xE3069283.
// Cost: about one cycle per byte (slicing by eight: eight table look-ups for eight bytes).
// Source: RFC 3720, appendix B.4 (polynomial and check value); Kounavis and Berry, "Novel table
// lookup-based algorithms for high-performance CRC generation", IEEE ToC 2008 (slicing by eight).

/// The CRC-32C checksum of byte strings.
public enum CRC32C {
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for i in 0..<256 {
      var crc = UInt32(i)
      for _ in 0..<8 {
        crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1
      }
      tables[i] = crc
    }
    for i in 0..<256 {
      for t in 1..<8 {
        let previous = tables[(t - 1) * 256 + i]
        tables[t * 256 + i] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
      }
    }
    return tables
  }()

  /// The checksum of `bytes`.
  ///
  /// - Complexity: O(`bytes.count`).
  public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { table in
      var crc: UInt32 = 0xFFFF_FFFF
      var i = 0
      while i + 8 <= bytes.count {
        let word =
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self))
          ^ UInt64(crc)
        crc =
          table[7 * 256 + Int(word & 0xFF)]
          ^ table[6 * 256 + Int((word >> 8) & 0xFF)]
          ^ table[5 * 256 + Int((word >> 16) & 0xFF)]
          ^ table[4 * 256 + Int((word >> 24) & 0xFF)]
          ^ table[3 * 256 + Int((word >> 32) & 0xFF)]
          ^ table[2 * 256 + Int((word >> 40) & 0xFF)]
          ^ table[1 * 256 + Int((word >> 48) & 0xFF)]
          ^ table[Int(word >> 56)]
        i += 8
      }
      while i < bytes.count {
        crc = (crc >> 8) ^ table[Int((crc ^ UInt32(bytes[i])) & 0xFF)]
        i += 1
      }
      return ~crc
    }
  }

  /// The checksum of `bytes`.
  public static func of(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { of($0) }
  }
}
