// Reads scalars from bytes that need not be UTF-8.
//
// Each maximal ill-formed part is read as U+FFFD, as in `String(decoding:as:)`.
// Cost: a few steps per byte.
// Source: Unicode 3.9, table 3-7 and "U+FFFD substitution of maximal subparts".

/// Reads scalars from bytes.
enum UTF8Decoder {
  private static let replacement: UInt32 = 0xFFFD

  /// The scalar at `position`, which moves past it.
  ///
  /// - Precondition: `position < bytes.count`.
  @inline(__always)
  static func scalar(in bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) -> UInt32 {
    let first = bytes[position]
    position += 1
    return first < 0x80 ? UInt32(first) : rest(of: first, in: bytes, at: &position)
  }

  private static func rest(
    of first: UInt8, in bytes: UnsafeBufferPointer<UInt8>, at position: inout Int
  ) -> UInt32 {
    let count: Int
    // The allowed second bytes: fewer for some first bytes, to exclude overlong forms and
    // surrogates.
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: count = 1
    case 0xE0...0xEF:
      count = 2
      if first == 0xE0 { second = 0xA0...0xBF }
      if first == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      count = 3
      if first == 0xF0 { second = 0x90...0xBF }
      if first == 0xF4 { second = 0x80...0x8F }
    default: return replacement
    }
    var scalar = UInt32(first) & (0x3F >> UInt32(count))
    for i in 0..<count {
      guard position < bytes.count else { return replacement }
      let byte = bytes[position]
      guard i == 0 ? second.contains(byte) : byte & 0xC0 == 0x80 else { return replacement }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
      position += 1
    }
    return scalar
  }
}
