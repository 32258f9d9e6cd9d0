// The normal form by strings and the library, scalar by scalar: slow, and easy to read. The tests
// compare the normaliser with it.

import Foundation
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
    case .search: return symbolWords(of: compatibilityFold(text), as: kind)
    case .plainSearch: return words(of: compatibilityFold(text), as: kind)
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
    if scalars.last == "." { scalars.removeLast() }
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

  /// The words with the symbols that tell them apart, and with the keys of Hangul.
  private static func symbolWords(of text: String, as kind: Normalizer.Kind) -> [UInt8] {
    let scalars = Array(text.unicodeScalars)
    func isWord(_ i: Int) -> Bool {
      scalars.indices.contains(i) && !UnicodeText.separatesWords(scalars[i])
    }
    func isWhite(_ i: Int) -> Bool {
      i < 0 || scalars[i].isASCII && Character(scalars[i]).isWhitespace
    }
    func isDigit(_ i: Int) -> Bool { scalars.indices.contains(i) && "0"..."9" ~= scalars[i] }
    // Kept symbols are marked, so that the words can be joined as ever.
    var marked: [(text: String, isKept: Bool)] = []
    var i = 0
    while i < scalars.count {
      let next = scalars[min(i + 1, scalars.count - 1)]
      var kept = ""
      switch scalars[i] {
      case "+" where isWord(i - 1):
        if i + 1 < scalars.count, next == "+" { kept = "++" } else if !isWord(i + 1) { kept = "+" }
      case "#" where isWord(i - 1) && !isWord(i - 2) && !isWord(i + 1):
        if "a"..."z" ~= scalars[i - 1] { kept = "#" }
      case "%" where isDigit(i - 1): kept = "%"
      case "." where isWhite(i - 1) && isWord(i + 1) && !isDigit(i + 1): kept = "."
      default: break
      }
      marked.append(kept.isEmpty ? (keys(of: scalars[i]), false) : (kept, true))
      i += max(1, kept.utf8.count)
    }
    var output = ""
    var spaceIsDue = false
    for (i, part) in marked.enumerated() {
      if !part.isKept, part.text.unicodeScalars.allSatisfy(UnicodeText.separatesWords) {
        spaceIsDue = !output.isEmpty
        continue
      }
      let isBehind = i > 0 && marked[i - 1].isKept && marked[i - 1].text != "."
      if spaceIsDue || isBehind && !part.isKept { output += " " }
      spaceIsDue = false
      output.unicodeScalars += part.text.unicodeScalars
    }
    if spaceIsDue, kind == .prefix { output += " " }
    return Array(output.utf8)
  }

  /// What one types for a scalar of Hangul; any other scalar.
  private static func keys(of scalar: Unicode.Scalar) -> String {
    var keys = ""
    for part in String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars {
      switch part.value {
      case 0x1100...0x1112:
        keys += split("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", part.value - 0x1100)
      case 0x1161...0x1175:
        keys += split("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", part.value - 0x1161)
      case 0x11A8...0x11C2:
        keys += split("ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ", part.value - 0x11A8)
      default: keys.unicodeScalars.append(part)
      }
    }
    return scalar.value >= 0xAC00 && scalar.value < 0xD7A4 || (0x1100..<0x1200) ~= scalar.value
      ? keys : String(scalar)
  }

  private static func split(_ jamo: String, _ i: UInt32) -> String {
    let pairs: [Unicode.Scalar: String] = [
      "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
      "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ",
      "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
    ]
    let scalar = Array(jamo.unicodeScalars)[Int(i)]
    return pairs[scalar] ?? String(scalar)
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
