// The normal form by strings and the library, scalar by scalar: slow, and easy to read. The tests
// compare the normaliser with it.

import QACText

/// Normalises without tables, buffers or bounds.
enum PlainNormalizer {
  private static let joiner: Unicode.Scalar = "\u{200D}"

  /// The normal form of `input`, however long.
  static func form(
    of input: [UInt8], as kind: Normalizer.Kind, _ profile: NormalizationProfile
  ) -> [UInt8] {
    let text = String(decoding: input, as: UTF8.self)
    switch profile {
    case .search: return words(of: compatibilityFold(text), as: kind)
    case .verbatim:
      let kept = composed(text).unicodeScalars.drop { $0.properties.isWhitespace }
      return Array(String(kept).utf8)
    }
  }

  /// `form`, cut after the last scalar that fits, without a joiner or space that has lost its
  /// purpose.
  static func bounded(
    _ form: [UInt8], as kind: Normalizer.Kind, _ profile: NormalizationProfile
  ) -> [UInt8] {
    if form.count <= Normalizer.maximumBytes { return form }
    var end = Normalizer.maximumBytes
    while form[end] & 0xC0 == 0x80 { end -= 1 }
    let cut = Array(form[..<end])
    if profile == .verbatim { return cut }
    // A joiner that joins nothing any more, and a space without a word after it.
    var scalars = String(decoding: cut, as: UTF8.self).unicodeScalars
    if scalars.last == joiner { scalars.removeLast() }
    if scalars.last == " ", kind == .query { scalars.removeLast() }
    return Array(String(scalars).utf8)
  }

  /// The text in NFC.
  ///
  /// Once is not enough: the decompositions of U+0F73, U+0F75 and U+0F81 begin with a mark,
  /// although they are not marks themselves, and the library leaves it after marks of a greater
  /// class.
  private static func composed(_ text: String) -> String {
    UnicodeText.composed(UnicodeText.composed(text))
  }

  private static func compatibilityFold(_ text: String) -> String {
    var text = composed(text)
    while true {
      let folded = composed(foldOnce(text))
      if folded.unicodeScalars.elementsEqual(text.unicodeScalars) { return text }
      text = folded
    }
  }

  private static func foldOnce(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var joinsEmoji = false
    for scalar in text.unicodeScalars {
      if scalar == joiner {
        joinsEmoji = result.last.map(UnicodeText.isEmoji) ?? false
        continue
      }
      if UnicodeText.isIgnorable(scalar) { continue }
      if joinsEmoji, UnicodeText.isEmoji(scalar) { result.append(joiner) }
      joinsEmoji = false
      if let folding = UnicodeText.compatibilityCaseFolding(scalar) {
        result.append(contentsOf: folding.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func words(of text: String, as kind: Normalizer.Kind) -> [UInt8] {
    var output: [UInt8] = []
    var spaceIsDue = false
    for scalar in text.unicodeScalars {
      if UnicodeText.separatesWords(scalar) {
        spaceIsDue = !output.isEmpty
        continue
      }
      if spaceIsDue { output.append(0x20) }
      spaceIsDue = false
      output += Array(String(scalar).utf8)
    }
    if spaceIsDue, kind == .prefix { output.append(0x20) }
    return output
  }
}
