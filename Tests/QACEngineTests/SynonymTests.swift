// Synonyms find what a plain replacement finds, behind all that matches as typed.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACEngine

@Suite struct SynonymTests {
  /// Short words, so that phrases, labels and prefixes meet often.
  private static let words = ["aa", "ab", "ba", "bb", "c", "ca", "cab", "öl"]

  private struct Subject {
    let content: IndexContent
    let engine: CompletionEngine
    var random: SplitMix64

    init(seed: UInt64, withSynonyms: Bool = true) throws {
      var random = SplitMix64(seed: seed)
      var labels: Set<String> = []
      for _ in 0..<120 { labels.insert(Self.text(&random, atMost: 4)) }
      let weighted = labels.sorted {
        Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8))
      }.map { ($0, UInt32(1 + random.below(40))) }
      var content = TinyIndex.flat(weighted)
      var phrases: Set<String> = []
      for _ in 0..<12 { phrases.insert(Self.text(&random, atMost: 2)) }
      let table = phrases.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
      let targets = table.indices.map { i in
        table.indices.filter { $0 != i }.filter { _ in random.below(4) == 0 }.map { UInt32($0) }
      }
      if withSynonyms {
        content.synonyms.phrases = table
        content.synonyms.targets = targets
      }
      self.content = content
      self.random = random
      engine = try CompletionEngine(content)
    }

    private static func text(_ random: inout SplitMix64, atMost count: Int) -> String {
      (0..<1 + random.below(count)).map { _ in words[random.below(words.count)] }
        .joined(separator: " ")
    }

    mutating func prefix() -> [UInt8] {
      var scalars = Array(Self.text(&random, atMost: 3).unicodeScalars)
      switch random.below(3) {
      case 0: scalars.append(" ")
      case 1: scalars.removeLast(random.below(2))
      default: break
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      return Array(String(text).utf8)
    }

    /// The labels that synonyms lead to, by trying every replacement.
    func expected(_ prefix: [UInt8]) -> Set<UInt32> {
      func labels(_ prefix: [UInt8]) -> [UInt32] {
        content.labels.indices.filter { content.labels[$0].starts(with: prefix) }
          .map { UInt32($0) }
      }
      let typed = Set(labels(prefix))
      var found: Set<UInt32> = []
      var (tried, rewritten) = (0, 0)
      for start in prefix.indices where start == 0 || prefix[start - 1] == 0x20 {
        for end in start + 1...prefix.count
        where end == prefix.count || prefix[end] == 0x20 && prefix[end - 1] != 0x20 {
          guard let i = content.synonyms.phrases.firstIndex(of: Array(prefix[start..<end])) else {
            continue
          }
          for target in content.synonyms.targets[i] {
            if tried == SynonymSource.mostTried || rewritten == SynonymSource.mostRewritten {
              return found
            }
            tried += 1
            let text = content.synonyms.phrases[Int(target)]
            let matching = labels(prefix[..<start] + text + prefix[end...])
            if matching.isEmpty { continue }
            rewritten += 1
            let best = matching.sorted {
              (content.weights[Int($1)], $0) < (content.weights[Int($0)], $1)
            }
            found.formUnion(best.prefix(SynonymSource.labelsEach))
          }
        }
      }
      return found.subtracting(typed)
    }
  }

  private static let options = CompletionOptions(
    sources: Set(SuggestionSource.allCases).subtracting([.corrected, .variants]))

  @Test(arguments: UInt64(0)..<20) func labelsAreThoseOfPlainReplacement(seed: UInt64) throws {
    var subject = try Subject(seed: seed)
    let scratch = CompletionScratch(engine: subject.engine)
    var (found, both) = (0, 0)
    for round in 0..<60 {
      let prefix = subject.prefix()
      let comment = Comment(
        rawValue: "seed \(seed), round \(round), \(String(decoding: prefix, as: UTF8.self))")
      let all = subject.engine.suggestions(
        prefix, limit: nil, options: Self.options, scratch: scratch)
      let synonyms = all.filter { $0.match == .synonyms }
      #expect(Set(synonyms.compactMap(\.label)) == subject.expected(prefix), comment)
      #expect(synonyms.allSatisfy { $0.source == .synonyms }, comment)
      found += synonyms.count
      // Behind all that matches as typed; the features still make the score.
      let typed = all.filter { $0.match == .prefix }
      if let last = typed.last, let first = synonyms.first {
        #expect(first.score < last.score, comment)
        both += 1
      }
      for i in all.indices {
        let sum = scratch.explain(i, engine: subject.engine).reduce(0) { $0 + $1.value * $1.weight }
        #expect(abs(sum - all[i].score) < 1e-9, comment)
      }
      // They are what is added, and nothing else changes.
      var plain = Self.options
      plain.sources.remove(.synonyms)
      let rest = subject.engine.suggestions(prefix, limit: nil, options: plain)
      #expect(rest.map(\.normalized) == typed.map(\.normalized), comment)
    }
    #expect(found > 20 && both > 5, "seed \(seed): \(found), \(both)")
  }

  @Test(arguments: UInt64(0)..<8) func blockedLabelsStayOut(seed: UInt64) throws {
    var subject = try Subject(seed: seed)
    let word = try BlockRule(.word, Array("ca".utf8))
    let blocks = BlockedLabels(BlockList([word], profile: .search), in: subject.engine.index)
    for _ in 0..<40 {
      let found = subject.engine.suggestions(subject.prefix(), limit: nil, blocks: blocks)
      #expect(!found.contains { blocks.list.blocks($0.normalized) }, "seed \(seed)")
    }
  }

  /// Composed texts leave the last places, labels do not.
  @Test func composedTextsLeaveTheLastPlaces() throws {
    var labels = ["sofa bed", "sofa bench"]
    var content = TinyIndex.flat(labels.map { ($0, 9) })
    content.suffixes = (0..<20).map { Array("b\(Character(UnicodeScalar(97 + $0)!))".utf8) }
    content.suffixWeights = content.suffixes.map { _ in 5 }
    content.synonyms.phrases = ["couch", "sofa"].map { Array($0.utf8) }
    content.synonyms.targets = [[1], [0]]
    let engine = try CompletionEngine(content)
    let found = engine.suggestions(Array("couch b".utf8), limit: 10)
    #expect(found.count == 10)
    #expect(found.prefix(8).allSatisfy { $0.match == .prefix && $0.source == .composed })
    #expect(found.suffix(2).map(\.string).sorted() == labels)
    #expect(found.suffix(2).allSatisfy { $0.match == .synonyms })
    #expect(Array(found.prefix(1)) == engine.suggestions(Array("couch b".utf8), limit: 1))
    #expect(
      engine.suggestions(Array("couch b".utf8), limit: 5).count { $0.match == .synonyms } == 1)
    // The whole word alone, finished and not.
    #expect(engine.texts("couch").contains("sofa bed"))
    #expect(engine.texts("couch ").contains("sofa bed"))
    #expect(!engine.texts("couc").contains("sofa bed"))

    labels += (0..<12).map { "couch b\(Character(UnicodeScalar(97 + $0)!))" }
    var full = TinyIndex.flat(labels.sorted().map { ($0, 1) })
    full.synonyms = content.synonyms
    let crowded = try CompletionEngine(full)
    #expect(
      crowded.suggestions(Array("couch b".utf8), limit: 10).allSatisfy { $0.match == .prefix })
  }

  /// An index without synonyms answers as one whose synonyms are switched off.
  @Test func withoutSynonymsNothingChanges() throws {
    var (with, without) = (try Subject(seed: 3), try Subject(seed: 3, withSynonyms: false))
    var options = CompletionOptions.standard
    options.sources.remove(.synonyms)
    for _ in 0..<60 {
      let prefix = with.prefix()
      #expect(prefix == without.prefix())
      #expect(
        with.engine.suggestions(prefix, options: options) == without.engine.suggestions(prefix))
    }
  }
}
