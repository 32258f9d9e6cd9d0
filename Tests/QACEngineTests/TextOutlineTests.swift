// Outlines against the texts themselves, as far as eight bytes and five bits can tell.

import QACBinary
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct TextOutlineTests {
  @Test func itAnswersAsTheTextDoes() {
    var generator = LabelGenerator(seed: 11)
    let texts = [[], [0x20], [0xFF], [0x80, 0x20, 0xBF]] + generator.labels(80)
    var had: Set<[UInt8]> = []
    var (asked, denied) = (0, 0)
    for text in texts {
      let outline = text.withUnsafeBufferPointer { TextOutline($0) }
      for other in texts {
        for length in [0, 1, 3, 7, 8, 9, other.count] where length <= other.count {
          let prefix = Array(other[..<length])
          let mayBegin = prefix.withUnsafeBufferPointer {
            outline.mayBegin(with: TextOutline.Prefix($0))
          }
          #expect(mayBegin == text.starts(with: prefix.prefix(8)), "\(text) \(prefix)")
        }
      }
      let words = Tokenizer.words(text)
      let initials = Set(words.map { text[$0.lowerBound] & 31 })
      func mayHave(_ tail: [UInt8]) -> Bool {
        tail.withUnsafeBufferPointer { outline.mayHaveWord(TextOutline.WordBeginning($0)) }
      }
      #expect(mayHave([]) == !words.isEmpty, "every word begins with nothing")
      for byte in UInt8.min...UInt8.max {
        // Where words begin in scripts without spaces, the text does not say.
        let mayBegin = text.contains { $0 >= 0xE0 && $0 & 31 == byte & 31 }
        #expect(mayHave([byte]) == (initials.contains(byte & 31) || mayBegin))
      }
      for start in words.map(\.lowerBound) + text.indices.filter({ text[$0] >= 0xE0 }) {
        let word = text[start...].prefix { !Tokenizer.isSpace($0) }
        for length in 0...word.count { #expect(mayHave(Array(word.prefix(length)))) }
      }
      words.forEach { had.formUnion([Array(text[$0].prefix(2))]) }
      asked += had.filter { $0.count == 2 }.count
      denied += had.filter { $0.count == 2 && !mayHave($0) }.count
    }
    // Two bytes tell most words apart.
    #expect(denied * 2 > asked, "\(denied) of \(asked)")
  }
}
