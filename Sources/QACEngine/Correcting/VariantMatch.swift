// Whether a text begins with a prefix in another way of writing.
//
//     typed        finds                        not
//     oeffi        öffi
//     wifi r       wi fi router, wi fi
//     wi fi        wifi router
//     ecole        l ecole                      (from l'école)
//     net          .net
//     c#           c#; c programming, if a text may lack symbols     c++, cat
//     to p         to paris                     top: fewer than four letters, other spaces
//
// Cost: O(length of the prefix), mostly one letter.
// Source: docs/design.md, "QACEngine".

import QACText

/// Compares texts with a prefix.
struct VariantMatch {
  /// The letters from which on spaces may differ.
  private static let fewLetters = 4

  private let prefix: UnsafeBufferPointer<UInt8>
  private let bases: [UInt16]
  private let mayLackSymbols: Bool
  private let isAmbiguous: Bool

  /// Compares with `prefix`, a normalised one of the profile `search`.
  ///
  /// - Parameters:
  ///   - prefix: What was typed.
  ///   - bases: `BaseLetters.table`.
  ///   - mayLackSymbols: Whether a text may lack a symbol that was typed; it never has another one.
  init(_ prefix: UnsafeBufferPointer<UInt8>, _ bases: [UInt16], mayLackSymbols: Bool) {
    self.prefix = prefix
    self.bases = bases
    self.mayLackSymbols = mayLackSymbols
    isAmbiguous = VariantReading.isAmbiguous(prefix)
  }

  /// The bytes of `text` that stand for the prefix, or nil if it does not begin with it. At least 1.
  func typedBytes(of text: UnsafeBufferPointer<UInt8>) -> Int? {
    for typed in VariantReading.allCases where typed == .plain || isAmbiguous {
      for read in VariantReading.allCases {
        var differs = false
        if let bytes = typedBytes(of: text, as: read, from: 0, typed, &differs) { return bytes }
        // Nothing so far would have been read otherwise.
        if !differs { break }
      }
    }
    guard let start = Self.elided(text) else { return nil }
    var differs = false
    return typedBytes(of: text, as: .plain, from: start, .plain, &differs)
  }

  /// Where the word behind an elided article begins: `l école`, `d abord`.
  static func elided(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard text.count > 3, text[1] == 0x20, text[0] == 0x6C || text[0] == 0x64 else { return nil }
    let vowels: StaticString = "aeiouyh"
    let isVowel = vowels.withUTF8Buffer { $0.contains(text[2]) }
    // Beyond ASCII, as é and œ.
    return isVowel || text[2] >= 0xC3 && text[2] <= 0xC5 ? 2 : nil
  }

  private func typedBytes(
    of text: UnsafeBufferPointer<UInt8>, as reading: VariantReading, from start: Int,
    _ typedReading: VariantReading, _ differs: inout Bool
  ) -> Int? {
    var typed = VariantLetters(prefix, as: typedReading, bases)
    var read = VariantLetters(text, as: reading, from: start, bases)
    defer { differs = read.isAmbiguous }
    var letters = 0
    var end = start
    var spacesDiffer = false
    while true {
      let letter = typed.next()
      if letter == 0 { break }
      if read.next() != letter { return nil }
      if !agree(typed.symbols, read.symbols) { return nil }
      if letters > 0, typed.isBehindSpace != read.isBehindSpace { spacesDiffer = true }
      letters += 1
      end = read.position
    }
    if letters == 0 || spacesDiffer && letters < Self.fewLetters { return nil }
    // What was typed may end with a space or a symbol, where a word ends.
    let isDone = read.next() == 0
    if !agree(typed.symbols, read.symbols) { return nil }
    let endsWord = typed.isBehindSpace || typed.symbols != 0
    return endsWord && !isDone && !read.isBehindSpace ? nil : end
  }

  /// Whether the symbols of a text may stand where `typed` ones were: it may have more.
  @inline(__always)
  private func agree(_ typed: UInt32, _ read: UInt32) -> Bool {
    typed == 0 || typed == read || read == 0 && mayLackSymbols
  }
}
