// A scalar of UTF-8 as one number, so that a scalar is compared and looked up at once.
//
// Cost: at most four bytes read per scalar; no table.

/// The scalar at a place of a text: its bytes as one number, in the order of the bytes.
struct ScalarKey: Equatable {
  /// The bytes, the first of them highest; unused places are zero.
  var key: UInt32
  /// The number of bytes.
  var count: Int

  /// Reads the scalar at `at`, within `text`; of malformed UTF-8 at least one byte.
  @inline(__always)
  init(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) {
    let first = text[at]
    var wanted = 1
    if first >= 0xC0 { wanted = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4 }
    count = min(wanted, text.count - at)
    key = UInt32(first) << 24
    for i in 1..<max(1, count) { key |= UInt32(text[at + i]) << UInt32(24 - 8 * i) }
  }

  /// The key of an ASCII character.
  @inline(__always)
  init(ascii byte: UInt8) { (key, count) = (UInt32(byte) << 24, 1) }

  /// The Unicode scalar's value; malformed bytes have numbers that no scalar has.
  @inline(__always)
  var scalar: UInt32 {
    let (a, b) = (key >> 24, key >> 16 & 0x3F)
    let (c, d) = (key >> 8 & 0x3F, key & 0x3F)
    switch count {
    case 1: return a < 0x80 ? a : 0x11_0000 | a
    case 2: return (a & 0x1F) << 6 | b
    case 3: return (a & 0x0F) << 12 | b << 6 | c
    default: return (a & 0x07) << 18 | b << 12 | c << 6 | d
    }
  }

  /// The key and number of bytes of `scalar` in UTF-8.
  @inline(__always)
  init(_ scalar: UInt32) {
    let tail = 0x80 | scalar & 0x3F
    switch scalar {
    case ..<0x80: (key, count) = (scalar << 24, 1)
    case ..<0x800: (key, count) = ((0xC0 | scalar >> 6) << 24 | tail << 16, 2)
    case ..<0x1_0000:
      key = (0xE0 | scalar >> 12) << 24 | (0x80 | scalar >> 6 & 0x3F) << 16 | tail << 8
      count = 3
    case ..<0x11_0000:
      key = (0xF0 | scalar >> 18) << 24 | (0x80 | scalar >> 12 & 0x3F) << 16
      key |= (0x80 | scalar >> 6 & 0x3F) << 8 | tail
      count = 4
    default: (key, count) = (scalar << 24, 1)
    }
  }
}
