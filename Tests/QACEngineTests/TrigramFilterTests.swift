// The share of known trigrams, against sets of trigrams.

import QACBinary
import QACTestSupport
import Testing

@testable import QACEngine

@Suite struct TrigramFilterTests {
  private func trigrams(_ text: [UInt8]) -> [[UInt8]] {
    let spaced = [0x20] + text
    return spaced.count < 3 ? [] : (0...spaced.count - 3).map { Array(spaced[$0..<$0 + 3]) }
  }

  @Test func theShareIsThatOfTheSetsButForCollisions() {
    var filter = TrigramFilter()
    var generator = LabelGenerator(seed: 3)
    var excess = 0.0
    for _ in 0..<500 {
      let (a, b) = (Array(generator.query().utf8), Array(generator.query().utf8))
      a.withUnsafeBufferPointer { filter.set($0) }
      let known = Set(trigrams(a))
      let own = trigrams(b)
      let exact =
        own.isEmpty ? 0 : Double(own.filter { known.contains($0) }.count) / Double(own.count)
      let share = b.withUnsafeBufferPointer { filter.share(of: $0) }
      #expect(share >= exact)
      excess += share - exact
      #expect(
        a.isEmpty || a.withUnsafeBufferPointer { filter.share(of: $0) } == (a.count > 1 ? 1 : 0))
    }
    #expect(excess / 500 < 0.02)
  }

  @Test func textsOfAnyLengthAreTaken() {
    var filter = TrigramFilter()
    for count in [0, 1, 2, 3, 511, 512, 513, 70_000] {
      let text = [UInt8](repeating: 0xFF, count: count)
      text.withUnsafeBufferPointer { filter.set($0) }
      #expect(text.withUnsafeBufferPointer { filter.share(of: $0) } == (count > 1 ? 1 : 0))
    }
  }
}
