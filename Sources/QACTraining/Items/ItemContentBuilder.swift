// Learns the items of an index: terms, bags, past queries, translations and the tree.
//
//     items, examples --> vocabulary --> bag of every item and past query --> translations, tree
//
// A term of a query counts only if enough people submitted queries with it, or if the text of an
// item has it. So no term of a few people's queries is in the file. The queries themselves are not
// either: a past query is the set of its terms.
//
// Invariant: equal sets and settings give equal content, whatever the number of threads.
// Cost: O(terms of all texts and queries), and that of `ItemTreeTrainer`.
// Source: docs/retrieval.md.

public import QACIndex
import QACText

/// Builds the items of an index.
public struct ItemContentBuilder {
  private let set: ItemSet
  private let settings: ItemSettings

  /// Makes a builder.
  ///
  /// - Parameters:
  ///   - set: The items, at least one, and the queries that led to them.
  ///   - settings: The settings.
  public init(_ set: ItemSet, settings: ItemSettings) {
    precondition(!set.items.isEmpty, "there are items")
    self.set = set
    self.settings = settings
  }

  /// Learns the content.
  ///
  /// - Parameters:
  ///   - indexing: Which items lie side by side in the tree.
  ///   - trained: Called with the time that the training of the tree took.
  /// - Returns: The content.
  public func build(
    indexing: some ItemIndexing = ClusteredItems(), trained: (Duration) -> Void = { _ in }
  ) -> ItemContent {
    let vocabulary = ItemVocabulary(set, settings: settings)
    var content = ItemContent(terms: vocabulary.space)
    content.termKinds = vocabulary.kinds
    content.ids = set.items.map(\.id)
    content.titles = set.items.map(\.title)
    content.payloads = set.items.map(\.payload)
    content.weights = set.items.map(\.weight)
    content.uses = [Float](repeating: 0, count: set.items.count)
    for pair in set.pairs { content.uses[Int(pair.item)] += pair.count }
    var rows = ItemRows()
    var translator = ItemTranslator()
    vocabulary.space.withView { view in
      let space = ItemTermSpace(view, hasTrigrams: settings.kinds.contains(.trigram))
      var gathered = GatheredBags(items: set.items.count)
      addQueries(to: &content, &gathered, &rows, &translator, space)
      addTexts(to: &content, &gathered, &rows, &translator, space)
      gathered.finish(&content)
    }
    content.translations = translator.train(
      terms: content.terms.count, threads: settings.tree.threads)
    let trainer = ItemTreeTrainer(
      items: set.items.count, terms: content.terms.count, settings: settings.tree)
    let order = indexing.order(of: set)
    trained(ContinuousClock().measure { content.tree = trainer.train(rows, order: order) })
    return content
  }

  /// Adds the past queries that have a term.
  private func addQueries(
    to content: inout ItemContent, _ gathered: inout GatheredBags, _ rows: inout ItemRows,
    _ translator: inout ItemTranslator, _ space: ItemTermSpace
  ) {
    let pairOffsets = set.pairOffsets
    var bag = ItemTermBag()
    for (query, text) in set.queries.enumerated() {
      bag.removeAll()
      text.withUnsafeBufferPointer { bag.add($0, in: space) }
      bag.finish(in: space)
      if bag.count == 0 { continue }
      let pairs = set.pairs[pairOffsets[query]..<pairOffsets[query + 1]]
      let length = bag.length(.joint)
      for pair in pairs { gathered.add(bag, askedFor: pair, length: length) }
      for i in 0..<bag.count where ItemTermFactors.joint[bag.kinds[i]] > 0 {
        content.pastTerms.append(bag.ids[i])
      }
      content.pastTermOffsets.append(UInt64(content.pastTerms.count))
      content.pastItems += pairs.map(\.item)
      content.pastItemCounts += pairs.map(\.count)
      content.pastItemOffsets.append(UInt64(content.pastItems.count))
      translator.add(bag, pairs: pairs)
      rows.append(vector(bag), pairs: pairs.map { (item: $0.item, weight: $0.count) })
    }
  }

  /// Adds the texts of the items.
  private func addTexts(
    to content: inout ItemContent, _ gathered: inout GatheredBags, _ rows: inout ItemRows,
    _ translator: inout ItemTranslator, _ space: ItemTermSpace
  ) {
    var (title, all) = (ItemTermBag(), ItemTermBag())
    for (i, item) in set.items.enumerated() {
      title.removeAll()
      all.removeAll()
      item.titleForm.withUnsafeBufferPointer {
        title.add($0, in: space)
        all.add($0, in: space)
      }
      item.textForm.withUnsafeBufferPointer { all.add($0, in: space) }
      title.finish(in: space)
      all.finish(in: space)
      gathered.add(title: title, text: all, of: i)
      translator.add(text: all)
      if settings.learnsTexts, all.count > 0 {
        rows.append(vector(all), pairs: [(item: UInt32(i), weight: Float(1))])
      }
    }
  }

  /// What the tree sees of a bag.
  private func vector(_ bag: ItemTermBag) -> SparseVector {
    var vector = SparseVector()
    let length = bag.length(.tree)
    if length == 0 { return vector }
    for i in 0..<bag.count {
      let factor = ItemTermFactors.tree[bag.kinds[i]]
      if factor > 0 { vector.append(id: bag.ids[i], value: factor * bag.values[i] / length) }
    }
    return vector
  }
}

/// The terms of items, while they are collected.
private struct GatheredBags {
  private var bags: [[UInt32: ItemBagEntry]]
  private var textLengths: [UInt32]
  private var askedLengths: [UInt32]

  init(items: Int) {
    bags = [[UInt32: ItemBagEntry]](repeating: [:], count: items)
    textLengths = [UInt32](repeating: 0, count: items)
    askedLengths = textLengths
  }

  /// Adds a query that led to an item; `length` is that of its joint vector.
  mutating func add(_ bag: ItemTermBag, askedFor pair: ItemSet.Pair, length: Float) {
    let item = Int(pair.item)
    for i in 0..<bag.count {
      let count = Float(bag.counts[i]) * pair.count
      let factor = ItemTermFactors.joint[bag.kinds[i]]
      let times = UInt32(min(count, 0x1p20))
      let weight = length > 0 ? pair.count * factor * bag.values[i] / length : 0
      var entry = bags[item][bag.ids[i]] ?? ItemBagEntry(term: bag.ids[i])
      entry.askedCount += times
      entry.centroid += weight
      bags[item][bag.ids[i]] = entry
      if bag.kinds[i] == .word { askedLengths[item] += times }
    }
  }

  /// Adds the text of an item.
  mutating func add(title: ItemTermBag, text: ItemTermBag, of item: Int) {
    for i in 0..<text.count {
      bags[item][text.ids[i], default: ItemBagEntry(term: text.ids[i])].textCount = text.counts[i]
      if text.kinds[i] == .word { textLengths[item] += text.counts[i] }
    }
    for i in 0..<title.count {
      bags[item][title.ids[i], default: ItemBagEntry(term: title.ids[i])].titleCount =
        title.counts[i]
    }
  }

  /// Puts everything into `content`; centroids get length 1.
  mutating func finish(_ content: inout ItemContent) {
    content.textLengths = textLengths
    content.holderLengths = zip(textLengths, askedLengths).map { $0 &+ $1 }
    for bag in bags {
      var entries = bag.values.sorted { $0.term < $1.term }
      let square = entries.reduce(Float(0)) { $0 + $1.centroid * $1.centroid }
      if square > 0 {
        let scale = 1 / square.squareRoot()
        for i in entries.indices { entries[i].centroid *= scale }
      }
      content.bags += entries
      content.bagOffsets.append(UInt64(content.bags.count))
    }
    bags = []
  }
}
