// Ways of writing by strings: slow, and easy to read. The tests compare the engine with it.

import Foundation

/// Compares texts by their letters.
enum PlainVariants {
  /// A letter, and what stands before it.
  private struct Letter {
    var scalar: Unicode.Scalar
    var isBehindSpace: Bool
    var symbols: String
  }

  /// The letters of `text`, and what stands behind the last one.
  private static func letters(
    _ text: [UInt8], speltOut: Bool
  ) -> (list: [Letter], space: Bool, symbols: String) {
    let plain: [Unicode.Scalar: String] = [
      "\u{5BE}": "\u{5BE}", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "đ": "d", "ħ": "h", "ı": "i",
      "ł": "l", "ø": "o",
      "ŧ": "t",
    ]
    let spelt: [Unicode.Scalar: String] = ["ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "å": "aa"]
    var list: [Letter] = []
    var space = false
    var symbols = ""
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if scalar.isASCII, Character(scalar).isWhitespace {
        space = true
      } else if "+#%.".unicodeScalars.contains(scalar) {
        symbols.unicodeScalars.append(scalar)
      } else {
        let read =
          speltOut ? spelt[scalar] ?? plain[scalar] ?? base(scalar) : plain[scalar] ?? base(scalar)
        for letter in read.unicodeScalars {
          list.append(Letter(scalar: letter, isBehindSpace: space, symbols: symbols))
          (space, symbols) = (false, "")
        }
      }
    }
    return (list, space, symbols)
  }

  /// A letter without its marks.
  private static func base(_ scalar: Unicode.Scalar) -> String {
    if scalar.value >= 0x3040 { return String(scalar) }
    let parts = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars
    let isMark = { (part: Unicode.Scalar) in
      [0x300..<0x370, 0x591..<0x5C8, 0x64B..<0x653].contains { $0.contains(Int(part.value)) }
    }
    if isMark(scalar) { return "" }
    guard let first = parts.first,
      parts.dropFirst().allSatisfy({ $0.properties.generalCategory == .nonspacingMark })
    else { return String(scalar) }
    return String(first)
  }

  /// Whether `text` begins with `prefix`, both normalised, in some way of writing.
  static func begins(
    _ text: [UInt8], with prefix: [UInt8], mayLackSymbols: Bool = true
  ) -> Bool {
    let readings = [(false, false), (false, true), (true, false), (true, true)]
    let begins = readings.contains { a, b in
      Self.begins(letters(text, speltOut: a), with: letters(prefix, speltOut: b), mayLackSymbols)
    }
    if begins { return true }
    // Behind an elided article.
    let string = String(decoding: text, as: UTF8.self)
    guard text.count > 3, string.hasPrefix("l ") || string.hasPrefix("d "),
      let first = string.dropFirst(2).first,
      "aeiouyh".contains(first) || ("\u{C0}"..."\u{17F}").contains(first)
    else { return false }
    let rest = Array(text.dropFirst(2))
    return Self.begins(
      letters(rest, speltOut: false), with: letters(prefix, speltOut: false), mayLackSymbols)
  }

  private static func begins(
    _ text: (list: [Letter], space: Bool, symbols: String),
    with prefix: (list: [Letter], space: Bool, symbols: String), _ mayLackSymbols: Bool
  ) -> Bool {
    func agree(_ a: String, _ b: String) -> Bool {
      a == b || b.isEmpty || a.isEmpty && mayLackSymbols
    }
    let count = prefix.list.count
    if count == 0 || text.list.count < count { return false }
    var spacesDiffer = false
    for (i, (a, b)) in zip(text.list, prefix.list).enumerated() {
      if a.scalar != b.scalar || !agree(a.symbols, b.symbols) { return false }
      if i > 0, a.isBehindSpace != b.isBehindSpace { spacesDiffer = true }
    }
    if spacesDiffer, count < 4 { return false }
    let isWhole = text.list.count == count
    if !agree(isWhole ? text.symbols : text.list[count].symbols, prefix.symbols) { return false }
    let endsWord = prefix.space || !prefix.symbols.isEmpty
    return !endsWord || isWhole || text.list[count].isBehindSpace
  }
}
