// Words count as misspelt by the rule in MisspeltWords.swift and by nothing else.

import QACLogs
import Testing

@testable import QACReplay

@Suite struct MisspeltWordsTests {
  private func isMisspelt(
    _ word: String, beside others: [(text: String, count: Int)], count: Int = 1
  ) -> Bool {
    let words = MisspeltWords(SeenLinesTests.log(others + [(word, count)]))
    return Array(word.utf8).withUnsafeBufferPointer { words.contains(MisspeltWords.key($0)) }
  }

  @Test(arguments: [
    "shose", "shoess", "shos", "shoez", "sxhoes", "hoes", "shoe", "sheos", "shoesx", "shoes",
    "xshoes", "bhoes", "shooos", "sho", "sh0es",
  ])
  func oneEditBesideAFrequentWord(word: String) {
    // Not: another first letter, a plural, two edits, too short, not letters alone.
    let expected = ["shose", "shos", "shoez", "sxhoes", "sheos", "shoesx"].contains(word)
    #expect(isMisspelt(word, beside: [("shoes", 100)]) == expected)
  }

  @Test func theRightWordIsTwentyTimesAsFrequent() {
    #expect(isMisspelt("shoez", beside: [("shoes", 20)]))
    #expect(!isMisspelt("shoez", beside: [("shoes", 19)]))
    #expect(isMisspelt("shoez", beside: [("red shoes", 30), ("shoes blue", 30)], count: 3))
    #expect(!isMisspelt("shoez", beside: [("red shoes", 30), ("shoes blue", 29)], count: 3))
  }

  @Test func lettersNeedNotBeASCII() {
    #expect(isMisspelt("котта", beside: [("кошка", 3), ("котка", 20)]))
    #expect(!isMisspelt("котта", beside: [("кошка", 30)]))
  }
}
