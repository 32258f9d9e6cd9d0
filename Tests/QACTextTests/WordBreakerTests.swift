// Words of texts without spaces: by hand, against a plain search of all divisions, and at the
// edges.

import QACBinary
import QACTestSupport
import Testing

@testable import QACText

@Suite struct WordBreakerTests {
  private static func table(_ words: [String: Double]) -> WordTable {
    WordTable(words: words.sorted { $0.key < $1.key }.map { (Array($0.key.utf8), $0.value) })
  }

  private static func words(_ text: String, _ table: WordTable) -> [String] {
    let bytes = Array(text.utf8)
    return table.withBreaker { breaker in
      bytes.withUnsafeBufferPointer { breaker.words($0) }
    }.map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  private static func tail(_ text: String, _ table: WordTable) -> String {
    let bytes = Array(text.utf8)
    let start = table.withBreaker { breaker in
      bytes.withUnsafeBufferPointer { breaker.tailStart(of: $0) }
    }
    return String(decoding: bytes[start...], as: UTF8.self)
  }

  private static let shop = table([
    "手机": 50, "手机壳": 8, "充电": 5, "充电器": 30, "电": 2, "壳": 2, "价格": 40, "手": 2, "机": 2,
  ])

  @Test func knownWordsAreFound() {
    #expect(Self.words("手机充电器价格", Self.shop) == ["手机", "充电器", "价格"])
    #expect(Self.words("手机壳", Self.shop) == ["手机壳"])
    #expect(Self.words("iphone手机壳 red", Self.shop) == ["iphone", "手机壳", "red"])
    #expect(Self.words("充电5手机", Self.shop) == ["充电", "5", "手机"])
    #expect(Self.words(" 价格\t价格 ", Self.shop) == ["价格", "价格"])
    #expect(Self.words("größe", Self.shop) == ["größe"])
    #expect(Self.words("", Self.shop) == [])
  }

  @Test func theLastWordOfAPrefixIsUnfinished() {
    #expect(Self.tail("手机充", Self.shop) == "充")
    #expect(Self.tail("手机充电", Self.shop) == "充电")
    #expect(Self.tail("手机充电器", Self.shop) == "充电器")
    #expect(Self.tail("充电器手", Self.shop) == "手")
    #expect(Self.tail("red iphone手机", Self.shop) == "手机")
    #expect(Self.tail("手机iph", Self.shop) == "iph")
    #expect(Self.tail("手机 ", Self.shop) == "")
    #expect(Self.tail("手机", WordTable()) == "手机")
  }

  @Test func noWordBeginsWithASign() {
    // Thai: a vowel sign, a vowel before its consonant; small kana and the length mark; Khmer.
    let table = Self.table(["กา": 1, "ก": 9, "า": 9, "เ": 9, "เก": 1, "ム": 9, "ー": 9, "ャ": 9])
    #expect(Self.words("กากา", table) == ["กา", "กา"])
    #expect(Self.words("เกก", table) == ["เก", "ก"])
    #expect(Self.words("ムームャ", table) == ["ムー", "ムャ"])
    #expect(Self.words("ក្ករ", table) == ["ក្ក", "រ"])
  }

  @Test func aPlainBreakerFindsTheWordsOfTheTokenizer() {
    for seed in UInt64(0)..<300 {
      var generator = LabelGenerator(seed: seed)
      let text = Array(generator.query().utf8)
      text.withUnsafeBufferPointer {
        #expect(WordBreaker.plain.words($0) == Tokenizer.words(text), "seed \(seed)")
        let start = WordBreaker.plain.tailStart(of: $0)
        #expect(start == (text.lastIndex(where: Tokenizer.isSpace) ?? -1) + 1, "seed \(seed)")
      }
    }
  }

  /// The least cost of dividing `text`, and the words of the best division, by trying every first
  /// word. Letters are Han alone, which all may begin words.
  private static func plain(
    _ text: ArraySlice<Character>, _ costs: [String: Int], _ beginnings: [String: Int]?
  ) -> (cost: Int, words: [String]) {
    if text.isEmpty { return (0, []) }
    var best = (cost: Int.max, words: [String]())
    for length in 1...text.count {
      let word = String(text.prefix(length))
      let isLast = length == text.count
      var cost = costs[word] ?? (length == 1 ? 320 : Int.max)
      if isLast, let begin = beginnings?[word] { cost = min(cost, begin) }
      if cost == Int.max { continue }
      // Only the first letter of what no word begins with stands for itself.
      let rest = plain(text.dropFirst(length), costs, beginnings)
      if cost + rest.cost <= best.cost { best = (cost + rest.cost, [word] + rest.words) }
    }
    return best
  }

  @Test(arguments: UInt64(0)..<60) func divisionsAreThoseOfAPlainSearch(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let letters: [Character] = ["一", "丆", "丘", "业", "丛"]
    func text(_ most: Int) -> String {
      String((0...random.below(most)).map { _ in letters[random.below(letters.count)] })
    }
    var weights: [String: Double] = [:]
    for _ in 0..<2 + random.below(12) { weights[text(3)] = Double(1 + random.below(30)) }
    let sum = weights.values.reduce(0, +)
    func code(_ weight: Double) -> Int { min(254, Int((-16 * _log(weight / sum)).rounded())) }
    var beginnings: [String: Double] = [:]
    for (word, weight) in weights.sorted(by: { $0.key < $1.key }) {
      for length in 1...word.count { beginnings[String(word.prefix(length)), default: 0] += weight }
    }
    let table = Self.table(weights)
    let (costs, begins) = (weights.mapValues(code), beginnings.mapValues(code))
    for _ in 0..<40 {
      let text = text(9)
      let expected = Self.plain(Array(text)[...], costs, nil)
      #expect(Self.words(text, table) == expected.words, "seed \(seed), \(text)")
      let unfinished = Self.plain(Array(text)[...], costs, begins)
      #expect(Self.tail(text, table) == unfinished.words.last, "seed \(seed), \(text)")
    }
  }

  @Test(arguments: UInt64(0)..<40) func fromAWordOnWordsAreTheSame(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let pool = ["手机", "充电", "充电器", "a", " ", "ก", "า", "เ", "ー", "か", "ー", "5", "𠀀", "器"]
    let table = Self.table([
      "手机": 5, "机充": 5, "充电器": 3, "电": 1, "器": 2, "กา": 1, "เก": 2, "か": 1, "かー": 1, "器手机": 2,
    ])
    let text = Array((0..<30).map { _ in pool[random.below(pool.count)] }.joined().utf8)
    table.withBreaker { breaker in
      text.withUnsafeBufferPointer { bytes in
        let words = breaker.words(bytes)
        var covered = 0
        for (i, word) in words.enumerated() {
          #expect(bytes[covered..<word.lowerBound].allSatisfy(Tokenizer.isSpace), "seed \(seed)")
          covered = word.upperBound
          let end = UnsafeBufferPointer(rebasing: bytes[word.lowerBound...])
          #expect(
            breaker.words(end).map {
              $0.lowerBound + word.lowerBound..<$0.upperBound + word.lowerBound
            }
              == Array(words[i...]), "seed \(seed), word \(i)")
          #expect(breaker.isWordEnd(word.upperBound, of: bytes), "seed \(seed), word \(i)")
        }
        #expect(bytes[covered...].allSatisfy(Tokenizer.isSpace), "seed \(seed)")
        if let last = words.last, last.upperBound == bytes.count {
          #expect(breaker.lastWordStart(of: bytes) == last.lowerBound, "seed \(seed)")
        }
      }
    }
  }

  @Test func longRunsAndBrokenBytesAreDivided() {
    let long = Array(String(repeating: "手机充电器", count: 200).utf8)
    var random = SplitMix64(seed: 9)
    Self.shop.withBreaker { breaker in
      long.withUnsafeBufferPointer { bytes in
        let words = breaker.words(bytes)
        #expect(words.first?.lowerBound == 0 && words.last?.upperBound == bytes.count)
        for (a, b) in zip(words, words.dropFirst()) { #expect(a.upperBound == b.lowerBound) }
        #expect(breaker.lastWordStart(of: bytes) == bytes.count - 9)
      }
      for _ in 0..<500 {
        let text = (0..<random.below(60)).map { _ -> UInt8 in
          let byte = UInt8(truncatingIfNeeded: random.next())
          return random.below(3) == 0 ? byte : 0xE0 | byte & 0x0F
        }
        text.withUnsafeBufferPointer { bytes in
          var covered = 0
          breaker.forEachWord(bytes) { word in
            #expect(bytes[covered..<word.lowerBound].allSatisfy(Tokenizer.isSpace))
            #expect(!word.isEmpty)
            covered = word.upperBound
          }
          #expect(bytes[covered...].allSatisfy(Tokenizer.isSpace))
          #expect(breaker.tailStart(of: bytes) <= bytes.count)
        }
      }
    }
  }
}
