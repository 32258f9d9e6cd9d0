// Finds items in process, with the three steps of retrieval in the shop's own way.

import QACIndex
import QACRetrieval
import QACTraining

/// Index: items of one department lie side by side in the tree.
struct ByDepartment: ItemIndexing {
  func order(of set: ItemSet) -> [UInt32]? {
    set.items.indices.sorted { a, b in
      let (x, y) = (set.items[a].payload, set.items[b].payload)
      return x == y ? a < b : x.lexicographicallyPrecedes(y)
    }.map { UInt32($0) }
  }
}

/// Match: who types an article number means this article.
struct ByNumber: ItemMatching {
  let index: LabelIndex

  mutating func match(_ query: UnsafeBufferPointer<UInt8>, propose: (UInt32) -> Void) {
    if let item = index.view.items?.item(withID: query) { propose(item) }
  }
}

/// Rank: what is out of stock comes last.
struct InStockFirst: ItemRanking {
  let soldOut: Set<UInt32>

  func score(_ item: RankedItem) -> Double {
    soldOut.contains(item.item ?? .max) ? item.score - 1_000 : item.score
  }
}

let set = ItemSet(
  items: [
    .init("a1", title: "Oak lamp", text: "a warm light", payload: "\"home\""),
    .init("a2", title: "Blue lamp", text: "a cold light", payload: "\"home\""),
    .init("b1", title: "Walking boots", text: "for hills", payload: "\"shoes\""),
  ],
  examples: [.init("desk light", item: 1), .init("hiking shoes", item: 2)])
let index = LabelIndex(items: set, indexing: ByDepartment())
try index.verify()
guard let engine = try RetrievalEngine(verified: index) else { fatalError("it has items") }
let scratch = RetrievalScratch(engine: engine)
var numbers = ByNumber(index: index)
for query in ["lamp", "hiking shoes", "a2"] {
  Array(query.utf8).withUnsafeBufferPointer {
    engine.retrieve(
      query: $0, limit: 2, matching: &numbers, ranking: InStockFirst(soldOut: [0]),
      scratch: scratch)
  }
  let titles = (0..<scratch.count).map { i in
    scratch.withItem(i) { _, title, _ in String(decoding: title, as: UTF8.self) }
  }
  print(query, "->", titles)
}
