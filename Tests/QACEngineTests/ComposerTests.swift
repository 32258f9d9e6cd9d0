// The composer against a plain scan of all suffixes, on generated vocabularies and at the edges.

import Foundation
import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

/// What the composer should find, by scanning every suffix.
struct PlainComposer {
  struct Found: Equatable {
    var text: [UInt8]
    var logScore: Double
    var evidence: Int
  }

  let suffixes: [[UInt8]]
  let weights: [Double]

  /// The last words of `prefix`, at most two, each level as the bytes from there to the end.
  static func levels(_ prefix: [UInt8]) -> [[UInt8]] {
    let words = Tokenizer.words(prefix)
    var starts = words.map(\.lowerBound)
    if let last = words.last, last.upperBound == prefix.count {
      starts.removeLast()
      return [Array(prefix[last.lowerBound...])]
        + starts.suffix(2).reversed().map {
          Array(prefix[$0...])
        }
    }
    return [[]] + starts.suffix(2).reversed().map { Array(prefix[$0...]) }
  }

  func search(_ prefix: [UInt8], limit: Int) -> [Found] {
    let levels = Self.levels(prefix)
    let tail = levels[0]
    func rows(_ level: [UInt8]) -> [Int] {
      suffixes.indices.filter { suffixes[$0].starts(with: level) }
    }
    var candidates: Set<[UInt8]> = []
    for (k, level) in levels.enumerated() where k > 0 || !tail.isEmpty {
      let best = rows(level).sorted { (weights[$1], $0) < (weights[$0], $1) }.prefix(limit)
      for row in best {
        let ending = tail + suffixes[row].dropFirst(level.count)
        if suffixes.contains(ending) { candidates.insert(ending) }
      }
    }
    let found = candidates.map { ending -> Found in
      var p = 0.0
      var evidence = 0
      for (k, level) in levels.enumerated() {
        let rows = rows(level)
        if rows.isEmpty { break }
        let whole = level + ending.dropFirst(tail.count)
        let count = suffixes.firstIndex(of: whole).map { weights[$0] } ?? 0
        let mass = rows.reduce(0) { $0 + weights[$1] }
        p = k == 0 ? count / mass : (count + Double(rows.count) * p) / (mass + Double(rows.count))
        if k > 0, count > 0 { evidence = k }
      }
      return Found(text: ending, logScore: log(p), evidence: evidence)
    }
    return Array(
      found.sorted {
        abs($0.logScore - $1.logScore) > 1e-12
          ? $0.logScore > $1.logScore : $0.text.lexicographicallyPrecedes($1.text)
      }.prefix(limit))
  }
}

/// Suffix tables of made-up queries, and prefixes to ask for.
struct SuffixGenerator {
  var random: SplitMix64
  let words: [String]

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    let pool = [
      "a", "an", "ana", "b", "ba", "to", "tor", "é", "éa", "日", "日本", "x-y", "10.0.0.5", "ñ", "ab",
    ]
    let random = (0..<4 + Int(seed % 9)).map { i in pool[(i * 7 + Int(seed)) % pool.count] }
    words = random
  }

  mutating func query(_ most: Int) -> [UInt8] {
    var text = ""
    for i in 0...random.below(most) {
      if i > 0 { text += random.below(9) == 0 ? "  " : " " }
      text += words[random.below(words.count)]
    }
    if random.below(12) == 0 { text += " " }
    return Array(text.utf8)
  }

  /// An index of one label with all suffixes of `count` queries, of one to five words.
  mutating func content(_ count: Int, weights most: Int) -> IndexContent {
    var suffixes: Set<[UInt8]> = []
    for _ in 0..<count {
      let text = query(5)
      for word in Tokenizer.words(text) { suffixes.insert(Array(text[word.lowerBound...])) }
    }
    var content = TinyIndex.smallest
    content.profile = .verbatim
    content.suffixes = suffixes.sorted { $0.lexicographicallyPrecedes($1) }
    content.suffixWeights = content.suffixes.map { _ in UInt32(1 + random.below(most)) }
    return content
  }
}

@Suite struct ComposerTests {
  static func found(
    _ index: LabelIndex, _ composer: inout Composer, _ prefix: [UInt8], limit: Int
  ) -> [PlainComposer.Found] {
    prefix.withUnsafeBufferPointer { composer.search(index.view, prefix: $0, limit: limit) }
    return composer.results.map {
      PlainComposer.Found(
        text: Array(index.view.suffixes[Int($0.suffix)]), logScore: $0.logScore,
        evidence: $0.evidence)
    }
  }

  @Test(arguments: UInt64(0)..<24)
  func everyResultIsThatOfAScan(seed: UInt64) throws {
    var generator = SuffixGenerator(seed: seed)
    let content = generator.content(2 + Int(seed * seed), weights: seed % 3 == 0 ? 2 : 1000)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    let plain = PlainComposer(
      suffixes: content.suffixes, weights: content.suffixWeights.map { Double($0) })
    var composer = Composer(suffixCount: content.suffixes.count)
    for _ in 0..<150 {
      var prefix = generator.query(6)
      while generator.random.below(3) != 0, !prefix.isEmpty {
        repeat { prefix.removeLast() } while prefix.last.map { $0 & 0xC0 == 0x80 } ?? false
      }
      let limit = 1 + generator.random.below(8)
      let expected = plain.search(prefix, limit: limit)
      let found = Self.found(index, &composer, prefix, limit: limit)
      let shown = String(decoding: prefix, as: UTF8.self)
      #expect(found.map(\.text) == expected.map(\.text), "'\(shown)', limit \(limit)")
      #expect(found.map(\.evidence) == expected.map(\.evidence), "'\(shown)', limit \(limit)")
      for (a, b) in zip(found, expected) { #expect(abs(a.logScore - b.logScore) < 1e-9) }
      for result in found {
        let text = Array(prefix[..<composer.offset]) + result.text
        #expect(text.starts(with: prefix), "'\(shown)'")
        #expect(String(validating: text, as: UTF8.self) != nil)
      }
    }
  }

  @Test func wordsBeforeTheTailDecide() throws {
    var content = TinyIndex.smallest
    content.suffixes = ["berlin", "boston", "in berlin", "to boston", "bonn"].map {
      Array($0.utf8)
    }.sorted { $0.lexicographicallyPrecedes($1) }
    let weights = ["berlin": 50, "bonn": 8, "boston": 9, "in berlin": 50, "to boston": 5]
    content.suffixWeights = content.suffixes.map {
      UInt32(weights[String(decoding: $0, as: UTF8.self)] ?? 0)
    }
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    var composer = Composer(suffixCount: content.suffixes.count)
    func texts(_ prefix: String) -> [String] {
      Self.found(index, &composer, Array(prefix.utf8), limit: 10).map {
        String(decoding: $0.text, as: UTF8.self)
      }
    }
    #expect(texts("b") == ["berlin", "boston", "bonn"])
    #expect(texts("hotels b") == ["berlin", "boston", "bonn"])
    #expect(texts("flights to b") == ["boston", "berlin", "bonn"])
    #expect(texts("flights to ") == ["boston"])
    #expect(texts("flights ") == [])
    #expect(texts("i") == ["in berlin"])
    #expect(texts("") == [])
    #expect(texts(" ") == [])
    #expect(texts("x") == [])
    #expect(texts("tob") == [])
  }

  @Test func longPrefixesAreCheapAndFindWhatTheirEndSays() throws {
    var content = TinyIndex.smallest
    let long = [UInt8](repeating: 0x61, count: Suffix.mostBytes)
    content.suffixes = [long, Array("b".utf8), Array("b ab".utf8), Array("ab".utf8)].sorted {
      $0.lexicographicallyPrecedes($1)
    }
    content.suffixWeights = content.suffixes.map { _ in 2 }
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    var composer = Composer(suffixCount: content.suffixes.count)
    func count(_ prefix: [UInt8]) -> Int {
      Self.found(index, &composer, prefix, limit: 10).count
    }
    let head = [UInt8](repeating: 0x20, count: 65_534)
    #expect(count(head + Array("ab".utf8)) == 1)
    #expect(count([UInt8](repeating: 0x61, count: 65_536)) == 0)
    #expect(count(long) == 1)
    #expect(count(long + [0x61]) == 0)
    #expect(count([0x62] + head) == 0)
    // "a" begins "ab" and the long one.
    #expect(count(Array(String(repeating: "b a", count: 20_000).utf8)) == 2)
    #expect(count([UInt8](repeating: 0x80, count: 500)) == 0)
  }

  @Test func anIndexWithoutSuffixesFindsNothing() throws {
    let index = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.smallest))
    var composer = Composer(suffixCount: 0)
    for prefix in ["", "a", "a b", " "] {
      #expect(Self.found(index, &composer, Array(prefix.utf8), limit: 10).isEmpty)
    }
    let tiny = try LabelIndex(bytes: IndexWriter.serialize(TinyIndex.content))
    var other = Composer(suffixCount: tiny.view.suffixes.count)
    #expect(Self.found(tiny, &other, Array("n".utf8), limit: 0).isEmpty)
    #expect(Self.found(tiny, &other, Array("n".utf8), limit: 1).count == 1)
  }
}

@Suite struct WordSuffixTests {
  private static func found(_ text: [UInt8], _ tail: [UInt8]) -> [[Range<Int>]] {
    var result: [[Range<Int>]] = []
    text.withUnsafeBufferPointer { text in
      tail.withUnsafeBufferPointer { tail in
        WordSuffixes.forEachWordSuffix(of: text, beginningWith: tail) { result.append([$0, $1]) }
      }
    }
    return result
  }

  @Test(arguments: UInt64(0)..<10)
  func wordsAreThoseThatBeginWithTheTail(seed: UInt64) {
    var generator = SuffixGenerator(seed: seed)
    for _ in 0..<200 {
      let text = generator.query(6)
      var tail = Tokenizer.words(generator.query(1)).first.map { _ in generator.query(1) } ?? []
      tail.removeAll { $0 == 0x20 }
      tail.removeLast(generator.random.below(tail.count + 1))
      let expected = Tokenizer.words(text).filter { text[$0].starts(with: tail) }.map {
        [$0, $0.lowerBound..<text.count]
      }
      #expect(Self.found(text, tail) == expected, "seed \(seed)")
    }
  }

  @Test func longTextsHaveNoWordsHere() {
    let text = [UInt8](repeating: 0x61, count: WordSuffixes.mostBytes)
    #expect(Self.found(text, [0x61]).count == 1)
    #expect(Self.found(text + [0x61], [0x61]).isEmpty)
    #expect(Self.found([], []).isEmpty)
  }
}
