// The items of a mapped index, which retrieval reads.
//
// Invariant: that of its parts, which `LabelIndex.verifyItems` checks.

public import QACBinary
public import QACText

/// Borrowed items; valid as long as the memory behind them.
@frozen
public struct ItemsView {
  /// The sections that hold them: a file has all or none.
  public static let sections: [IndexSection] = IndexSection.allCases.filter {
    $0.rawValue >= IndexSection.itemIDOffsets.rawValue
      && $0.rawValue <= IndexSection.itemLevels.rawValue
  }

  /// The ids, ascending: an item's number is the place of its id.
  public let ids: SortedTexts
  let idOffsets: AscendingArray
  /// The offset of each title, and the end.
  let titleOffsets: AscendingArray
  let titleText: UnsafeBufferPointer<UInt8>
  let payloadOffsets: AscendingArray
  let payloadText: UnsafeBufferPointer<UInt8>
  /// The items' weights, above 0.
  public let weights: UnsafeBufferPointer<Float>
  @usableFromInline let uses: PackedArray<UInt32>
  /// The terms with their inverse document frequencies.
  public let terms: FeatureSpaceView
  /// The terms' kinds, as raw values of `ItemTerms.Kind`.
  public let termKinds: PackedArray<UInt8>
  /// The number of each item's first entry in the bags, and the end.
  public let bagOffsets: AscendingArray
  /// The terms of the items, ascending within an item.
  public let bagTerms: UnsafeBufferPointer<UInt32>
  /// How often each entry's term occurs in title and text.
  public let bagTextCounts: PackedArray<UInt32>
  /// How often each entry's term occurs in the title.
  public let bagTitleCounts: PackedArray<UInt32>
  /// How often each entry's term occurs in queries that led to the item.
  public let bagAskedCounts: PackedArray<UInt32>
  @usableFromInline let bagCentroids: UnsafeBufferPointer<UInt8>
  /// Items by their texts and the queries that led to them.
  public let holders: PostingsView
  /// Items by their texts.
  public let textHolders: PostingsView
  /// The number of each past query's first term, and the end.
  public let pastTermOffsets: AscendingArray
  /// The terms of past queries, ascending within a query.
  public let pastTerms: PackedArray<UInt32>
  /// Past queries by their terms; neither counts nor lengths.
  public let past: PostingsView
  /// The number of each past query's first item, and the end.
  public let pastItemOffsets: AscendingArray
  /// The items that past queries led to.
  public let pastItems: PackedArray<UInt32>
  @usableFromInline let pastItemCounts: PackedArray<UInt32>
  /// The tree.
  public let tree: ItemTreeView
  /// Which stems of texts stems of queries mean; nil if the file does not say.
  public let translations: TranslationsView?

  /// The number of items.
  public var count: Int { ids.count }

  /// The number of past queries.
  public var pastCount: Int { pastTermOffsets.count - 1 }

  /// The entries of `item` in the bags.
  @inlinable
  public func bag(_ item: UInt32) -> Range<Int> {
    let (low, high) = bagOffsets.bounds(Int(item))
    return Int(truncatingIfNeeded: low)..<Int(truncatingIfNeeded: high)
  }

  /// The weight of entry `i` of the bags in the centroid of its item's queries, 0 to 1.
  @inlinable
  public func centroid(_ i: Int) -> Float {
    let root = Float(bagCentroids[i]) * (1 / 255)
    return root * root
  }

  /// The code of a weight in a centroid: its square root in 255ths.
  static func centroidCode(_ weight: Float) -> UInt8 {
    UInt8(min(max((weight.squareRoot() * 255).rounded(), 0), 255))
  }

  /// The title of `item`, as it is shown.
  public func title(of item: UInt32) -> UnsafeBufferPointer<UInt8> {
    let (low, high) = titleOffsets.bounds(Int(item))
    return UnsafeBufferPointer(rebasing: titleText[Int(low)..<Int(high)])
  }

  /// The payload of `item`, JSON; empty if it has none.
  public func payload(of item: UInt32) -> UnsafeBufferPointer<UInt8> {
    let (low, high) = payloadOffsets.bounds(Int(item))
    return UnsafeBufferPointer(rebasing: payloadText[Int(low)..<Int(high)])
  }

  /// The item whose id is `id`, or nil.
  public func item(withID id: UnsafeBufferPointer<UInt8>) -> UInt32? {
    ids.index(of: id, in: 0..<ids.count, skipping: 0).map { UInt32($0) }
  }

  /// The weight of the examples of `item`; 0 if it is new.
  @inlinable
  public func useCount(of item: UInt32) -> Float {
    RoundedNumber.value(uses[Int(item)], fractionBits: RoundedNumber.heatBits) - 1
  }

  /// How often entry `i` of `pastItems` was led to.
  @inlinable
  public func pastItemCount(_ i: Int) -> Float {
    RoundedNumber.value(pastItemCounts[i], fractionBits: RoundedNumber.countBits)
  }

  init(_ arrays: SectionArrays) throws(IndexError) {
    let n = arrays.count(.itemIDOffsets) - 1
    if n < 1 { throw arrays.error(.itemIDOffsets, "there are no items") }
    idOffsets = try arrays.ascending(.itemIDOffsets, n + 1)
    ids = SortedTexts(offsets: idOffsets, bytes: arrays.plain(.itemIDText))
    titleOffsets = try arrays.ascending(.itemTitleOffsets, n + 1)
    titleText = arrays.plain(.itemTitleText)
    payloadOffsets = try arrays.ascending(.itemPayloadOffsets, n + 1)
    payloadText = arrays.plain(.itemPayloadText)
    weights = try arrays.plain(.itemWeights, n)
    uses = try arrays.packed(.itemUses, n)
    let keys = try arrays.keys(.termStarts, .termKeys)
    terms = FeatureSpaceView(keys: keys, idfCodes: try arrays.plain(.termIDF, keys.count))
    termKinds = try arrays.packed(.termKinds, keys.count)
    bagTerms = arrays.plain(.bagTerms)
    let e = bagTerms.count
    bagOffsets = try arrays.ascending(.bagOffsets, n + 1)
    bagTextCounts = try arrays.packed(.bagTextCounts, e)
    bagTitleCounts = try arrays.packed(.bagTitleCounts, e)
    bagAskedCounts = try arrays.packed(.bagAskedCounts, e)
    bagCentroids = try arrays.plain(.bagCentroids, e)
    let held: PackedArray<UInt32> = try arrays.packed(.holders)
    holders = PostingsView(
      offsets: try arrays.ascending(.holderOffsets, keys.count + 1), documents: held,
      counts: try arrays.packed(.holderCounts, held.count),
      lengths: try arrays.packed(.holderLengths, n))
    let text: PackedArray<UInt32> = try arrays.packed(.textHolders)
    textHolders = PostingsView(
      offsets: try arrays.ascending(.textHolderOffsets, keys.count + 1), documents: text,
      counts: try arrays.packed(.textHolderCounts, text.count),
      lengths: try arrays.packed(.textLengths, n))
    pastTerms = try arrays.packed(.pastTerms)
    let q = arrays.count(.pastTermOffsets) - 1
    if q < 0 { throw arrays.error(.pastTermOffsets, "it is empty") }
    pastTermOffsets = try arrays.ascending(.pastTermOffsets, q + 1)
    past = PostingsView(
      offsets: try arrays.ascending(.pastHolderOffsets, keys.count + 1),
      documents: try arrays.packed(.pastHolders), counts: arrays.none(), lengths: arrays.none())
    pastItemOffsets = try arrays.ascending(.pastItemOffsets, q + 1)
    pastItems = try arrays.packed(.pastItems)
    pastItemCounts = try arrays.packed(.pastItemCounts, pastItems.count)
    let levels: UnsafeBufferPointer<Float> = arrays.plain(.itemLevels)
    if levels.isEmpty || levels.count & (levels.count - 1) != 0
      || levels.count > IndexFormat.mostWeightLevels
    {
      throw arrays.error(
        .itemLevels,
        "the number of levels is not a power of two of at most \(IndexFormat.mostWeightLevels)")
    }
    tree = ItemTreeView(
      nodes: arrays.plain(.itemNodes), members: try arrays.packed(.itemMembers, n),
      features: keys.count + 1, chunks: arrays.start(.itemChunks), levels: levels)
    if tree.nodes.isEmpty { throw arrays.error(.itemNodes, "the tree has no root") }
    translations = try arrays.has(TranslationsView.sections) ? TranslationsView(arrays) : nil
  }
}
