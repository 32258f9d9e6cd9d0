// Items that were added since the index was built, found by their texts.
//
// They have the terms of the index and further ones that no item of the index has, so a word is
// found that is new to the whole catalogue. They are compared with a query as the index's items
// are, by text alone.
//
// Invariant: immutable. An item whose id the index has is left out, so no item comes twice.
// Cost: O(terms of all texts) to make; a query costs one step per item that shares a stem with it.

public import QACIndex
import QACText

/// Items that an index does not have.
public final class AddedItems: Sendable {
  /// A term of an item.
  struct Entry: Sendable {
    var term: UInt32
    var textCount: UInt32
    var titleCount: UInt32
  }

  /// The items, ascending by id; none of them is in the index.
  public let items: [AddedItem]
  let index: LabelIndex
  /// Terms that the index lacks.
  let extra: FeatureSpace
  /// The inverse document frequency of these.
  let extraIDF: Float
  /// The terms of each item.
  let bags: [[Entry]]
  let factors: [ItemFactors]
  /// The words of each item.
  let lengths: [UInt32]
  /// The items that have a stem.
  let holders: [UInt32: [UInt32]]

  /// Prepares `items` to be found beside those of `index`.
  ///
  /// - Parameters:
  ///   - items: The items; those whose id `index` has are left out, and of equal ids all but the
  ///     last.
  ///   - index: The index beside which they are served.
  public init(_ items: [AddedItem], beside index: LabelIndex) {
    let known = index.view.items
    var byID: [[UInt8]: AddedItem] = [:]
    for item in items where item.id.withUnsafeBufferPointer({ known?.item(withID: $0) }) == nil {
      byID[item.id] = item
    }
    let items = byID.values.sorted { $0.id.lexicographicallyPrecedes($1.id) }
    self.items = items
    self.index = index
    guard let known, !items.isEmpty else {
      (extra, extraIDF) = (FeatureSpace(documentFrequencies: [:], documents: 0), 0)
      (bags, factors, lengths, holders) = ([], [], [], [:])
      return
    }
    let forms = items.map(Self.forms)
    extra = Self.extraTerms(forms, known)
    let rarest = known.terms.idfCodes.max() ?? 0
    let extraIDF = 1 + Float(rarest) * 0.0625
    self.extraIDF = extraIDF
    var bags: [[Entry]] = []
    var factors: [ItemFactors] = []
    var lengths: [UInt32] = []
    var holders: [UInt32: [UInt32]] = [:]
    extra.withView { extra in
      let space = ItemTermSpace(
        known.terms, extra: extra, extraIDF: extraIDF, hasTrigrams: known.hasTrigrams)
      var (title, all) = (ItemTermBag(), ItemTermBag())
      for (i, form) in forms.enumerated() {
        title.removeAll()
        all.removeAll()
        form.title.withUnsafeBufferPointer {
          title.add($0, in: space)
          all.add($0, in: space)
        }
        form.text.withUnsafeBufferPointer { all.add($0, in: space) }
        title.finish(in: space)
        all.finish(in: space)
        var text = TextLengths()
        var words: UInt32 = 0
        var bag: [Entry] = []
        for j in 0..<all.count {
          let term = all.ids[j]
          let inTitle = title.ids.firstIndex(of: term).map { title.counts[$0] } ?? 0
          bag.append(Entry(term: term, textCount: all.counts[j], titleCount: inTitle))
          text.add(
            all.kinds[j], idf: space.idf(of: term), count: all.counts[j], inTitle: inTitle)
          if all.kinds[j] == .word { words += all.counts[j] }
          if all.kinds[j] == .stem { holders[term, default: []].append(UInt32(i)) }
        }
        bags.append(bag)
        lengths.append(words)
        var own = text.factors
        own.weight = ItemFactors.weight(items[i].weight)
        factors.append(own)
      }
    }
    (self.bags, self.factors, self.lengths, self.holders) = (bags, factors, lengths, holders)
  }

  /// The normal forms of an item's title and text.
  private static func forms(_ item: AddedItem) -> (title: [UInt8], text: [UInt8]) {
    let normalizer = Normalizer(.search)
    return (normalizer.normalize(item.title), normalizer.normalize(item.text))
  }

  private static func extraTerms(
    _ forms: [(title: [UInt8], text: [UInt8])], _ known: ItemsView
  ) -> FeatureSpace {
    var keys: [UInt64: Int] = [:]
    let hasTrigrams = known.hasTrigrams
    for form in forms {
      for text in [form.title, form.text] {
        text.withUnsafeBufferPointer { text in
          ItemTerms.forEach(of: text) { kind, key, _ in
            if kind == .trigram, !hasTrigrams { return }
            if known.terms.id(of: key) == nil { keys[key] = 1 }
          }
        }
      }
    }
    return FeatureSpace(documentFrequencies: keys, documents: 1)
  }
}
