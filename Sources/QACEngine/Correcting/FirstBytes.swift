// The bytes with which the next scalar of a label may begin: nearly all children of a node are
// ruled out by their first byte.
//
// Cost: three words; a question is a shift and a mask.

/// A set of first bytes: the characters of ASCII, and the first bytes of other scalars.
struct FirstBytes {
  /// Below 0x40, and from there on.
  private var ascii: (low: UInt64, high: UInt64) = (0, 0)
  /// From 0xC0 on.
  private var leads: UInt64 = 0

  /// Inserts the first byte of `scalar`.
  @inline(__always)
  mutating func insert(_ scalar: UInt32) {
    if scalar < 0x40 {
      ascii.low |= 1 &<< UInt64(scalar)
    } else if scalar < 0x80 {
      ascii.high |= 1 &<< UInt64(scalar & 0x3F)
    } else {
      leads |= BaseLetters.lead(scalar)
    }
  }

  /// Inserts the letters a to z whose bits are set in `letters` (`KeyNeighbours`), and their
  /// capitals.
  @inline(__always)
  mutating func insert(letters: UInt32) {
    ascii.high |= UInt64(letters) &<< 33 | UInt64(letters) &<< 1
  }

  /// Inserts the first bytes from 0xC0 on whose bits are set in `leads` (`BaseLetters.lead`).
  @inline(__always)
  mutating func insert(leads: UInt64) { self.leads |= leads }

  /// Every first byte.
  @inline(__always)
  static var all: FirstBytes {
    FirstBytes(ascii: (UInt64.max, UInt64.max), leads: UInt64.max)
  }

  /// Whether `byte` is in, or begins no scalar.
  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    let bit = UInt64(byte & 0x3F)
    if byte < 0x80 { return (byte < 0x40 ? ascii.low : ascii.high) &>> bit & 1 != 0 }
    // A byte that begins no scalar is let through, to be looked at more closely.
    return byte < 0xC0 || leads &>> bit & 1 != 0
  }

  /// Whether nothing from `byte` on is in; false for ASCII, which is not looked at.
  @inline(__always)
  func ends(before byte: UInt8) -> Bool {
    byte >= 0xC0 && leads &>> UInt64(byte & 0x3F) == 0
  }
}
