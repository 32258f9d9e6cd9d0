// Widths as terminals draw them.

import QACTerminal
import Testing

@Suite struct CellWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("水", 2), ("水瓶", 4), ("ｱ", 1), ("Ａ", 2),
    ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("😀", 2), ("👨‍👩‍👧", 2), ("👍🏽", 2), ("🇩🇪", 2),
    ("☀\u{FE0F}", 2),
    ("☀", 1), ("\u{200B}", 0), ("…", 1), ("›", 1), ("a\u{300}\u{301}b", 2), ("नि", 2), ("שלום", 4),
  ])
  func widths(text: String, width: Int) {
    #expect(CellWidth.of(text) == width, "\(text)")
  }

  @Test func everyScalarHasAWidthAndRangesAreInOrder() {
    for value in 0...0x10FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let width = CellWidth.of(scalar)
      #expect((0...2).contains(width))
      // A central character of each script, which a wrong range or a broken search would miss.
      if (0x4E00...0x9FFF).contains(value) || (0xAC00...0xD7A3).contains(value) {
        #expect(width == 2, "\(value)")
      }
      if (0x41...0x5A).contains(value) || (0x400...0x481).contains(value) {
        #expect(width == 1, "\(value)")
      }
    }
  }
}

@Suite struct VisibleTextTests {
  @Test func nothingThatCommandsATerminalRemains() {
    let hostile = "a\u{1B}[31m\u{07}\r\n\t\u{00}\u{7F}\u{9B}2J\u{202E}x\u{2028}\u{FEFF}é😀"
    let visible = VisibleText.of(hostile)
    #expect(visible == "a␛[31m␇␍␊␉␀␡\u{FFFD}2J\u{FFFD}x\u{FFFD}\u{FFFD}é😀")
    for value in 0...0x10FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for shown in VisibleText.of(String(Character(scalar))).unicodeScalars {
        #expect(shown.properties.generalCategory != .control, "\(value)")
        #expect(shown.properties.generalCategory != .lineSeparator, "\(value)")
      }
    }
    #expect(VisibleText.of([0x61, 0xFF]) == "a\u{FFFD}")
  }
}

@Suite struct UTCTimeTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
    (1_767_225_599, "2025-12-31T23:59:59Z"), (-1, "1969-12-31T23:59:59Z"),
    (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
  ])
  func dates(seconds: Int64, text: String) {
    #expect(UTCTime.text(seconds) == text)
  }
}
