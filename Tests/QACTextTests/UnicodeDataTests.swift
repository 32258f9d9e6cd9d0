// The library's Unicode data, against that of another implementation.
//
// The constants are FNV-1a hashes (64 bits, over 32-bit values) of each scalar assigned in Unicode
// 14 followed by its mapping, made with Python 3.11, whose unicodedata is of that version: NFC of
// `str.casefold`, `unicodedata.normalize("NFKC", c)` and `unicodedata.normalize("NFC", c)`. Both
// mappings are frozen by Unicode's stability policies, so they hold for later versions too.

import QACText
import Testing

struct UnicodeDataTests {
  private func hash(_ mapping: (Unicode.Scalar) -> String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ scalar: Unicode.Scalar) {
      hash = (hash ^ UInt64(scalar.value)) &* 0x100_0000_01B3
    }
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory != .unassigned,
        scalar.properties.generalCategory == .privateUse
          || (scalar.properties.age?.major ?? 99) <= 14
      else { continue }
      add(scalar)
      for mapped in mapping(scalar).unicodeScalars { add(mapped) }
    }
    return hash
  }

  @Test
  func caseFoldingIsFull() {
    #expect(
      hash { UnicodeText.composed(UnicodeText.caseFolding($0) ?? String($0)) }
        == 0xF901_C0C2_C2C5_06BD)
  }

  @Test
  func foldingOfCompositesSurvivesComposition() {
    // A case folding must not compose into a scalar that folds again, or the normaliser would never
    // end.
    for value in UInt32(0)...0x2FFFF {
      guard let scalar = Unicode.Scalar(value), let folding = UnicodeText.caseFolding(scalar)
      else { continue }
      #expect(UnicodeText.composed(folding) != String(scalar), "\(value)")
    }
  }

  @Test
  func compatibilityCompositionIsUnicodes() {
    #expect(
      hash { UnicodeText.composed(UnicodeText.compatibilityDecomposition($0)) }
        == 0x45A6_9625_E6B6_1C22)
  }

  @Test
  func canonicalCompositionIsUnicodes() {
    #expect(hash { UnicodeText.composed(String($0)) } == 0x541D_A94B_AE58_0359)
  }
}
