// Properties of every text: idempotence, agreement of the two paths, prefixes, well-formedness.

import Foundation
import QACTestSupport
import QACText
import Testing

/// A property that did not hold, with the bytes for which it did not.
private struct Broken: Error {
  let what: String
  let input: [UInt8]
}

struct NormalizerPropertyTests {
  private let normalizers = NormalizationProfile.allCases.map { Normalizer($0) }

  private func check(_ input: [UInt8]) throws {
    for normalizer in normalizers {
      for kind in Normalizer.Kind.allCases {
        let once = normalizer.normalize(input, as: kind)
        if normalizer.normalize(once, as: kind) != once {
          throw Broken(what: "idempotence, \(normalizer.profile) \(kind)", input: input)
        }
        let text = String(decoding: once, as: UTF8.self)
        if Array(text.utf8) != once {
          throw Broken(what: "valid UTF-8, \(normalizer.profile)", input: input)
        }
        if Array(UnicodeText.composed(text).utf8) != once {
          throw Broken(what: "NFC, \(normalizer.profile)", input: input)
        }
      }
      // The query form is the prefix form, without the space at its end under `search`.
      var prefix = normalizer.normalize(input, as: .prefix)
      if normalizer.profile != .verbatim, prefix.last == 0x20 { prefix.removeLast() }
      if prefix != normalizer.normalize(input, as: .query) {
        throw Broken(what: "prefix and query agree, \(normalizer.profile)", input: input)
      }
    }
    let words = normalizers[0].normalize(input).split(
      separator: 0x20, omittingEmptySubsequences: false)
    if words.count > 1, words.contains(where: \.isEmpty) {
      throw Broken(what: "single spaces inside", input: input)
    }
  }

  @Test
  func holdForEveryScalar() throws {
    // Alone, and between letters, where more can compose.
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      // Of the planes without an assigned scalar a sample is enough.
      if value >= 0x40000, value & 0xFF != 1, !(0xE0000...0xE01FF).contains(value) { continue }
      let text = String(scalar)
      let input = Array(text.utf8)
      for normalizer in normalizers {
        for surrounded in [input, Array("e".utf8) + input + Array("\u{301}".utf8)] {
          let once = normalizer.normalize(surrounded)
          if normalizer.normalize(once) != once {
            throw Broken(what: "idempotence, \(normalizer.profile)", input: surrounded)
          }
        }
      }
    }
  }

  @Test
  func holdForMixedText() throws {
    try withEvery("seed", in: UInt64(0)..<4_000) { seed in
      var generator = TextGenerator(seed: seed)
      try check(Array(generator.mixed(limit: 24).utf8))
    }
  }

  @Test
  func holdForAnyBytes() throws {
    try withEvery("seed", in: UInt64(0)..<4_000) { seed in
      var generator = TextGenerator(seed: seed)
      try check(generator.bytes(limit: 24))
    }
  }

  @Test
  func fastPathAgreesWithSlowPath() throws {
    try withEvery("seed", in: UInt64(0)..<4_000) { seed in
      var generator = TextGenerator(seed: seed)
      let input = generator.ascii(limit: 40)
      try check(input)
      for normalizer in normalizers {
        for kind in Normalizer.Kind.allCases {
          var fast: [UInt8] = []
          var slow: [UInt8] = []
          let isFast = input.withUnsafeBufferPointer {
            normalizer.normalizeUnicode($0, as: kind, into: &slow)
            return normalizer.normalizeASCII($0, as: kind, into: &fast)
          }
          if !isFast || fast != slow {
            throw Broken(what: "paths agree, \(normalizer.profile) \(kind)", input: input)
          }
        }
      }
    }
  }

  @Test
  func fastPathLeavesOtherTextAlone() {
    var output: [UInt8] = []
    for text in ["é", "abc\u{80}", "\u{1F355}"] {
      for normalizer in normalizers {
        let isFast = Array(text.utf8).withUnsafeBufferPointer {
          normalizer.normalizeASCII($0, as: .query, into: &output)
        }
        #expect(!isFast)
      }
    }
  }

  @Test
  func typedBeginningsAreBytePrefixes() throws {
    try withEvery("seed", in: UInt64(0)..<1_000) { seed in
      var generator = TextGenerator(seed: seed)
      let input = generator.ascii(limit: 30)
      for normalizer in normalizers {
        let whole = normalizer.normalize(input, as: .query)
        for length in 0...input.count {
          var typed = normalizer.normalize(Array(input[..<length]), as: .prefix)
          if !whole.starts(with: typed), typed.last == 0x20 { typed.removeLast() }
          // A symbol at the end stays only while no letter follows.
          if !whole.starts(with: typed), normalizer.profile == .search, let last = typed.last,
            "+#".utf8.contains(last)
          {
            typed.removeLast()
          }
          if !whole.starts(with: typed) {
            throw Broken(what: "prefix, \(normalizer.profile)", input: Array(input[..<length]))
          }
        }
      }
    }
  }

  @Test
  func composedAndDecomposedInputAgree() throws {
    try withEvery("seed", in: UInt64(0)..<2_000) { seed in
      var generator = TextGenerator(seed: seed)
      let text = generator.mixed(limit: 16)
      for normalizer in normalizers {
        let composed = normalizer.normalize(UnicodeText.composed(text))
        let decomposed = normalizer.normalize(text.decomposedStringWithCanonicalMapping)
        if composed != decomposed || composed != normalizer.normalize(text) {
          throw Broken(what: "NFC and NFD, \(normalizer.profile)", input: Array(text.utf8))
        }
      }
    }
  }
}
