// Whole retrievals on small sets of items: what is found, in which order, and what stays hidden.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACRetrieval

@Suite struct RetrievalEngineTests {
  private static let catalogue: [(id: String, title: String, text: String)] = [
    ("a", "red oak lamp", "warm light for a desk"), ("b", "blue lamp", "a cold light"),
    ("c", "oak table", "seats four"), ("d", "archive tool", "packs files"),
    ("e", "walking boots", "leather, for hills"),
  ]

  private static func set(_ examples: [(query: String, item: Int)] = []) -> ItemSet {
    ItemSet(
      items: catalogue.map {
        ItemSet.Item(
          id: Array($0.id.utf8), title: Array($0.title.utf8), titleForm: Array($0.title.utf8),
          textForm: Array($0.text.utf8))
      },
      examples: examples.map {
        ItemSet.Example(query: Array($0.query.utf8), item: $0.item, count: 1)
      }
    )
  }

  private static func engine(_ set: ItemSet) throws -> RetrievalEngine {
    var content = TinyIndex.smallest
    content.items = ItemContentBuilder(set, settings: ItemSettings()).build()
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    return try #require(try RetrievalEngine(verified: index))
  }

  private static func ids(
    _ engine: RetrievalEngine, _ query: String, limit: Int = 10, added: AddedItems? = nil,
    hidden: HiddenItems? = nil, scratch: RetrievalScratch? = nil
  ) -> [String] {
    let scratch = scratch ?? RetrievalScratch(engine: engine)
    Array(query.utf8).withUnsafeBufferPointer {
      engine.retrieve(query: $0, limit: limit, added: added, hidden: hidden, scratch: scratch)
    }
    return (0..<scratch.count).map { i in
      scratch.withItem(i) { id, _, _ in String(decoding: id, as: UTF8.self) }
    }
  }

  @Test func textFindsItemsWithoutExamples() throws {
    let engine = try Self.engine(Self.set())
    #expect(Self.ids(engine, "oak lamp").first == "a")
    #expect(Self.ids(engine, "archives").first == "d")
    #expect(Self.ids(engine, "zzz") == [])
    #expect(Self.ids(engine, "") == [])
    #expect(Self.ids(engine, "oak lamp", limit: 1) == ["a"])
  }

  @Test func examplesFindItemsByOtherWords() throws {
    let engine = try Self.engine(Self.set([("unzip", 3), ("unzip a folder", 3), ("hike", 4)]))
    #expect(Self.ids(engine, "unzip").first == "d")
    #expect(Self.ids(engine, "hike").first == "e")
  }

  @Test func anIndexWithoutTranslationsAnswers() throws {
    let set = Self.set([("unzip", 3), ("unpack a folder", 3), ("hike", 4), ("light", 0)])
    var content = TinyIndex.smallest
    var items = ItemContentBuilder(set, settings: ItemSettings()).build()
    #expect(!items.translations.stems.isEmpty)
    items.translations = TranslationsContent()
    content.items = items
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    let engine = try #require(try RetrievalEngine(verified: index))
    #expect(engine.items.translations == nil)
    let scratch = RetrievalScratch(engine: engine)
    #expect(Self.ids(engine, "unzip", scratch: scratch).first == "d")
    for feature in [RetrievalFeature.meant, .textMeant, .meantLikeness] {
      #expect(scratch.features(0)[scratch.features(0).startIndex + feature.rawValue] == 0)
    }
  }

  @Test func textsThatAQueryMeansHaveFeatures() throws {
    // "unzip" leads to "archive tool": another item with "archive" in its text is meant as well.
    let engine = try Self.engine(
      Self.set([("unzip", 3), ("unzip it", 3), ("hike", 4), ("oak table", 2)]))
    let items = engine.items
    let translations = try #require(items.translations)
    let scratch = RetrievalScratch(engine: engine)
    _ = Self.ids(engine, "unzip oak", scratch: scratch)
    func stem(_ word: String) throws -> UInt32 {
      try #require(items.terms.id(of: StableHash.of(Array(word.utf8), seed: 16)))
    }
    func idf(_ stem: UInt32, _ postings: PreparedPostings) -> Float {
      postings.idf[Int(stem)] > 0
        ? postings.idf[Int(stem)] : PreparedItems.parameters.idf(documents: 5, frequency: 0)
    }
    let asked = try ["unzip", "oak"].map(stem)
    var meant: [UInt32: Float] = [:]
    for stem in asked {
      for i in translations.row(of: stem) {
        meant[translations.targets[i], default: 0] +=
          idf(stem, engine.prepared.holders) * translations.share(i)
      }
    }
    let total = asked.reduce(Float(0)) { $0 + idf($1, engine.prepared.holders) }
    let length = meant.reduce(Float(0)) { sum, entry in
      let value = entry.value * items.terms.idf(of: entry.key)
      return sum + value * value
    }.squareRoot()
    #expect(meant.count > 2 && scratch.count > 1)
    for i in 0..<scratch.count {
      let item = try #require(scratch.item(i))
      var (all, text, dot, own): (Float, Float, Float, Float) = (0, 0, 0, 0)
      for entry in items.bag(item) where items.termKinds[Int(items.bagTerms[entry])] == 3 {
        let (term, inText) = (items.bagTerms[entry], items.bagTextCounts[entry])
        let value = inText > 0 ? ItemTermBag.frequency(inText) * items.terms.idf(of: term) : 0
        own += value * value
        guard let share = meant[term] else { continue }
        func part(_ count: UInt32, _ postings: PreparedPostings) -> Float {
          let norm = postings.norms[Int(item)]
          return share * idf(term, postings) * 2.2 * Float(count) / (Float(count) + norm)
        }
        all += part(inText + items.bagAskedCounts[entry], engine.prepared.holders)
        text += part(inText, engine.prepared.text)
        dot += share * items.terms.idf(of: term) * value
      }
      let features = Array(scratch.features(i))
      for (feature, expected) in [
        (RetrievalFeature.meant, all / total), (.textMeant, text / total),
        (.meantLikeness, own > 0 ? dot / length / own.squareRoot() : 0),
      ] {
        #expect(abs(features[feature.rawValue] - expected) < 1e-4, "\(feature) of \(item)")
      }
    }
  }

  @Test func hiddenItemsAreNotFoundAndOthersAre() throws {
    let engine = try Self.engine(Self.set())
    var hidden = HiddenItems(of: engine.itemCount)
    hidden.insert(0)
    let found = Self.ids(engine, "oak lamp", hidden: hidden)
    #expect(!found.contains("a") && found.contains("b") && found.contains("c"))
  }

  @Test func addedItemsAreFoundByWordsThatNoItemHas() throws {
    let engine = try Self.engine(Self.set([("light", 0)]))
    let item = AddedItem(
      id: Array("z".utf8), title: Array("Quokka lamp".utf8), text: [], weight: 1, payload: [])
    let known = AddedItem(
      id: Array("a".utf8), title: Array("other".utf8), text: [], weight: 1, payload: [])
    let added = AddedItems([item, known], beside: engine.index)
    #expect(added.items.count == 1)
    #expect(Self.ids(engine, "quokka", added: added) == ["z"])
    #expect(Self.ids(engine, "quokka lamp", added: added).first == "z")
    #expect(Self.ids(engine, "quokka") == [])
  }

  @Test func oneScratchServesManyQueries() throws {
    let engine = try Self.engine(Self.set([("unzip", 3), ("hike", 4), ("light", 0)]))
    let scratch = RetrievalScratch(engine: engine)
    for query in ["oak lamp", "unzip", "", "hike boots", "a a a a", "light"] {
      let fresh = Self.ids(engine, query)
      #expect(Self.ids(engine, query, scratch: scratch) == fresh, "\(query)")
      #expect(Set(fresh).count == fresh.count, "\(query)")
    }
    scratch.wipe()
    #expect(scratch.count == 0)
  }

  @Test func withTheWeightOfWordsAloneTheOrderIsThatOfBM25() throws {
    let set = Self.set([("cold desk", 1), ("desk light", 0), ("table for four", 2)])
    var weights = [Double](repeating: 0, count: RetrievalFeature.count)
    weights[RetrievalFeature.words.rawValue] = 1
    let engine = RetrievalEngine(
      try Self.engine(set), ranker: RetrievalRanker(weights: weights))
    let items = engine.items
    for query in ["light lamp", "oak", "a light for four", "table desk cold"] {
      let scratch = RetrievalScratch(engine: engine)
      let found = Self.ids(engine, query, scratch: scratch)
      var search = LexicalSearch(documents: engine.itemCount)
      let terms = query.split(separator: " ").compactMap { word in
        items.terms.id(of: StableHash.of(Array(word.utf8), seed: 11))
          .map { QueryTerm(term: $0, count: 1) }
      }
      terms.withUnsafeBufferPointer {
        search.search($0, in: items.holders, engine.prepared.holders, limit: 10)
      }
      let expected = (0..<search.count).map { i in
        String(decoding: items.ids[Int(search.document(i))], as: UTF8.self)
      }
      #expect(Array(found.prefix(expected.count)) == expected, "\(query)")
    }
  }

  /// Items that are all found by "lamp", in many more numbers than are compared.
  private static func lamps(_ seed: UInt64) throws -> RetrievalEngine {
    var random = SplitMix64(seed: seed)
    let words = ["oak", "red", "desk", "warm", "small", "tall"]
    let items = (0..<300).map { number in
      let title = ["lamp"] + (0...random.below(5)).map { _ in words[random.below(words.count)] }
      let form = Array(title.joined(separator: " ").utf8)
      return ItemSet.Item(id: Array("i\(1000 + number)".utf8), title: form, titleForm: form)
    }
    let examples = (0..<100).map { _ in
      ItemSet.Example(
        query: Array("\(words[random.below(words.count)]) light".utf8), item: random.below(300),
        count: 1)
    }
    return try engine(ItemSet(items: items, examples: examples))
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func theBestAreComparedAndTheirOrderIsThatOfAll(seed: UInt64) throws {
    let all = try Self.lamps(seed)
    var weights = [Double](repeating: 0, count: RetrievalFeature.count)
    for feature in [RetrievalFeature.words, .stems, .nearest] { weights[feature.rawValue] = 2 }
    let whole = RetrievalEngine(all, ranker: RetrievalRanker(weights: weights))
    let some = RetrievalEngine(
      all, ranker: RetrievalRanker(weights: weights, earlyWeights: weights))
    for query in ["lamp", "red oak lamp", "warm light", "small desk light"] {
      for limit in [1, 10, 60] {
        let (a, b) = (RetrievalScratch(engine: whole), RetrievalScratch(engine: some))
        let expected = Self.ids(whole, query, limit: limit, scratch: a)
        let found = Self.ids(some, query, limit: limit, scratch: b)
        #expect(found == expected, "seed \(seed), \(query), \(limit)")
        #expect(found.count == limit, "seed \(seed), \(query), \(limit)")
        #expect(a.compared.count > b.compared.count, "seed \(seed), \(query), \(limit)")
      }
    }
  }

  @Test func weightsComeBackFromAFileByName() throws {
    let set = Self.set([("unzip", 3)])
    var ranker = RetrievalRanker(
      weights: (0..<RetrievalFeature.count).map { Double($0) / 4 - 3 })
    func engine(_ named: [(name: String, value: Double)]) throws -> RetrievalEngine? {
      var content = TinyIndex.smallest
      content.items = ItemContentBuilder(set, settings: ItemSettings()).build()
      content.ranker = named
      let index = try LabelIndex(bytes: IndexWriter.serialize(content))
      try index.verify()
      return try RetrievalEngine(verified: index)
    }
    let plain = try #require(try engine(ranker.named))
    #expect(plain.weights == ranker.weights && plain.earlyWeights.isEmpty)
    ranker.earlyWeights = RetrievalFeature.allCases.map { $0.isEarly ? 0.5 : 0 }
    let both = try #require(try engine(ranker.named))
    #expect(both.weights == ranker.weights)
    #expect(Array(both.earlyWeights.prefix(RetrievalFeature.count)) == ranker.earlyWeights)
    for name in ["item.nothing", "item.early.nothing"] {
      #expect(throws: RetrievalError.unknownFeature(name: "item.nothing")) {
        _ = try engine([(name, 1)])
      }
    }
  }

  @Test(arguments: [1, 3]) func theBytesDoNotDependOnThreads(threads: Int) throws {
    var settings = ItemSettings()
    settings.tree.threads = threads
    let set = Self.set([("unzip", 3), ("hike", 4), ("light", 0), ("light", 1)])
    func bytes(_ settings: ItemSettings) -> [UInt8] {
      var content = TinyIndex.smallest
      content.items = ItemContentBuilder(set, settings: settings).build()
      return IndexWriter.serialize(content)
    }
    #expect(bytes(settings) == bytes(ItemSettings()))
  }

  @Test func termsOfTooFewPeopleAreNotLearned() throws {
    let items = Self.set().items
    let examples = [("secretword lamp", 1), ("sharedword", 1), ("sharedword", 2)].map {
      ItemSet.Example(query: Array($0.0.utf8), item: 0, count: 5, person: UInt32($0.1))
    }
    var settings = ItemSettings()
    settings.minimumPeople = 2
    let content = ItemContentBuilder(
      ItemSet(items: items, examples: examples), settings: settings
    ).build()
    content.terms.withView { view in
      func has(_ word: String) -> Bool {
        view.id(of: StableHash.of(Array(word.utf8), seed: 11)) != nil
      }
      #expect(!has("secretword") && has("sharedword") && has("lamp"))
    }
  }
}
