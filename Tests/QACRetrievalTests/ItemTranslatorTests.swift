// Translations against a plain expectation maximisation over dictionaries.

import QACBinary
import QACIndex
import QACText
import Testing

@testable import QACTraining

@Suite struct ItemTranslatorTests {
  /// Words are their own stems if they are short.
  private static func set(_ seed: UInt64) -> ItemSet {
    var random = SplitMix64(seed: seed)
    func words(_ letter: String, _ most: Int) -> String {
      (0...random.below(most)).map { _ in "\(letter)\(random.below(12))" }.joined(separator: " ")
    }
    let items = (0..<9).map { number in
      let title = Array(words("t", 4).utf8)
      return ItemSet.Item(id: Array("i\(number)".utf8), title: title, titleForm: title)
    }
    let examples = (0..<60).map { _ in
      ItemSet.Example(
        query: Array(words("q", 3).utf8), item: random.below(9),
        count: Float(1 + random.below(3)))
    }
    return ItemSet(items: items, examples: examples)
  }

  private static func words(_ text: [UInt8]) -> Set<String> {
    Set(String(decoding: text, as: UTF8.self).split(separator: " ").map(String.init))
  }

  /// P(t | w) by word.
  private static func expected(_ set: ItemSet) -> [String: [String: Double]] {
    var shares: [String: [String: Double]] = [:]
    for pair in set.pairs {
      for w in words(set.queries[Int(pair.query)]) {
        for t in words(set.items[Int(pair.item)].titleForm) { shares[w, default: [:]][t] = 1 }
      }
    }
    shares = shares.mapValues { row in row.mapValues { _ in 1 / Double(row.count) } }
    for _ in 0..<ItemTranslator.rounds {
      var counts: [String: [String: Double]] = [:]
      for pair in set.pairs {
        let query = words(set.queries[Int(pair.query)])
        for t in words(set.items[Int(pair.item)].titleForm) {
          let sum = query.reduce(1e-5) { $0 + (shares[$1]?[t] ?? 0) }
          for w in query {
            counts[w, default: [:]][t, default: 0] +=
              Double(pair.count) * (shares[w]?[t] ?? 0) / sum
          }
        }
      }
      shares = counts.mapValues { row in
        let sum = row.values.reduce(1, +)
        return row.mapValues { $0 / sum }
      }
    }
    return shares
  }

  private static func content(_ set: ItemSet, threads: Int = 1, people: Int = 1) -> ItemContent {
    var settings = ItemSettings()
    settings.tree.threads = threads
    settings.minimumPeople = people
    return ItemContentBuilder(set, settings: settings).build()
  }

  private static func stem(_ word: String, _ content: ItemContent) -> UInt32? {
    content.terms.withView { $0.id(of: StableHash.of(Array(word.utf8), seed: 16)) }
  }

  @Test(arguments: 1...8) func agreesWithDictionaries(seed: UInt64) throws {
    let set = Self.set(seed)
    let content = Self.content(set)
    var found: [[UInt32]: Float] = [:]
    for (row, stem) in content.translations.stems.enumerated() {
      let range = content.translations.offsets[row]..<content.translations.offsets[row + 1]
      #expect(range.count <= ItemTranslator.mostEntries, "seed \(seed)")
      for i in range {
        found[[stem, content.translations.targets[Int(i)]]] = content.translations.shares[Int(i)]
      }
    }
    var likely = 0
    for (w, row) in Self.expected(set) {
      let best = row.values.sorted(by: >)
      let least = best.count > ItemTranslator.mostEntries ? best[ItemTranslator.mostEntries] : 0
      for (t, share) in row {
        let key = [try #require(Self.stem(w, content)), try #require(Self.stem(t, content))]
        if share > max(least, Double(ItemTranslator.leastShare)) + 1e-4 {
          let own = try #require(found[key], "seed \(seed): \(w) \(t)")
          #expect(abs(Double(own) - share) < 1e-4, "seed \(seed): \(w) \(t)")
          likely += 1
        } else if let own = found[key] {
          #expect(abs(Double(own) - share) < 2e-4, "seed \(seed): \(w) \(t)")
        }
      }
    }
    #expect(likely > 20, "seed \(seed)")
  }

  @Test func theyDoNotDependOnThreads() {
    for seed: UInt64 in 1...4 {
      let set = Self.set(seed)
      #expect(
        Self.content(set).translations == Self.content(set, threads: 3).translations,
        "seed \(seed)")
    }
  }

  @Test func stemsOfTooFewPeopleAreNotTranslated() throws {
    let title = Array("lamp".utf8)
    let examples = [("secret", 1), ("lux", 1), ("lux", 2)].map {
      ItemSet.Example(query: Array($0.0.utf8), item: 0, count: 5, person: UInt32($0.1))
    }
    let set = ItemSet(
      items: [ItemSet.Item(id: [0x61], title: title, titleForm: title)], examples: examples)
    let one = Self.content(set)
    let two = Self.content(set, people: 2)
    #expect(one.translations.stems.count == 2)
    #expect(two.translations.stems == [try #require(Self.stem("lux", two))])
  }

  @Test func withoutExamplesThereAreNone() {
    let title = Array("lamp".utf8)
    let set = ItemSet(
      items: [ItemSet.Item(id: [0x61], title: title, titleForm: title)], examples: [])
    #expect(Self.content(set).translations == TranslationsContent())
  }
}
