// The letters of a normalised text as others might write it: without accents, spaces and symbols.
//
//     plain      müller -> muller    öffi -> offi    łódź -> lodz    ærø -> aero    wi fi -> wifi
//     spelt out  müller -> mueller   öffi -> oeffi   å -> aa         ø -> oe
//
// Two texts are ways of writing the same if either reading of one has the letters of either reading
// of the other. What stands between the letters (spaces, symbols) is told beside each letter.
// Cost: a table look-up per letter beyond ASCII.

import QACText

/// How letters with an umlaut, ring or stroke are read.
enum VariantReading: UInt32, CaseIterable {
  /// As the letter without it.
  case plain = 0
  /// As two letters, as where a keyboard lacks them.
  case speltOut = 1

  /// Whether `text` reads otherwise spelt out than plain.
  static func isAmbiguous(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while let scalar = UTF8Scalars.next(text, &at) {
      if scalar >= 0x80, plain.letters(of: scalar) == nil, speltOut.letters(of: scalar) != nil {
        return true
      }
    }
    return false
  }

  /// Both letters of `scalar`, if it is read as two.
  @inline(__always)
  func letters(of scalar: UInt32) -> (UInt32, UInt32)? {
    switch scalar {
    case 0xE6: return (0x61, 0x65)  // æ
    case 0x153: return (0x6F, 0x65)  // œ
    case 0xFE: return (0x74, 0x68)  // þ
    default: break
    }
    if self == .plain { return nil }
    switch scalar {
    case 0xE4: return (0x61, 0x65)  // ä
    case 0xF6, 0xF8: return (0x6F, 0x65)  // ö, ø
    case 0xFC: return (0x75, 0x65)  // ü
    case 0xE5: return (0x61, 0x61)  // å
    default: return nil
    }
  }
}

/// Reads the letters of one text, one by one.
struct VariantLetters {
  /// Scalars from here on keep their accents: the voicing of a kana makes another syllable.
  private static let kana: UInt32 = 0x3040

  private let text: UnsafeBufferPointer<UInt8>
  private let bases: [UInt16]
  private let reading: VariantReading
  /// The second of two letters that one scalar is read as, or 0.
  private var second: UInt32 = 0
  /// The byte behind the letters that were read.
  private(set) var position: Int
  /// The byte at which the last letter begins.
  private(set) var start: Int
  /// Whether white space stands before the last letter that was read.
  private(set) var isBehindSpace = false
  /// Whether a letter was read that would be two if it were spelt out.
  private(set) var isAmbiguous = false
  /// The symbols before the last letter that was read, as a number; 0 without one.
  private(set) var symbols: UInt32 = 0

  /// Reads `text` from byte `start` on; `bases` is `BaseLetters.table`.
  init(
    _ text: UnsafeBufferPointer<UInt8>, as reading: VariantReading, from start: Int = 0,
    _ bases: [UInt16]
  ) {
    self.text = text
    self.bases = bases
    self.reading = reading
    self.start = start
    position = start
  }

  /// Whether `scalar` is a mark that people leave out: those of `BaseLetters`, and the other points
  /// of Hebrew.
  @inline(__always)
  private static func isMark(_ scalar: UInt32) -> Bool {
    BaseLetters.isMark(scalar) || scalar &- 0x5BF < 9
  }

  /// The next letter; 0 at the end.
  @inline(__always)
  mutating func next() -> UInt32 {
    isBehindSpace = false
    symbols = 0
    if second != 0 {
      defer { second = 0 }
      return second
    }
    while position < text.count {
      start = position
      let byte = text[position]
      if byte < 0x80 {
        position += 1
        if byte &- 0x61 < 26 || byte &- 0x30 < 10 { return UInt32(byte) }
        if Tokenizer.isSpace(byte) {
          isBehindSpace = true
        } else {
          symbols = symbols << 8 | UInt32(byte)
        }
        continue
      }
      guard let scalar = UTF8Scalars.next(text, &position) else { break }
      if VariantReading.speltOut.letters(of: scalar) != nil { isAmbiguous = true }
      if let both = reading.letters(of: scalar) {
        second = both.1
        return both.0
      }
      if scalar >= Self.kana { return scalar }
      if scalar == 0xF0 { return 0x64 }  // ð
      if !Self.isMark(scalar) { return BaseLetters.base(of: scalar, in: bases) }
    }
    start = text.count
    return 0
  }
}
