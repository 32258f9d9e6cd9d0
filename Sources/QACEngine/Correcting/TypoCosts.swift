// What a typing error costs: the weights of the edit distance between a typed prefix and a label.
//
// Costs are whole eighths, so that sums are exact and a search can count them; one full error is 8.
// Letters are compared as Unicode scalars of normalised text.
//
//     letter differs by accent or case alone       2   (e, é; in verbatim texts also a, A)
//     doubled letter dropped or added              4
//     space dropped or added                       4
//     combining mark dropped or added              4
//     neighbouring key                             5
//     two letters in the wrong order               5
//     any other letter dropped or added            6
//     any other letter for another                 8
//     the error stands at the beginning          + 4
//     the neighbouring key stands at the end     + 2
//
// An error stands at the beginning where nothing is behind it in the typed text or in the label. At the
// end of what was typed nothing that follows has confirmed it yet: whoever typed "newp" may go on to what
// nobody typed before. There a letter is never too many, unless doubled, nor just any other.
// Source: the weighted edit distance with transpositions of neighbours (Damerau 1964), restricted to
// one edit a letter; that beginnings are seldom mistyped: Pollock and Zamora, JASIS 1983.

import QACText

/// Weights of typing errors, in eighths of a full error.
enum TypoCosts {
  /// Eighths in a full error.
  static let unit = 8
  static let accent: UInt8 = 2
  static let doubled: UInt8 = 4
  static let space: UInt8 = 4
  static let mark: UInt8 = 4
  static let neighbour: UInt8 = 5
  static let transposition: UInt8 = 5
  static let letter: UInt8 = 6
  static let substitution: UInt8 = 8
  static let beginning: UInt8 = 4
  static let ending: UInt8 = 2

  /// The cheapest letter dropped or added: bounds how far two texts shift against each other.
  static let cheapestShift: UInt8 = 4
  /// The largest budget.
  static let greatestBudget: UInt8 = 16
  /// How much more than the cheapest correction another may cost: nobody means two errors where one
  /// explains what was typed.
  static let slack: UInt8 = 2

  /// What the errors of a prefix of `scalars` letters may cost together.
  ///
  /// A prefix of one or two letters says too little to be corrected; three or four letters may have
  /// one lesser error, five one error of any kind but a foreign first letter, eight two errors.
  static func budget(scalars: Int) -> UInt8 {
    switch scalars {
    case ..<3: return 0
    case 3...4: return 6
    case 5...7: return 10
    default: return greatestBudget
    }
  }

  /// The cost of dropping or adding `letter` behind `previous`, away from the beginning.
  @inline(__always)
  static func shift(_ letter: UInt32, after previous: UInt32) -> UInt8 {
    if letter == previous { return doubled }
    if letter == 0x20 { return space }
    return LetterFolding.isMark(letter) ? mark : Self.letter
  }
}

/// Which letters lie beside each other on a keyboard.
///
/// QWERTY, QWERTZ and AZERTY at once: a key counts as a neighbour where it is one on any of them, or
/// where the layouts exchange the two (y and z, w and z, a and q). Digits and punctuation are left
/// out: in numbers and commands a neighbouring key means something else.
enum KeyNeighbours {
  private static let layouts: [[StaticString]] = [
    ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
    ["qwertzuiop", "asdfghjkl", "yxcvbnm"],
    ["azertyuiop", "qsdfghjklm", "wxcvbn"],
  ]
  private static let exchanged: [StaticString] = ["yz", "wz", "aq"]

  /// For each letter a to z, bit i is set where the i-th letter is a neighbour.
  static let masks: [UInt32] = {
    var masks = [UInt32](repeating: 0, count: 26)
    func pair(_ a: UInt8, _ b: UInt8) {
      masks[Int(a - 0x61)] |= 1 << UInt32(b - 0x61)
      masks[Int(b - 0x61)] |= 1 << UInt32(a - 0x61)
    }
    for layout in layouts {
      let rows = layout.map { $0.withUTF8Buffer { Array($0) } }
      for (r, row) in rows.enumerated() {
        for (c, key) in row.enumerated() {
          if c > 0 { pair(row[c - 1], key) }
          // Each row is shifted right by less than a key: below a key lie two.
          guard r + 1 < rows.count else { continue }
          for below in [c - 1, c] where rows[r + 1].indices.contains(below) {
            pair(key, rows[r + 1][below])
          }
        }
      }
    }
    for two in exchanged { two.withUTF8Buffer { pair($0[0], $0[1]) } }
    return masks
  }()

  /// The mask of the neighbours of the letter `folded`; 0 where it is not a to z.
  @inline(__always)
  static func mask(_ folded: UInt32, in masks: [UInt32]) -> UInt32 {
    folded &- 0x61 < 26 ? masks[Int(folded &- 0x61)] : 0
  }

  /// The bit of the letter `folded` in a mask; 0 where it is not a to z.
  @inline(__always)
  static func bit(_ folded: UInt32) -> UInt32 {
    folded &- 0x61 < 26 ? 1 << (folded &- 0x61) : 0
  }
}

/// Letters without their accents and case.
///
/// A table over the alphabets whose accented letters are single scalars in NFC: Latin, Greek, Cyrillic,
/// Arabic, kana. Other scalars are their own folding.
enum LetterFolding {
  private static let end = 0x3100
  private static let alphabets = [0x41..<0x700, 0x1E00..<0x2000, 0x3040..<end]
  /// Letters whose stroke is no mark that Unicode takes off.
  private static let strokes: [(Unicode.Scalar, Unicode.Scalar)] = [
    ("đ", "d"), ("Đ", "d"), ("ħ", "h"), ("Ħ", "h"), ("ı", "i"), ("ł", "l"), ("Ł", "l"), ("ø", "o"),
    ("Ø", "o"), ("ŧ", "t"), ("Ŧ", "t"),
  ]

  /// The folding of every scalar below U+3100.
  static let table: [UInt16] = {
    var table = (0..<end).map { UInt16($0) }
    for alphabet in alphabets {
      for value in alphabet {
        guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
        table[value] = UInt16(truncatingIfNeeded: folding(scalar).value)
      }
    }
    for (letter, base) in strokes { table[Int(letter.value)] = UInt16(base.value) }
    return table
  }()

  private static func folding(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let parts = UnicodeText.compatibilityDecomposition(scalar).unicodeScalars
    guard let base = parts.first, base.value < end,
      parts.dropFirst().allSatisfy({ $0.properties.generalCategory == .nonspacingMark })
    else { return scalar }
    guard let folded = UnicodeText.caseFolding(base)?.unicodeScalars, folded.count == 1 else {
      return base
    }
    return folded.first ?? base
  }

  /// For each first byte from 0xC0 on, and at last for ASCII, those of the scalars beyond ASCII that fold
  /// to one which begins so; as bits.
  static let leads: [UInt64] = {
    var leads = [UInt64](repeating: 0, count: 65)
    for (letter, folded) in table.enumerated() where letter >= 0x80 {
      leads[leadPlace(UInt32(folded))] |= lead(UInt32(letter))
    }
    return leads
  }()

  /// The place in `leads` of what `letter` begins with.
  @inline(__always)
  static func leadPlace(_ letter: UInt32) -> Int {
    letter < 0x80 ? 64 : lead(letter).trailingZeroBitCount
  }

  /// What `letter`, beyond ASCII, begins with in UTF-8, as a bit: its first byte less 0xC0.
  @inline(__always)
  static func lead(_ letter: UInt32) -> UInt64 {
    let byte = ScalarKey(letter).key >> 24
    return byte < 0xC0 ? 0 : 1 &<< UInt64(byte & 0x3F)
  }

  /// What marks begin with.
  static let markLeads: UInt64 = (0x300..<UInt32(end)).reduce(0) {
    isMark($1) ? $0 | lead($1) : $0
  }

  /// `letter` without accent and case.
  @inline(__always)
  static func fold(_ letter: UInt32, in table: [UInt16]) -> UInt32 {
    letter < end ? UInt32(table[Int(letter)]) : letter
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
