// Which symbols stay under `search`.

import QACText
import Testing

@Suite struct WordSymbolTests {
  private func form(_ text: String, as kind: Normalizer.Kind = .query) -> String {
    String(decoding: Normalizer(.search).normalize(text, as: kind), as: UTF8.self)
  }

  @Test(arguments: [
    ("C++", "c++"), ("c#", "c#"), ("C", "c"), ("c++11", "c++ 11"),
    ("Notepad++ download", "notepad++ download"), ("a+", "a+"), ("A+ grade", "a+ grade"),
    ("disney+!", "disney+"), ("salt+pepper", "salt pepper"),
    ("1+1", "1 1"), ("18+", "18+"), ("c+++", "c++"), ("+ 1", "1"), ("a +", "a"), ("a ++", "a"),
    ("10%", "10%"), ("10 %", "10"), ("10%off", "10% off"), ("100% cotton", "100% cotton"),
    ("hotel%20berlin", "hotel 20berlin"), ("f#", "f#"), ("room#5", "room 5"), ("hotel#", "hotel"),
    ("c#5", "c 5"), ("7#", "7"), ("#1", "1"), (".NET", ".net"), (".net core", ".net core"),
    ("vb .net", "vb .net"), ("asp.net", "asp net"), ("node.js", "node js"), (". net", "net"),
    ("..net", "net"), (".5", "5"), ("a. b", "a b"), ("h&m", "h m"), ("a++b++ c", "a++ b++ c"),
    ("C＋＋", "c++"), ("é+", "é+"), ("é#", "é"), ("10％ é", "10% é"), (".é", ".é"), ("c++é", "c++ é"),
    (".관", ".ㄱㅗㅏㄴ"), ("관+", "ㄱㅗㅏㄴ+"),
  ])
  func symbolsThatStay(text: String, expected: String) {
    #expect(form(text) == expected)
    #expect(form(expected) == expected)
  }

  @Test(arguments: [
    ("c", "c"), ("c+", "c+"), ("c++", "c++"), ("c++ ", "c++ "), ("c++1", "c++ 1"), ("c#", "c#"),
    (".", ""), (".n", ".n"), ("vb .", "vb "), ("10%", "10%"), ("10% ", "10% "), ("salt+", "salt+"),
    ("node.", "node "), ("é .", "é "), ("é+", "é+"),
  ])
  func whatIsTyped(text: String, expected: String) {
    #expect(form(text, as: .prefix) == expected)
  }
}
