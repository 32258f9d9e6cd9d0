// Whole retrievals on small sets of items: what is found, in which order, and what stays hidden.

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
