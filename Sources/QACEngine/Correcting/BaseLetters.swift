// Letters without their accents and case, for comparing what was typed with a label.
//
// Cost: a table of 25 kilobytes, made once; a letter is one look-up.

import QACText

/// The base letter of each letter: the same without accent and case.
///
/// A table over the alphabets whose accented letters are single scalars in NFC: Latin, Greek,
/// Cyrillic, Arabic, kana. Any other scalar is its own base.
enum BaseLetters {
  private static let end = 0x3100
  private static let alphabets = [0x41..<0x700, 0x1E00..<0x2000, 0x3040..<end]
  /// Letters with a stroke, which Unicode does not decompose into a letter and a mark.
  private static let strokes: [(Unicode.Scalar, Unicode.Scalar)] = [
    ("đ", "d"), ("Đ", "d"), ("ħ", "h"), ("Ħ", "h"), ("ı", "i"), ("ł", "l"), ("Ł", "l"), ("ø", "o"),
    ("Ø", "o"), ("ŧ", "t"), ("Ŧ", "t"),
  ]

  /// The base of every scalar below U+3100.
  static let table: [UInt16] = {
    var table = (0..<end).map { UInt16($0) }
    for alphabet in alphabets {
      for value in alphabet {
        guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
        table[value] = UInt16(truncatingIfNeeded: base(of: scalar).value)
      }
    }
    for (letter, base) in strokes { table[Int(letter.value)] = UInt16(base.value) }
    return table
  }()

  private static func base(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    let parts = UnicodeText.compatibilityDecomposition(scalar).unicodeScalars
    guard let base = parts.first, base.value < end,
      parts.dropFirst().allSatisfy({ $0.properties.generalCategory == .nonspacingMark })
    else { return scalar }
    guard let small = UnicodeText.caseFolding(base)?.unicodeScalars, small.count == 1 else {
      return base
    }
    return small.first ?? base
  }

  /// By the first byte of a base letter (`leadPlace`): the first bytes of the scalars beyond ASCII
  /// with such a base, as the bits of `lead`.
  static let leads: [UInt64] = {
    var leads = [UInt64](repeating: 0, count: asciiPlace + 1)
    for (letter, base) in table.enumerated() where letter >= 0x80 {
      leads[leadPlace(UInt32(base))] |= lead(UInt32(letter))
    }
    return leads
  }()

  /// The place in `leads` of all base letters of ASCII: behind those of the 64 bytes from 0xC0 on.
  private static let asciiPlace = 64

  /// The place in `leads` of the first byte of `letter`.
  @inline(__always)
  static func leadPlace(_ letter: UInt32) -> Int {
    letter < 0x80 ? asciiPlace : lead(letter).trailingZeroBitCount
  }

  /// The first byte of `letter`, beyond ASCII, in UTF-8, as a bit: bit 0 for 0xC0.
  @inline(__always)
  static func lead(_ letter: UInt32) -> UInt64 {
    let byte = ScalarKey(letter).key >> 24
    return byte < 0xC0 ? 0 : 1 &<< UInt64(byte & 0x3F)
  }

  /// The first bytes of marks, as the bits of `lead`.
  static let markLeads: UInt64 = (0x300..<UInt32(end)).reduce(0) {
    isMark($1) ? $0 | lead($1) : $0
  }

  /// The base of `letter`, by `table`.
  @inline(__always)
  static func base(of letter: UInt32, in table: [UInt16]) -> UInt32 {
    letter < end ? UInt32(table[Int(letter)]) : letter
  }

  /// Whether two texts have the same base letters, in `table`, apart from marks.
  static func areEqual(
    _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>, _ table: [UInt16]
  ) -> Bool {
    var (i, j) = (0, 0)
    while true {
      var (x, y) = (UTF8Scalars.next(a, &i), UTF8Scalars.next(b, &j))
      while let mark = x, isMark(mark) { x = UTF8Scalars.next(a, &i) }
      while let mark = y, isMark(mark) { y = UTF8Scalars.next(b, &j) }
      guard let x, let y else { return x == nil && y == nil }
      if base(of: x, in: table) != base(of: y, in: table) { return false }
    }
  }

  /// Whether `letter` is a mark on the letter before: an accent, a Hebrew or Arabic vowel sign, the
  /// voicing of a kana.
  @inline(__always)
  static func isMark(_ letter: UInt32) -> Bool {
    if letter < 0x300 { return false }
    return letter < 0x370 || (0x591...0x5BD).contains(letter) || (0x64B...0x652).contains(letter)
      || letter == 0x3099 || letter == 0x309A
  }
}
