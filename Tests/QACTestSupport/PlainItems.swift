// Items of an index made by hand: found by their titles, in a tree of one leaf, without examples.

public import QACIndex
import QACText

/// An item of a hand-made index.
public struct PlainItem: Sendable, Hashable {
  /// The id.
  public var id: String
  /// The title, by which alone it is found.
  public var title: String
  /// JSON, or empty.
  public var payload: String

  /// Makes an item.
  public init(_ id: String, _ title: String, payload: String = "") {
    self.id = id
    self.title = title
    self.payload = payload
  }

  /// The content of an index that has `items`, at least one.
  public static func content(of items: [PlainItem]) -> ItemContent {
    let items = items.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    let normalizer = Normalizer(.search)
    let terms = items.map { item in
      var keys: [UInt64] = []
      normalizer.normalize(item.title).withUnsafeBufferPointer { title in
        ItemTerms.forEach(of: title) { _, key, _ in keys.append(key) }
      }
      return keys
    }
    var frequencies: [UInt64: Int] = [:]
    for keys in terms { for key in Set(keys) { frequencies[key, default: 0] += 1 } }
    var content = ItemContent(
      terms: FeatureSpace(documentFrequencies: frequencies, documents: items.count))
    let count = content.terms.count
    let bags = content.terms.withView { space in
      terms.map { keys in keys.compactMap { space.id(of: $0) }.map { ($0, UInt32(1)) } }
    }
    content.ids = items.map { Array($0.id.utf8) }
    content.titles = items.map { Array($0.title.utf8) }
    content.payloads = items.map { Array($0.payload.utf8) }
    content.weights = items.map { _ in 1 }
    content.uses = items.map { _ in 0 }
    content.text = PostingsContent(
      of: bags, terms: count,
      lengths: items.map { UInt32(Tokenizer.words(normalizer.normalize($0.title)).count) })
    content.asked = PostingsContent(
      of: items.map { _ in [] }, terms: count, lengths: items.map { _ in 0 })
    content.past = PostingsContent(of: [], terms: count)
    var root = NodeRecord()
    root.memberStart = 0
    root.memberCount = UInt32(items.count)
    content.tree.nodes = [root]
    content.tree.members = items.indices.map { UInt32($0) }
    content.tree.chunks = [NodeChunk()]
    return content
  }
}
