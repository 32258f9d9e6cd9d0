// Turns text in another encoding into UTF-8, if the user says which one it is.
//
// An encoding is never guessed: Latin-1 gives a text to any bytes, so a wrong guess would be silent.
// Sources: RFC 2781 (UTF-16); WHATWG Encoding Standard, windows-1252.

/// The encodings of logs.
public enum LogEncoding: String, Sendable, CaseIterable {
  /// UTF-8.
  case utf8 = "utf-8"
  /// UTF-16, by its byte order mark; without one, little endian, as Windows writes it.
  case utf16 = "utf-16"
  /// UTF-16, little endian.
  case utf16le = "utf-16le"
  /// UTF-16, big endian.
  case utf16be = "utf-16be"
  /// ISO 8859-1, read as Windows-1252, which has the same letters and more.
  case latin1 = "latin-1"
}

/// Converts a stream of pieces to UTF-8.
///
/// Invariant: the text is the same however the bytes are cut into pieces. A half of a surrogate pair
/// without the other becomes U+FFFD, and so does a byte at the end that is half a unit.
struct LogDecoder {
  private let encoding: LogEncoding
  private var isBigEndian: Bool?
  private var half: UInt8?
  private var high: UInt16?
  /// The converted text of the last piece.
  private(set) var text: [UInt8] = []

  init(_ encoding: LogEncoding) {
    self.encoding = encoding
    switch encoding {
    case .utf16le: isBigEndian = false
    case .utf16be: isBigEndian = true
    default: isBigEndian = nil
    }
  }

  /// Converts `piece` into `text`.
  mutating func convert(_ piece: UnsafeBufferPointer<UInt8>) {
    text.removeAll(keepingCapacity: true)
    if encoding == .latin1 {
      for byte in piece { append(byte < 0xA0 ? Self.windows(byte) : UInt32(byte)) }
      return
    }
    for byte in piece {
      guard let first = half else {
        half = byte
        continue
      }
      half = nil
      guard let isBigEndian else {
        // The first unit of `utf-16`.
        self.isBigEndian = first == 0xFE && byte == 0xFF
        if (first, byte) == (0xFE, 0xFF) || (first, byte) == (0xFF, 0xFE) { continue }
        take(UInt16(byte) << 8 | UInt16(first))
        continue
      }
      take(isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first))
    }
  }

  /// Converts what the last piece left unfinished into `text`.
  mutating func finish() {
    text.removeAll(keepingCapacity: true)
    if high != nil || half != nil { append(0xFFFD) }
    high = nil
    half = nil
  }

  private mutating func take(_ unit: UInt16) {
    if let first = high {
      high = nil
      if unit & 0xFC00 == 0xDC00 {
        return append(0x1_0000 + UInt32(first & 0x3FF) << 10 + UInt32(unit & 0x3FF))
      }
      append(0xFFFD)
    }
    switch unit & 0xFC00 {
    case 0xD800: high = unit
    case 0xDC00: append(0xFFFD)
    default: append(UInt32(unit))
    }
  }

  private mutating func append(_ value: UInt32) {
    let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
    text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// The scalar of a byte below 0xA0 in Windows-1252.
  private static func windows(_ byte: UInt8) -> UInt32 {
    byte < 0x80 ? UInt32(byte) : upper[Int(byte) - 0x80]
  }

  private static let upper: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]
}
