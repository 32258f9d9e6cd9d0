// Unicode's own test of normalisation, and the decompositions against Foundation's.
//
// The fixture is NormalizationTest.txt of Unicode 15.0, which `dev/unicode-table` writes together
// with the table of decompositions. Its columns are a source, and the source's NFC, NFD, NFKC and
// NFKD.

import Foundation
import QACTestSupport
import QACText
import Testing

/// A form that is not the expected one.
private struct Wrong: Error {
  let what: String
  let form: [Unicode.Scalar]
}

struct NormalizationTestTests {
  private typealias Columns = [String]

  /// The lines of the test, as texts: source, NFC, NFD, NFKC, NFKD.
  private func lines() throws -> [Columns] {
    try Golden.text("Tests/QACTextTests/Fixtures/NormalizationTest.txt")
      .split(separator: "\n").filter { $0.first != "#" && $0.first != "@" }
      .map { line in
        line.split(separator: ";").map { column in
          var text = String.UnicodeScalarView()
          for scalar in column.split(separator: " ") {
            text.append(Unicode.Scalar(UInt32(scalar, radix: 16) ?? 0) ?? "\0")
          }
          return String(text)
        }
      }
  }

  private func compatibilityComposed(_ text: String) -> String {
    UnicodeText.composed(
      text.unicodeScalars.map(UnicodeText.compatibilityDecomposition).joined())
  }

  /// Compares scalars: strings are equal when their canonical forms are.
  private func check(_ form: String, is expected: String, _ what: String) throws {
    if !form.unicodeScalars.elementsEqual(expected.unicodeScalars) {
      throw Wrong(what: what, form: Array(form.unicodeScalars))
    }
  }

  @Test
  func decompositionsAreFoundations() throws {
    // Foundation of Swift 6.3 has the data of Unicode 15.0. If another one differs, an index that
    // was built before holds labels that are not normal forms any more.
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let expected = String(scalar).decomposedStringWithCompatibilityMapping
      try check(
        UnicodeText.compatibilityDecomposition(scalar), is: expected,
        "U+\(String(value, radix: 16))")
    }
  }

  @Test
  func compositionsAreUnicodes() throws {
    let lines = try lines()
    #expect(lines.count == 19_074)
    try withEvery("line", in: lines) { columns in
      for column in columns[..<3] {
        try check(UnicodeText.composed(column), is: columns[1], "NFC")
      }
      for column in columns[3...] {
        try check(UnicodeText.composed(column), is: columns[3], "NFC of a compatible text")
      }
      for column in columns { try check(compatibilityComposed(column), is: columns[3], "NFKC") }
    }
  }

  @Test
  func scalarsWithoutALineStay() throws {
    let listed = Set(try lines().map { Array($0[0].unicodeScalars) })
    for value in UInt32(0)...0x10FFFF {
      // The next versions give decompositions to scalars that 15.0 does not know.
      guard let scalar = Unicode.Scalar(value), let age = scalar.properties.age,
        (age.major, age.minor) <= (15, 0), !listed.contains([scalar])
      else { continue }
      try check(
        compatibilityComposed(String(scalar)), is: String(scalar), "U+\(String(value, radix: 16))")
    }
  }

  @Test
  func normalFormsAreUnicodes() throws {
    let verbatim = Normalizer(.verbatim)
    let search = Normalizer(.search)
    try withEvery("line", in: try lines()) { columns in
      // `verbatim` drops white space at the beginning.
      let expected = columns[1].unicodeScalars.drop { $0.properties.isWhitespace }
      for column in columns[..<3] {
        let form = verbatim.normalize(Array(column.utf8))
        try check(String(decoding: form, as: UTF8.self), is: String(expected), "verbatim")
      }
      let form = search.normalize(Array(columns[0].utf8))
      for column in columns[1...] {
        let other = search.normalize(Array(column.utf8))
        try check(
          String(decoding: other, as: UTF8.self), is: String(decoding: form, as: UTF8.self),
          "search")
      }
    }
  }
}
