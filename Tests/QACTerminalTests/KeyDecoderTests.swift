// Keys come out the same however the terminal's bytes are cut into reads.

import QACBinary
import QACTerminal
import Testing

@Suite struct KeyDecoderTests {
  private func keys(_ bytes: [UInt8], pieces: Int) -> [Key] {
    var decoder = KeyDecoder()
    var keys: [Key] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + pieces)
      keys += decoder.receive(bytes[start..<end])
      start = end
    }
    return keys + decoder.flush()
  }

  private func expect(_ text: String, _ expected: [Key]) {
    for pieces in [1, 2, 3, 5, 1000] {
      #expect(keys(Array(text.utf8), pieces: pieces) == expected, "\(text.utf8.map { $0 })")
    }
  }

  @Test func text() {
    expect("aé水😀", [.text("a"), .text("é"), .text("水"), .text("😀")])
    expect("e\u{301}", [.text("e"), .text("\u{301}")])
  }

  @Test func controlKeys() {
    expect("\r\n\t\u{7F}\u{08}", [.enter, .enter, .tab, .backspace, .backspace])
    expect("\u{01}\u{03}\u{1A}", [.control("a"), .control("c"), .control("z")])
    expect("\u{00}\u{1C}x", [.text("x")])
  }

  @Test func cursorKeysInEveryDialect() {
    expect("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", [.up, .down, .right, .left])
    expect("\u{1B}OA\u{1B}OB\u{1B}OC\u{1B}OD\u{1B}OM", [.up, .down, .right, .left, .enter])
    expect(
      "\u{1B}[H\u{1B}[F\u{1B}OH\u{1B}OF\u{1B}[1~\u{1B}[4~\u{1B}[7~\u{1B}[8~",
      [.home, .end, .home, .end, .home, .end, .home, .end])
    expect("\u{1B}[3~\u{1B}[5~\u{1B}[6~\u{1B}[Z", [.delete, .pageUp, .pageDown, .backTab])
    expect("\u{1B}[1;5C\u{1B}[1;3D\u{1B}[1;2C", [.wordRight, .wordLeft, .right])
    expect("\u{1B}b\u{1B}f\u{1B}\u{7F}", [.wordLeft, .wordRight, .control("w")])
  }

  @Test func ofTheMouseTheWheelAloneIsAKey() {
    expect("\u{1B}[<64;1;1M\u{1B}[<65;120;40M", [.wheelUp, .wheelDown])
    // With Shift, Alt and Control.
    expect("\u{1B}[<68;1;1M\u{1B}[<73;1;1M\u{1B}[<93;1;1M", [.wheelUp, .wheelDown, .wheelDown])
    expect("\u{1B}[<0;1;1M\u{1B}[<0;1;1m\u{1B}[<66;1;1M\u{1B}[<64;1;1mx", [.text("x")])
    expect("\u{1B}[<;M\u{1B}[<99999999999999999999;1;1M\u{1B}[<-64;1;1Mx", [.text("x")])
  }

  @Test func aLoneEscapeIsAKeyOnceNothingFollows() {
    var decoder = KeyDecoder()
    #expect(decoder.receive([0x1B]) == [])
    #expect(decoder.isWaiting)
    #expect(decoder.flush() == [.escape])
    #expect(!decoder.isWaiting)
    #expect(decoder.flush() == [])
    expect("\u{1B}\u{1B}", [.escape, .escape])
    expect("\u{1B}\u{1B}[A", [.escape, .up])
    // Alt and a letter is the letter.
    expect("\u{1B}q", [.text("q")])
  }

  @Test func unknownSequencesArePassedOverWhole() {
    expect("\u{1B}[200;1;2x\u{1B}[?2026h\u{1B}[>0;1c\u{1B}[Iz", [.text("z")])
    expect("\u{1B}[" + String(repeating: "1", count: 500) + "~z", [.text("z")])
    expect("\u{1B}[1\u{1B}[Az", [.up, .text("z")])
    // An unfinished sequence is dropped when nothing follows.
    expect("a\u{1B}[1;", [.text("a")])
  }

  @Test func pastes() {
    expect(
      "\u{1B}[200~two\nlines\u{1B}[31m\u{1B}[201~x", [.paste("two\nlines\u{1B}[31m"), .text("x")])
    expect("\u{1B}[200~\u{1B}[20\u{1B}[201~", [.paste("\u{1B}[20")])
    let long = String(repeating: "p", count: 40_000)
    for pieces in [1, 4096] {
      let found = keys(Array("\u{1B}[200~\(long)\u{1B}[201~y".utf8), pieces: pieces)
      guard case .paste(let text) = found.first else {
        Issue.record("no paste")
        return
      }
      #expect(text.utf8.count <= 16 * 1024 && long.hasPrefix(text) && !text.isEmpty)
      #expect(found.dropFirst() == [.text("y")])
    }
  }

  @Test func invalidUTF8IsDropped() {
    for bytes: [UInt8] in [
      [0x80, 0x61], [0xFF, 0x61], [0xC3, 0x61], [0xE2, 0x82, 0x61], [0xED, 0xA0, 0x80, 0x61],
      [0xC2, 0x9B, 0x61], [0xF4, 0x90, 0x80, 0x80, 0x61],
    ] {
      for pieces in [1, 100] { #expect(keys(bytes, pieces: pieces) == [.text("a")], "\(bytes)") }
    }
  }

  @Test func randomBytesNeverTrapAndAreCutEveryWay() {
    for seed in 0..<2000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let alphabet: [UInt8] = [
        0x1B, 0x5B, 0x4F, 0x7E, 0x32, 0x30, 0x31, 0x3B, 0x41, 0xC3, 0xA9, 0x9F,
      ]
      let bytes = (0..<random.below(60)).map { _ in
        random.below(8) == 0
          ? UInt8(truncatingIfNeeded: random.next()) : alphabet[random.below(alphabet.count)]
      }
      let whole = keys(bytes, pieces: 1000)
      #expect(keys(bytes, pieces: 1) == whole, "seed \(seed): \(bytes)")
    }
  }
}
