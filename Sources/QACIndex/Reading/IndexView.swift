// The typed arrays of a mapped index, which the hot loops read.
//
// A view is one pointer to them (`IndexArrays`), so it costs nothing to pass on. The memory belongs
// to the `LabelIndex` that it came from; never keep a view longer than that object.

public import QACBinary
public import QACText

/// Typed pointers into an index file.
@frozen
public struct IndexView {
  @usableFromInline let arrays: UnsafePointer<IndexArrays>

  @inlinable
  init(_ arrays: UnsafePointer<IndexArrays>) { self.arrays = arrays }

  /// The number of labels.
  @inlinable public var labelCount: Int { arrays.pointee.labelCount }
  /// The most children of a node.
  @inlinable public var greatestArity: Int { arrays.pointee.greatestArity }
  /// The offset of each label's text, and the end.
  @inlinable public var labelOffsets: AscendingArray { arrays.pointee.labelOffsets }
  /// The labels' normalised texts, and then the suffixes that no label ends in.
  @inlinable public var labelText: UnsafeBufferPointer<UInt8> { arrays.pointee.labelText }
  /// The offset of each surface form, and the end.
  @inlinable public var surfaceOffsets: AscendingArray { arrays.pointee.surfaceOffsets }
  /// The surface forms that differ from the normalised text.
  @inlinable public var surfaceText: UnsafeBufferPointer<UInt8> { arrays.pointee.surfaceText }
  /// For each label the sum of the weights of all labels before it, and the total.
  @inlinable public var weightSums: AscendingArray { arrays.pointee.weightSums }
  /// The weight of one use: 1, or more where labels weigh fractions of a use, too.
  @inlinable public var weightPerUse: UInt32 { arrays.pointee.weightPerUse }
  /// The pyramid of the labels' weights.
  @inlinable public var blockMaxima: PackedArray<UInt32> { arrays.pointee.blockMaxima }
  /// The labels' uses under exponential decay, as of `lastTime`, as codes that `heat(of:)` reads.
  @inlinable public var heats: PackedArray<UInt32> { arrays.pointee.heats }
  /// The last time of the log, in unix seconds; 0 if it has no times.
  @inlinable public var lastTime: Int64 { arrays.pointee.lastTime }
  /// Seconds after which a use counts half in `heats`, above 0.
  @inlinable public var halfLife: Double { arrays.pointee.halfLife }
  /// The features.
  @inlinable public var features: FeatureSpaceView { arrays.pointee.features }
  /// The tree; node 0 is the root.
  @inlinable public var nodes: UnsafeBufferPointer<NodeRecord> { arrays.pointee.nodes }
  /// The clusters' member labels.
  @inlinable public var members: PackedArray<UInt32> { arrays.pointee.members }
  /// For each member the sum of the weights of all members before it, and the total.
  @inlinable public var memberSums: AscendingArray { arrays.pointee.memberSums }
  /// The nodes' weights, which `chunk(of:)` reads.
  @inlinable var chunks: UnsafeRawPointer { arrays.pointee.chunks }
  /// The weights to which chunks refer.
  @inlinable public var weightLevels: UnsafeBufferPointer<Float> { arrays.pointee.weightLevels }
  /// The number of each label's first follower, and the end.
  @inlinable public var followerOffsets: AscendingArray { arrays.pointee.followerOffsets }
  /// The followers.
  @inlinable public var followerLabels: PackedArray<UInt32> { arrays.pointee.followerLabels }
  /// How often they followed, as codes that `followerCount` reads.
  @inlinable public var followerCounts: PackedArray<UInt32> { arrays.pointee.followerCounts }
  /// For each suffix its offset in `labelText`, times 256, plus its length in bytes.
  @inlinable public var suffixSlices: PackedArray<UInt64> { arrays.pointee.suffixSlices }
  /// For each suffix the sum of the weights of all suffixes before it, and the total.
  @inlinable public var suffixSums: AscendingArray { arrays.pointee.suffixSums }
  /// The pyramid of the suffixes' weights.
  @inlinable public var suffixMaxima: PackedArray<UInt32> { arrays.pointee.suffixMaxima }
  /// For each suffix one more than its parent, or 0, which `parent(ofSuffix:)` reads.
  @inlinable public var suffixParents: PackedArray<UInt32> { arrays.pointee.suffixParents }
  /// How likely words are after one another.
  @inlinable public var words: WordModelView { arrays.pointee.words }
  /// Finds the words of texts.
  @inlinable public var breaker: WordBreaker { words.breaker }
  /// The labels that hold each word; nil if the file has no word lists.
  @inlinable public var wordLists: WordListsView? { arrays.pointee.wordLists }
  /// The normalised texts of misspelt queries.
  @inlinable public var aliases: SortedTexts { arrays.pointee.aliases }
  /// The label that each alias stands for.
  @inlinable public var aliasLabels: PackedArray<UInt32> { arrays.pointee.aliasLabels }
  /// What may be looked for in place of phrases; nil if the file has no synonyms.
  @inlinable public var synonyms: SynonymsView? { arrays.pointee.synonyms }
  /// What people submit where; nil if the file does not say.
  @inlinable public var places: PlacesView? { arrays.pointee.places }
  /// The items of product retrieval; nil if the file has none.
  @inlinable public var items: ItemsView? { arrays.pointee.items }
}
