// The library's properties of Unicode scalars, and canonical composition.
//
// The normaliser does not ask here for each scalar of a text: a query of two kilobytes would take
// milliseconds. `ScalarTable` keeps what it needs. Categories, case mappings and composition (NFC)
// come from the standard library, compatibility decompositions of single scalars from a table of
// our own (`CUnicode`). Foundation has both, but it would more than triple the size of the client.
// Nor does its composition suit: on Linux it leaves U+FF8B U+FF9E and U+AC00 U+11A8 uncomposed and
// does not know the combining classes of newer marks. The standard library's composition is the one
// behind equality of strings. It is not public yet, so it is imported as SPI, as the toolchain's
// Foundation does too.

import CUnicode
@_spi(_Unicode) import Swift

/// Properties of scalars, as the `search` profile uses them.
package enum UnicodeText {
  /// U+200D, which joins emoji into one picture.
  static let zeroWidthJoiner: Unicode.Scalar = "\u{200D}"

  /// Whether `scalar` is an emoji that stays: a pictograph or a skin tone.
  ///
  /// Digits, `#` and `*` also have the property Emoji, as parts of keycaps, but they are not
  /// symbols.
  package static func isEmoji(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x2000 { return false }  // Also ASCII and the signs © and ®.
    let properties = scalar.properties
    guard properties.isEmoji else { return false }
    switch properties.generalCategory {
    case .otherSymbol, .modifierSymbol: return true
    default: return properties.isEmojiPresentation
    }
  }

  /// Whether `scalar` is invisible and ignored when texts are compared.
  package static func isIgnorable(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x80 && scalar.properties.isDefaultIgnorableCodePoint
  }

  /// Whether `scalar` becomes a space: punctuation, a symbol, a control or white space.
  package static func separatesWords(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return true
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
      return !isEmoji(scalar)
    case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator:
      return true
    case .format:
      return scalar != zeroWidthJoiner
    default:
      return false
    }
  }

  /// The text in NFC.
  package static func composed(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text._nfc { scalars.append(scalar) }
    return String(scalars)
  }

  /// The full canonical decomposition (NFD) of `scalar`.
  package static func decomposed(_ scalar: Unicode.Scalar) -> [UInt32] {
    String(scalar)._nfd.map(\.value)
  }

  /// The compatibility decomposition of `scalar` with its case folded, or nil if that is `scalar`.
  package static func compatibilityCaseFolding(_ scalar: Unicode.Scalar) -> String? {
    if scalar.value < 0x80 { return caseFolding(scalar) }
    guard scalar.properties.changesWhenNFKCCaseFolded else { return nil }
    var result = String.UnicodeScalarView()
    for part in compatibilityDecomposition(scalar).unicodeScalars {
      if let folding = caseFolding(part) {
        result.append(contentsOf: folding.unicodeScalars)
      } else {
        result.append(part)
      }
    }
    // The property's data may be newer than the table and promise a change that it lacks.
    return result.elementsEqual(CollectionOfOne(scalar)) ? nil : String(result)
  }

  /// The full compatibility decomposition (NFKD) of `scalar`.
  package static func compatibilityDecomposition(_ scalar: Unicode.Scalar) -> String {
    if Hangul.isSyllable(scalar.value) {
      var parts = String.UnicodeScalarView()
      Hangul.forEachPart(of: scalar.value) { value in
        if let part = Unicode.Scalar(value) { parts.append(part) }
      }
      return String(parts)
    }
    guard let text = qacd_compatibility_decomposition(scalar.value) else { return String(scalar) }
    return String(cString: text)
  }

  /// The full case folding of `scalar`, or nil if it folds to itself.
  ///
  /// The folding of every scalar is the lower case of the upper case of its lower case, except for
  /// the Cherokee letters, which fold to their capitals, and dotless i, which does not change.
  package static func caseFolding(_ scalar: Unicode.Scalar) -> String? {
    if scalar.value < 0x80 {
      guard scalar.value &- 0x41 < 26 else { return nil }
      return String(Unicode.Scalar(UInt8(scalar.value | 0x20)))
    }
    let properties = scalar.properties
    guard properties.changesWhenCaseFolded else { return nil }
    switch scalar.value {
    case 0x13F8...0x13FD, 0xAB70...0xABBF: return properties.uppercaseMapping
    default: break
    }
    var upper = ""
    for lower in properties.lowercaseMapping.unicodeScalars {
      upper += lower.properties.uppercaseMapping
    }
    var folded = ""
    for capital in upper.unicodeScalars { folded += capital.properties.lowercaseMapping }
    return folded
  }
}
