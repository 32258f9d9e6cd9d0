// The three steps that an embedder may replace, and what explanations name.

import QACBinary
import QACIndex
import QACText
import QACTraining
import Testing

@testable import QACRetrieval

@Suite struct RetrievalStepsTests {
  private static let set = ItemSet(
    items: (0..<40).map { i in
      ItemSet.Item(
        "id\(10 + i)", title: "\(["red", "blue", "oak", "pine"][i % 4]) lamp \(i / 4)",
        text: "light for rooms")
    },
    examples: [.init("desk light", item: 3), .init("bright room", item: 7)])

  private static func engine(
    _ indexing: some ItemIndexing = ClusteredItems(), settings: ItemSettings = ItemSettings()
  ) throws -> RetrievalEngine {
    let index = LabelIndex(items: set, settings: settings, indexing: indexing)
    try index.verify()
    return try #require(try RetrievalEngine(verified: index))
  }

  private static func found(_ scratch: RetrievalScratch) -> [String] {
    (0..<scratch.count).map { i in
      scratch.withItem(i) { id, _, _ in String(decoding: id, as: UTF8.self) }
    }
  }

  private struct Reversed: ItemIndexing {
    func order(of set: ItemSet) -> [UInt32]? { set.items.indices.reversed().map { UInt32($0) } }
  }

  private struct Fixed: ItemMatching {
    let items: [UInt32]
    private(set) var queries: [String] = []

    init(_ items: [UInt32]) { self.items = items }

    mutating func match(_ query: UnsafeBufferPointer<UInt8>, propose: (UInt32) -> Void) {
      queries.append(String(decoding: query, as: UTF8.self))
      for item in items { propose(item) }
    }
  }

  private struct LowestID: ItemRanking {
    func score(_ item: RankedItem) -> Double { -Double(item.item ?? 0) }
  }

  @Test func theUsualStepsAreTheUsualRetrieval() throws {
    let engine = try Self.engine()
    for query in ["oak lamp", "desk light", "zzz", "", "red lamp 3 for rooms"] {
      let (one, two) = (RetrievalScratch(engine: engine), RetrievalScratch(engine: engine))
      var none = ArmsAlone()
      Array(query.utf8).withUnsafeBufferPointer {
        engine.retrieve(query: $0, limit: 7, scratch: one)
        engine.retrieve(
          query: $0, limit: 7, matching: &none, ranking: FittedRanking(), scratch: two)
      }
      #expect(Self.found(one) == Self.found(two), "\(query)")
      #expect((0..<one.count).map(one.score) == (0..<two.count).map(two.score), "\(query)")
    }
  }

  @Test func stepsProposeAndRank() throws {
    let engine = try Self.engine()
    let scratch = RetrievalScratch(engine: engine)
    var fixed = Fixed([5, 2, 5])
    Array("ZZZ!".utf8).withUnsafeBufferPointer {
      engine.retrieve(
        query: $0, limit: 9, matching: &fixed, ranking: LowestID(), scratch: scratch)
    }
    #expect(Self.found(scratch) == ["id12", "id15"] && fixed.queries == ["zzz"])
    Array("oak lamp".utf8).withUnsafeBufferPointer {
      engine.retrieve(
        query: $0, limit: 3, matching: &fixed, ranking: LowestID(), scratch: scratch)
    }
    #expect(Self.found(scratch) == ["id10", "id11", "id12"])
  }

  @Test func anOrderOfTheItemsIsThatOfTheLeaves() throws {
    var settings = ItemSettings()
    settings.tree.leafSize = 5
    let tree = try Self.engine(Reversed(), settings: settings).items.tree
    var leaves: [[UInt32]] = []
    for node in tree.nodes where node.isLeaf {
      leaves.append(
        (0..<Int(node.memberCount)).map { tree.members[Int(node.memberStart) + $0] })
    }
    #expect(
      leaves.count == 8
        && leaves.flatMap { $0.sorted().reversed() }.elementsEqual(
          (0..<40).reversed())
    )
    // The search through them is the same as any.
    let scratch = RetrievalScratch(engine: try Self.engine(Reversed(), settings: settings))
    Array("desk light".utf8).withUnsafeBufferPointer {
      scratch.engine.retrieve(query: $0, limit: 1, scratch: scratch)
    }
    #expect(Self.found(scratch) == ["id13"])
  }

  @Test func explanationsNameWhatWasAskedFor() throws {
    let engine = try Self.engine()
    let scratch = RetrievalScratch(engine: engine)
    func matches(_ query: String, _ id: String) throws -> [String] {
      Array(query.utf8).withUnsafeBufferPointer {
        engine.retrieve(query: $0, limit: 40, scratch: scratch)
      }
      let place = try #require(Self.found(scratch).firstIndex(of: id))
      var found: [String] = []
      scratch.forEachMatch(place) { kind, text in
        found.append("\(kind.name) " + String(decoding: text, as: UTF8.self))
      }
      return found
    }
    #expect(try matches("Oak lamp, unheard", "id12") == ["word oak", "word lamp", "pair oak lamp"])
    #expect(
      try matches("lamps", "id10") == ["characters lam", "characters amp"])
    // A query that led to the item; only what was asked is named.
    #expect(try matches("desk", "id13") == ["word desk"])
  }

  @Test func aQueryCanBeReadAndTheTreeSearchedAlone() throws {
    let engine = try Self.engine()
    let (alone, whole) = (RetrievalScratch(engine: engine), RetrievalScratch(engine: engine))
    for query in ["desk light", "blue lamp"] {
      Array(query.utf8).withUnsafeBufferPointer {
        engine.read(query: $0, scratch: alone)
        engine.retrieve(
          query: $0, limit: 10, options: RetrievalOptions(arms: [.tree], rankedBy: .tree),
          scratch: whole)
      }
      let items = engine.searchTree(beam: 20, limit: 10, scratch: alone)
      #expect(items == (0..<whole.count).compactMap { whole.item($0) }, "\(query)")
    }
  }

  @Test func triplesOfWordsAreTermsWhereTheyAreLearned() throws {
    var settings = ItemSettings()
    let without = try Self.engine(settings: settings)
    settings.kinds.insert(.trigram)
    let with = try Self.engine(settings: settings)
    #expect(!without.prepared.hasTrigrams && with.prepared.hasTrigrams)
    let scratch = RetrievalScratch(engine: with)
    Array("light for rooms".utf8).withUnsafeBufferPointer {
      with.retrieve(query: $0, limit: 1, scratch: scratch)
    }
    var kinds: [ItemTerms.Kind] = []
    scratch.forEachMatch(0) { kind, _ in kinds.append(kind) }
    #expect(kinds.contains(.trigram))
  }
}
