// Hangul as keys: each state of a two-set keyboard is a beginning, and syllables come back.

import QACBinary
import QACTestSupport
import QACText
import Testing

@Suite struct HangulKeysTests {
  private let normalizer = Normalizer(.search)

  private func form(_ text: String, as kind: Normalizer.Kind = .query) -> String {
    String(decoding: normalizer.normalize(text, as: kind), as: UTF8.self)
  }

  @Test(arguments: [
    ("관악구", "ㄱㅗㅏㄴㅇㅏㄱㄱㅜ"), ("닭", "ㄷㅏㄹㄱ"), ("달기", "ㄷㅏㄹㄱㅣ"), ("까", "ㄲㅏ"), ("꽤", "ㄲㅗㅐ"),
    ("ㄱ", "ㄱ"), ("ㄳ", "ㄱㅅ"), ("ㅘ", "ㅗㅏ"), ("ㅋㅋ", "ㅋㅋ"), ("ㄱㅏ", "ㄱㅏ"), ("ﾡ", "ㄱ"),
    ("\u{1112}\u{1161}\u{11AB}", "ㅎㅏㄴ"), ("서울 a", "ㅅㅓㅇㅜㄹ a"),
  ])
  func keysOfTexts(text: String, keys: String) { #expect(form(text) == keys) }

  @Test func theStatesOfAKeyboardAreWhatItShows() {
    #expect(TwoSetKeyboard.states(of: "관악") == ["ㄱ", "고", "과", "관", "관ㅇ", "관아", "관악"])
    #expect(TwoSetKeyboard.states(of: "달기") == ["ㄷ", "다", "달", "닭", "달기"])
    #expect(TwoSetKeyboard.states(of: "아나 b") == ["ㅇ", "아", "안", "아나", "아나 ", "아나 b"])
    #expect(TwoSetKeyboard.states(of: "가까") == ["ㄱ", "가", "갂", "가까"])
    #expect(TwoSetKeyboard.states(of: "애따") == ["ㅇ", "애", "애ㄸ", "애따"])
  }

  @Test func everyStateIsABeginning() throws {
    try withEvery("syllable", in: UInt32(0xAC00)..<0xD7A4) { value in
      if value % 7 != 0 { return }
      guard let scalar = Unicode.Scalar(value) else { return }
      var random = SplitMix64(seed: UInt64(value))
      let next = Unicode.Scalar(0xAC00 + UInt32(random.below(11_172))) ?? "가"
      let text = "\(scalar)\(next)"
      let whole = normalizer.normalize(text)
      for state in TwoSetKeyboard.states(of: text) {
        #expect(whole.starts(with: normalizer.normalize(state, as: .prefix)), "\(text) \(state)")
      }
      #expect(HangulKeys.syllables(of: whole) == Array(text.utf8), "\(text)")
    }
  }

  @Test(arguments: [
    "서울특별시 관악구", "닭고기 앉아 없다", "ㅋㅋㅋ 굿", "c++ 뷁 값 넋", "의외의 왜 괜찮아", "テレビ ㅏ",
  ])
  func syllablesComeBack(text: String) {
    let form = normalizer.normalize(text)
    #expect(DisplayText.shown(form: form, profile: .search) == Array(text.utf8))
    #expect(DisplayText.shown(form: form, profile: .verbatim) == form)
  }

  @Test func anyBytesAreReadWithoutATrap() throws {
    try withEvery("seed", in: UInt64(0)..<3_000) { seed in
      var random = SplitMix64(seed: seed)
      let bytes: [UInt8] = (0..<random.below(24)).map { _ in
        random.below(3) == 0
          ? [0xE3, 0x84, 0x85, 0xB1][random.below(4)] : UInt8(truncatingIfNeeded: random.next())
      }
      #expect(HangulKeys.syllables(of: bytes).count <= bytes.count)
    }
  }

  @Test func earlierIndexesCompareSyllables() {
    let plain = Normalizer(.plainSearch)
    #expect(plain.normalize("관악구 C++") == Array("관악구 c".utf8))
    #expect(Normalizer(.verbatim).normalize("관ㅇ c++") == Array("관ㅇ c++".utf8))
  }
}
