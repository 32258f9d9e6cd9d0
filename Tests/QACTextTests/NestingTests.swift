// Where a text for a shell may be cut, by examples and against a slow reading of the same rules.

import QACBinary
import QACText
import Testing

@Suite struct NestingTests {
  @Test(arguments: [
    "git commit -m \"fix the ", "echo '", "awk '{print ", "echo $(date ", "for i in `ls", "a[",
    "echo \"it's ", "echo 'a\\", "line\nnext", "echo {a,", "echo \"\\\"",
  ])
  func isOpen(text: String) { #expect(Nesting.isOpen(text.utf8)) }

  @Test(arguments: [
    "", "git commit -m \"fix\" ", "echo '{print $1}' ", "echo it\\'s ", "echo $(date) ",
    "echo ')' ( )", "a ) b", "echo \"a\\\"b\" ", "echo 'a\\' ",
  ])
  func isClosed(text: String) { #expect(!Nesting.isOpen(text.utf8)) }

  /// Without quotes and escapes, what is left after all innermost pairs are taken out decides.
  @Test func bracketsAgreeWithTakingOutPairs() {
    var random = SplitMix64(seed: 3)
    for round in 0..<500 {
      var text = (0..<Int(random.unit() * 12)).map { _ in
        Array("([{)]} a".utf8)[Int(random.unit() * 8)]
      }
      let isOpen = Nesting.isOpen(text)
      text.removeAll { $0 == 0x20 || $0 == 0x61 }
      let opening = Set("([{".utf8)
      while let i = text.indices.dropLast().first(where: {
        opening.contains(text[$0]) && !opening.contains(text[$0 + 1])
      }) {
        text.removeSubrange(i...i + 1)
      }
      let isLeft = text.contains { opening.contains($0) }
      #expect(isOpen == isLeft, "seed 3, round \(round)")
    }
  }
}
