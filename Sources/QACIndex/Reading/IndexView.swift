// The typed arrays of a mapped index, which the hot loops read.
//
// It is a plain struct of pointers, so it costs nothing to pass on. Its memory belongs to the
// `LabelIndex` that it came from; never keep a view longer than that object.

public import QACBinary
public import QACText

/// Typed pointers into an index file.
@frozen
public struct IndexView {
  /// The number of labels.
  public let labelCount: Int
  /// The most children of a node.
  public let greatestArity: Int
  /// The offset of each label's text, and the end.
  public let labelOffsets: AscendingArray
  /// The labels' normalised texts, and then the suffixes that no label ends in.
  public let labelText: UnsafeBufferPointer<UInt8>
  /// The offset of each surface form, and the end.
  public let surfaceOffsets: AscendingArray
  /// The surface forms that differ from the normalised text.
  public let surfaceText: UnsafeBufferPointer<UInt8>
  /// For each label the sum of the weights of all labels before it, and the total.
  public let weightSums: AscendingArray
  /// The pyramid of the labels' weights.
  public let blockMaxima: PackedArray<UInt32>
  /// The labels' uses under exponential decay, as of `lastTime`, as codes that `heat(of:)` reads.
  public let heats: PackedArray<UInt32>
  /// The last time of the log, in unix seconds; 0 if it has no times.
  public let lastTime: Int64
  /// Seconds after which a use counts half in `heats`, above 0.
  public let halfLife: Double
  /// The features.
  public let features: FeatureSpaceView
  /// The tree; node 0 is the root.
  public let nodes: UnsafeBufferPointer<NodeRecord>
  /// The clusters' member labels.
  public let members: PackedArray<UInt32>
  /// For each member the sum of the weights of all members before it, and the total.
  public let memberSums: AscendingArray
  /// The nodes' weights, which `chunk(of:)` reads.
  @usableFromInline let chunks: UnsafeRawPointer
  /// The weights to which chunks refer.
  public let weightLevels: UnsafeBufferPointer<Float>
  /// The number of each label's first follower, and the end.
  public let followerOffsets: AscendingArray
  /// The followers.
  public let followerLabels: PackedArray<UInt32>
  /// How often they followed, as codes that `followerCount` reads.
  public let followerCounts: PackedArray<UInt32>
  /// For each suffix its offset in `labelText`, times 256, plus its length in bytes.
  public let suffixSlices: PackedArray<UInt64>
  /// For each suffix the sum of the weights of all suffixes before it, and the total.
  public let suffixSums: AscendingArray
  /// The pyramid of the suffixes' weights.
  public let suffixMaxima: PackedArray<UInt32>
  /// For each suffix one more than its parent, or 0, which `parent(ofSuffix:)` reads.
  public let suffixParents: PackedArray<UInt32>
  /// How likely words are after one another.
  public let words: WordModelView
  /// Finds the words of texts.
  @inlinable public var breaker: WordBreaker { words.breaker }
  /// The labels that hold each word; nil if the file has no word lists.
  public let wordLists: WordListsView?
  /// The normalised texts of misspelt queries.
  public let aliases: SortedTexts
  /// The label that each alias stands for.
  public let aliasLabels: PackedArray<UInt32>
  /// What may be looked for in place of phrases; nil if the file has no synonyms.
  public let synonyms: SynonymsView?
  /// What people submit where; nil if the file does not say.
  public let places: PlacesView?
  /// The items of product retrieval; nil if the file has none.
  public let items: ItemsView?

  init(
    file: MappedFile, header: IndexHeader, sections: [IndexSection: SectionPlace], path: String
  ) throws(IndexError) {
    let arrays = SectionArrays(file: file, sections: sections, path: path)
    let n = Int(header.labelCount)
    if n < 1 { throw arrays.error(.labelOffsets, "an index needs at least one label") }
    labelCount = n
    greatestArity = Int(header.greatestArity)
    labelOffsets = try arrays.ascending(.labelOffsets, n + 1)
    labelText = arrays.plain(.labelText)
    surfaceOffsets = try arrays.ascending(.surfaceOffsets, n + 1)
    surfaceText = arrays.plain(.surfaceText)
    weightSums = try arrays.ascending(.weightSums, n + 1)
    blockMaxima = try arrays.packed(.blockMaxima, BlockMaxima.levelStarts(count: n).last ?? 0)
    heats = try arrays.packed(.heats, n)
    let clock: UnsafeBufferPointer<UInt64> = try arrays.plain(.clock, 2)
    lastTime = Int64(bitPattern: clock[0])
    halfLife = Double(bitPattern: clock[1])
    if !(halfLife >= 1 && halfLife <= 1e12) {
      throw arrays.error(.clock, "the half-life is not from 1 to 1e12")
    }
    let keys = try arrays.keys(.featureStarts, .featureKeys)
    features = FeatureSpaceView(
      keys: keys, idfCodes: try arrays.plain(.featureIDF, keys.count))
    nodes = arrays.plain(.nodes)
    if nodes.isEmpty { throw arrays.error(.nodes, "the tree has no root") }
    members = try arrays.packed(.members)
    memberSums = try arrays.ascending(.memberSums, members.count + 1)
    chunks = arrays.start(.chunks)
    weightLevels = arrays.plain(.weightLevels)
    let levels = weightLevels.count
    if levels == 0 || levels & (levels - 1) != 0 || levels > IndexFormat.mostWeightLevels {
      throw arrays.error(
        .weightLevels,
        "the number of levels is not a power of two of at most \(IndexFormat.mostWeightLevels)")
    }
    followerOffsets = try arrays.ascending(.followerOffsets, n + 1)
    followerLabels = try arrays.packed(.followerLabels)
    followerCounts = try arrays.packed(.followerCounts, followerLabels.count)
    suffixSlices = try arrays.packed(.suffixSlices)
    let e = suffixSlices.count
    suffixSums = try arrays.ascending(.suffixSums, e + 1)
    suffixMaxima = try arrays.packed(.suffixMaxima, BlockMaxima.levelStarts(count: e).last ?? 0)
    suffixParents = try arrays.packed(.suffixParents, e)
    let words = try arrays.keys(.wordStarts, .wordKeys)
    let pairs = try arrays.keys(.pairStarts, .pairKeys)
    self.words = WordModelView(
      breaker: try Self.breaker(arrays), words: words,
      wordProbabilities: try arrays.plain(.wordProbabilities, words.count),
      wordBackoffs: try arrays.plain(.wordBackoffs, words.count), pairs: pairs,
      pairProbabilities: try arrays.plain(.pairProbabilities, pairs.count))
    wordLists = try Self.wordLists(arrays, labelText, labels: n)
    if try arrays.has(IndexSection.aliases) {
      aliasLabels = try arrays.packed(.aliasLabels)
      aliases = SortedTexts(
        offsets: try arrays.ascending(.aliasOffsets, aliasLabels.count + 1),
        bytes: arrays.plain(.aliasText))
    } else {
      aliasLabels = arrays.none()
      aliases = SortedTexts(
        slices: arrays.none(), of: UnsafeBufferPointer(start: nil, count: 0))
    }
    synonyms = try Self.synonyms(arrays)
    places = try arrays.has(PlacesView.sections) ? PlacesView(arrays) : nil
    items = try arrays.has(ItemsView.sections) ? ItemsView(arrays) : nil
  }

  private static func breaker(_ arrays: SectionArrays) throws(IndexError) -> WordBreaker {
    guard try arrays.has(IndexSection.breaks) else { return .plain }
    let keys = try arrays.keys(.breakStarts, .breakKeys)
    if keys.count == 0 { throw arrays.error(.breakKeys, "there are no words") }
    return WordBreaker(keys: keys, costs: try arrays.plain(.breakCosts, keys.count))
  }

  private static func synonyms(_ arrays: SectionArrays) throws(IndexError) -> SynonymsView? {
    guard try arrays.has(SynonymsView.sections) else { return nil }
    let count = arrays.count(.synonymOffsets) - 1
    if count < 1 { throw arrays.error(.synonymOffsets, "there are no phrases") }
    let offsets = try arrays.ascending(.synonymOffsets, count + 1)
    return SynonymsView(
      phrases: SortedTexts(offsets: offsets, bytes: arrays.plain(.synonymText)),
      phraseOffsets: offsets,
      targetOffsets: try arrays.ascending(.synonymTargetOffsets, count + 1),
      targets: try arrays.packed(.synonymTargets))
  }

  private static func wordLists(
    _ arrays: SectionArrays, _ text: UnsafeBufferPointer<UInt8>, labels: Int
  ) throws(IndexError) -> WordListsView? {
    guard try arrays.has(WordListsView.sections) else { return nil }
    let slices: PackedArray<UInt64> = try arrays.packed(.listWords)
    return WordListsView(
      words: SortedTexts(slices: slices, of: text),
      offsets: try arrays.ascending(.listOffsets, slices.count + 1),
      places: try arrays.packed(.listPlaces),
      rankedLabels: try arrays.packed(.rankedLabels, labels))
  }
}
