// Words of normalised texts.

import QACTestSupport
import QACText
import Testing

struct TokenizerTests {
  private func words(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    return Tokenizer.words(bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test
  func wordsLieBetweenWhiteSpace() {
    #expect(words("") == [])
    #expect(words("   ") == [])
    #expect(words("shoes") == ["shoes"])
    #expect(words("red running shoes") == ["red", "running", "shoes"])
    #expect(words("  git\tcommit  -m\n'x' ") == ["git", "commit", "-m", "'x'"])
    #expect(words("größe 東京 🍕") == ["größe", "東京", "🍕"])
    // A no-break space is not ASCII white space.
    #expect(words("a\u{A0}b") == ["a\u{A0}b"])
  }

  @Test
  func agreesWithSplit() throws {
    try withEvery("seed", in: UInt64(0)..<2_000) { seed in
      var generator = TextGenerator(seed: seed)
      let bytes = generator.ascii(limit: 40)
      let split = bytes.split { Tokenizer.isSpace($0) }
      let ranges = split.map { $0.startIndex..<$0.endIndex }
      #expect(Tokenizer.words(bytes) == ranges, "seed \(seed)")
    }
  }

  @Test
  func whiteSpaceIsThatOfASCII() {
    for byte in UInt8(0)...255 {
      let expected = byte == 0x20 || (0x09...0x0D).contains(byte)
      #expect(Tokenizer.isSpace(byte) == expected)
    }
  }
}
