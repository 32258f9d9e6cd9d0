// Outlines against the texts themselves, as far as eight bytes and six bits can tell.

import QACBinary
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct TextOutlineTests {
  @Test func itAnswersAsTheTextDoes() {
    var generator = LabelGenerator(seed: 11)
    let texts = [[], [0x20], [0xFF], [0x80, 0x20, 0xBF]] + generator.labels(80)
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
      let initials = Set(Tokenizer.words(text).map { text[$0.lowerBound] & 63 })
      for byte in UInt8.min...UInt8.max {
        let mayHave = outline.mayHaveWord(beginningWith: byte)
        // Where words begin in scripts without spaces, the text does not say.
        let mayBegin = text.contains { $0 >= 0xE0 && $0 & 63 == byte & 63 }
        #expect(mayHave == (initials.contains(byte & 63) || mayBegin))
      }
    }
  }
}
