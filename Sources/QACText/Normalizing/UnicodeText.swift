// What the library says about Unicode scalars, and canonical composition.
//
// `ScalarTable` keeps what the normaliser needs of it: asked here anew for each scalar of a text, a
// query of two kilobytes took milliseconds.
// Categories, case mappings and composition (NFC) come from the standard library, compatibility
// decompositions of single scalars from Foundation. Foundation's own composition is not used:
// on Linux it leaves U+FF8B U+FF9E and U+AC00 U+11A8 uncomposed and does not know the combining
// classes of newer marks. The standard library's is the one behind equality of strings; its name is
// not yet public, hence the SPI, on which the toolchain's Foundation relies as well.

import Foundation
@_spi(_Unicode) import Swift

/// Properties of scalars as the `search` profile sees them.
package enum UnicodeText {
  /// U+200D, which binds emoji into one picture.
  static let zeroWidthJoiner: Unicode.Scalar = "\u{200D}"

  /// Whether `scalar` is an emoji that stays: a pictograph or a skin tone.
  ///
  /// Digits, `#` and `*` have the property Emoji too, being part of keycaps: they are no symbols.
  package static func isEmoji(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x2000 { return false }  // Also ASCII and the signs © and ®.
    let properties = scalar.properties
    guard properties.isEmoji else { return false }
    switch properties.generalCategory {
    case .otherSymbol, .modifierSymbol: return true
    default: return properties.isEmojiPresentation
    }
  }

  /// Whether `scalar` is invisible and of no account in comparing texts.
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

  /// The canonical decomposition in full (NFD) of `scalar`.
  static func decomposed(_ scalar: Unicode.Scalar) -> [UInt32] {
    String(scalar)._nfd.map(\.value)
  }

  /// The folded compatibility decomposition of `scalar`, or nil where that is `scalar` itself.
  package static func compatibilityFolding(_ scalar: Unicode.Scalar) -> String? {
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
    // Data newer than the decompositions at hand may promise a change that does not come.
    return result.elementsEqual(CollectionOfOne(scalar)) ? nil : String(result)
  }

  /// The full compatibility decomposition (NFKD) of `scalar`.
  package static func compatibilityDecomposition(_ scalar: Unicode.Scalar) -> String {
    String(scalar).decomposedStringWithCompatibilityMapping
  }

  /// The full case folding of `scalar`, or nil where it folds to itself.
  ///
  /// The lower case of the upper case of the lower case is the folding of every scalar but the
  /// Cherokee letters, which fold to their capitals, and dotless i, which does not change.
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
