// Random postings in memory, and indexes that have nothing but random past queries, for tests.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

/// A collection in memory.
final class MemoryPostings {
  let content: PostingsContent
  /// For each document, the count of each of its terms.
  let documents: [[UInt32: UInt32]]
  let view: PostingsView
  private var memory: [UnsafeMutableRawPointer] = []

  /// Makes a collection of documents, each given by its terms; a term may come several times.
  init(_ bags: [[UInt32]], terms: Int) {
    documents = bags.map { bag in bag.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
    let documents = documents
    content = PostingsContent(terms: terms) { body in
      for (number, document) in documents.enumerated() {
        for (term, count) in document { body(UInt32(number), term, count) }
      }
    }
    var memory: [UnsafeMutableRawPointer] = []
    func keep(_ bytes: [UInt8]) -> UnsafeRawPointer {
      let copy = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 16, alignment: 8)
      copy.initializeMemory(as: UInt8.self, repeating: 0, count: bytes.count + 16)
      copy.copyMemory(from: bytes, byteCount: bytes.count)
      memory.append(copy)
      return UnsafeRawPointer(copy)
    }
    func packed(_ numbers: [UInt32]) -> PackedArray<UInt32> {
      let width = BitWriter.width(of: UInt64(numbers.max() ?? 0))
      var out = BitWriter()
      for number in numbers { out.append(UInt64(number), width: width) }
      return PackedArray(base: keep(out.finish()), count: numbers.count, width: width)
    }
    let bits = BitWriter.ascendingBits(of: content.offsets)
    var out = BitWriter()
    out.append(ascending: content.offsets, firstBits: bits.first, stepBits: bits.step)
    view = PostingsView(
      offsets: AscendingArray(
        base: keep(out.finish()), count: content.offsets.count, firstBits: bits.first,
        stepBits: bits.step),
      documents: packed(content.documents), counts: packed(content.counts),
      lengths: packed(bags.map { UInt32($0.count) }))
    self.memory = memory
  }

  deinit {
    for piece in memory { piece.deallocate() }
  }
}

/// Draws random documents and queries.
struct RandomBags {
  var random: SplitMix64
  let terms: Int

  /// A term; low ones are frequent.
  mutating func term() -> UInt32 {
    UInt32(random.below(1 + random.below(1 + random.below(terms))))
  }

  /// Documents of up to `longest` terms; some are empty.
  mutating func bags(_ count: Int, longest: Int) -> [[UInt32]] {
    (0..<count).map { _ in (0..<random.below(longest + 1)).map { _ in term() } }
  }
}

/// Items with past queries, in an index.
struct PastIndex {
  let index: LabelIndex
  /// The items that each past query led to, and how often.
  let led: [[(item: UInt32, count: Float)]]
  /// The length of each past query's vector; 1 if it has no term.
  let norms: [Float]
  /// Valid as long as the index.
  let items: ItemsView

  /// Makes an index of `itemCount` items and past queries, each given by its distinct terms.
  init(
    _ queries: [Set<UInt32>], led: [[(item: UInt32, count: Float)]], terms: Int, itemCount: Int
  ) throws {
    self.led = led
    let space = FeatureSpace(
      documentFrequencies: Dictionary(
        uniqueKeysWithValues: (0..<terms).map {
          (StableHash.mix(UInt64($0 + 1)), 1 + $0 * queries.count / terms)
        }), documents: queries.count)
    precondition(space.count == terms, "distinct keys")
    var items = ItemContent(terms: space)
    items.ids = (0..<itemCount).map { Array("\(100_000 + $0)".utf8) }
    items.titles = items.ids
    items.payloads = items.ids.map { _ in [] }
    items.weights = items.ids.map { _ in 1 }
    items.uses = items.ids.map { _ in 0 }
    items.termKinds = (0..<terms).map { _ in .word }
    items.bagOffsets = [UInt64](repeating: 0, count: itemCount + 1)
    items.textLengths = items.ids.map { _ in 0 }
    items.holderLengths = items.textLengths
    var norms: [Float] = []
    for (query, items_) in zip(queries, led) {
      let square = space.withView { view in
        query.sorted().reduce(Float(0)) { $0 + view.idf(of: $1) * view.idf(of: $1) }
      }
      norms.append(max(square.squareRoot(), 1))
      items.pastTerms += query.sorted()
      items.pastTermOffsets.append(UInt64(items.pastTerms.count))
      for entry in items_ {
        items.pastItems.append(entry.item)
        items.pastItemCounts.append(entry.count)
      }
      items.pastItemOffsets.append(UInt64(items.pastItems.count))
    }
    self.norms = norms
    var root = NodeRecord()
    root.memberStart = 0
    root.memberCount = UInt32(itemCount)
    items.tree.nodes = [root]
    items.tree.members = (0..<UInt32(itemCount)).map { $0 }
    items.tree.chunks = [NodeChunk()]
    var content = TinyIndex.smallest
    content.items = items
    index = try LabelIndex(bytes: IndexWriter.serialize(content))
    try index.verify()
    self.items = try #require(index.view.items)
  }
}
