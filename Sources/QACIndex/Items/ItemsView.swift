// The items of a mapped index, which retrieval reads.
//
// Invariant: that of its parts, which `LabelIndex.verifyItems` checks.

public import QACBinary
public import QACText

/// Borrowed items; valid as long as the memory behind them.
@frozen
public struct ItemsView {
  /// The sections that hold them: a file has all or none.
  static let sections: [IndexSection] = IndexSection.allCases.filter {
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
  /// Items by their texts.
  public let text: PostingsView
  /// Items by the queries that led to them.
  public let asked: PostingsView
  /// Past queries: neither counts nor lengths.
  public let past: PostingsView
  /// The length of each past query's vector.
  public let pastNorms: UnsafeBufferPointer<Float>
  /// The number of each past query's first item, and the end.
  public let pastItemOffsets: AscendingArray
  /// The items that past queries led to.
  public let pastItems: PackedArray<UInt32>
  @usableFromInline let pastItemCounts: PackedArray<UInt32>
  /// The tree.
  public let tree: ItemTreeView

  /// The number of items.
  public var count: Int { ids.count }

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
    let textItems: PackedArray<UInt32> = try arrays.packed(.textItems)
    text = PostingsView(
      offsets: try arrays.ascending(.textOffsets, keys.count + 1), documents: textItems,
      counts: try arrays.packed(.textCounts, textItems.count),
      lengths: try arrays.packed(.textLengths, n))
    let askedItems: PackedArray<UInt32> = try arrays.packed(.askedItems)
    asked = PostingsView(
      offsets: try arrays.ascending(.askedOffsets, keys.count + 1), documents: askedItems,
      counts: try arrays.packed(.askedCounts, askedItems.count),
      lengths: try arrays.packed(.askedLengths, n))
    past = PostingsView(
      offsets: try arrays.ascending(.pastOffsets, keys.count + 1),
      documents: try arrays.packed(.pastQueries), counts: arrays.none(), lengths: arrays.none())
    pastNorms = arrays.plain(.pastNorms)
    pastItemOffsets = try arrays.ascending(.pastItemOffsets, pastNorms.count + 1)
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
  }
}
