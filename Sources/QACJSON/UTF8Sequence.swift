// Recognises well-formed UTF-8, one sequence at a time.
//
// Cost: at most four bytes are looked at per sequence; no table.
// Source: The Unicode Standard 15, table 3-7, "Well-Formed UTF-8 Byte Sequences".

/// Recognises well-formed UTF-8 sequences.
package enum UTF8Sequence {
  /// U+FFFD, which replaces what cannot be represented.
  package static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// The length of the well-formed sequence at `i` in bytes, 1 to 4, or 0 if there is none.
  @inlinable
  @inline(__always)
  package static func length(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Int {
    let lead = bytes[i]
    if lead < 0x80 { return 1 }
    let left = bytes.count - i
    switch lead {
    case 0xC2...0xDF:
      return left >= 2 && isTail(bytes[i + 1]) ? 2 : 0
    case 0xE0...0xEF:
      guard left >= 3, isTail(bytes[i + 1]), isTail(bytes[i + 2]) else { return 0 }
      if lead == 0xE0 && bytes[i + 1] < 0xA0 { return 0 }
      if lead == 0xED && bytes[i + 1] > 0x9F { return 0 }
      return 3
    case 0xF0...0xF4:
      guard left >= 4, isTail(bytes[i + 1]), isTail(bytes[i + 2]), isTail(bytes[i + 3]) else {
        return 0
      }
      if lead == 0xF0 && bytes[i + 1] < 0x90 { return 0 }
      if lead == 0xF4 && bytes[i + 1] > 0x8F { return 0 }
      return 4
    default:
      return 0
    }
  }

  @inlinable
  @inline(__always)
  static func isTail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  /// Appends the UTF-8 form of the scalar value `scalar`, which must not be a surrogate.
  package static func append(_ scalar: UInt32, to output: inout [UInt8]) {
    switch scalar {
    case 0..<0x80:
      output.append(UInt8(scalar))
    case 0x80..<0x800:
      output.append(0xC0 | UInt8(scalar >> 6))
      output.append(0x80 | UInt8(scalar & 0x3F))
    case 0x800..<0x1_0000:
      output.append(0xE0 | UInt8(scalar >> 12))
      output.append(0x80 | UInt8(scalar >> 6 & 0x3F))
      output.append(0x80 | UInt8(scalar & 0x3F))
    default:
      output.append(0xF0 | UInt8(scalar >> 18 & 0x07))
      output.append(0x80 | UInt8(scalar >> 12 & 0x3F))
      output.append(0x80 | UInt8(scalar >> 6 & 0x3F))
      output.append(0x80 | UInt8(scalar & 0x3F))
    }
  }
}
