// The terms of item retrieval.

import QACText
import Testing

@Suite struct ItemTermsTests {
  private func terms(_ text: String) -> [(kind: ItemTerms.Kind, key: UInt64, word: Int)] {
    var result: [(kind: ItemTerms.Kind, key: UInt64, word: Int)] = []
    Array(text.utf8).withUnsafeBufferPointer { text in
      ItemTerms.forEach(of: text) { result.append(($0, $1, $2)) }
    }
    return result
  }

  private func count(_ text: String, _ kind: ItemTerms.Kind) -> Int {
    terms(text).count { $0.kind == kind }
  }

  @Test(
    arguments: [
      ("", 0, 0, 0, 0), ("a", 1, 0, 0, 1), ("tv", 1, 0, 0, 1), ("lens", 1, 0, 0, 3),
      ("red lens", 2, 1, 0, 5), ("a b c d", 4, 3, 2, 4), ("żółw", 1, 0, 0, 3),
    ])
  func numbersOfTerms(_ text: String, words: Int, bigrams: Int, trigrams: Int, characters: Int) {
    #expect(count(text, .word) == words)
    #expect(count(text, .bigram) == bigrams)
    #expect(count(text, .trigram) == trigrams)
    #expect(count(text, .characters) == characters)
  }

  @Test(arguments: ["", "a", "tv lens", "red oak lamp lamp", "żółw 東京"])
  func namesGoWithTheTermsInTheirOrder(text: String) {
    var named: [(kind: ItemTerms.Kind, key: UInt64, name: String)] = []
    Array(text.utf8).withUnsafeBufferPointer { text in
      ItemTerms.forEachNamed(of: text) { kind, key, name, _ in
        named.append((kind, key, String(decoding: name, as: UTF8.self)))
      }
    }
    #expect(named.map(\.key) == terms(text).map(\.key))
    #expect(named.map(\.kind) == terms(text).map(\.kind))
    let words = text.split(separator: " ").map { String($0) }
    #expect(named.filter { $0.kind == .word }.map(\.name) == words)
    #expect(
      named.filter { $0.kind == .bigram }.map(\.name)
        == zip(words, words.dropFirst()).map { "\($0) \($1)" })
    for word in words {
      let marked = word + "_"
      let grams = named.filter { $0.kind == .characters }.map(\.name)
      #expect(grams.contains(String(marked.unicodeScalars.suffix(3))), "\(grams)")
    }
    // Equal names of a kind are one key, and other names another.
    for a in named {
      for b in named where a.kind == b.kind { #expect((a.name == b.name) == (a.key == b.key)) }
    }
  }

  @Test func kindsHaveKeysOfTheirOwn() {
    let keys = terms("can can can").map(\.key)
    // can; can can; can can can; the stem; can, an_
    #expect(Set(keys).count == 6)
  }

  @Test func aStemIsTheFirstFiveCharacters() {
    func stems(_ text: String) -> [UInt64] { terms(text).filter { $0.kind == .stem }.map(\.key) }
    #expect(stems("archive") == stems("archives") && stems("archive") != stems("arch"))
    #expect(stems("żółwiami") == stems("żółwi") && stems("ab") == stems("ab"))
  }

  @Test func wordsBehindTheBoundAreIgnored() {
    let text = Array(repeating: "word", count: ItemTerms.mostWords + 5).joined(separator: " ")
    #expect(count(text, .word) == ItemTerms.mostWords)
  }
}
