// Where the arrays of a mapped index lie: what `IndexView` points to.
//
// They take some 3 KB, so nothing copies them: each `LabelIndex` has them once. A field is described
// at the property of `IndexView` that has its name.
// Invariant: all counts that must agree with each other do; `init` refuses others.

public import QACBinary
public import QACText

/// The arrays of one index file.
@usableFromInline
struct IndexArrays {
  @usableFromInline let labelCount: Int
  @usableFromInline let greatestArity: Int
  @usableFromInline let labelOffsets: AscendingArray
  @usableFromInline let labelText: UnsafeBufferPointer<UInt8>
  @usableFromInline let surfaceOffsets: AscendingArray
  @usableFromInline let surfaceText: UnsafeBufferPointer<UInt8>
  @usableFromInline let weightSums: AscendingArray
  @usableFromInline let weightPerUse: UInt32
  @usableFromInline let blockMaxima: PackedArray<UInt32>
  @usableFromInline let heats: PackedArray<UInt32>
  @usableFromInline let lastTime: Int64
  @usableFromInline let halfLife: Double
  @usableFromInline let features: FeatureSpaceView
  @usableFromInline let nodes: UnsafeBufferPointer<NodeRecord>
  @usableFromInline let members: PackedArray<UInt32>
  @usableFromInline let memberSums: AscendingArray
  @usableFromInline let chunks: UnsafeRawPointer
  @usableFromInline let weightLevels: UnsafeBufferPointer<Float>
  @usableFromInline let followerOffsets: AscendingArray
  @usableFromInline let followerLabels: PackedArray<UInt32>
  @usableFromInline let followerCounts: PackedArray<UInt32>
  @usableFromInline let suffixSlices: PackedArray<UInt64>
  @usableFromInline let suffixSums: AscendingArray
  @usableFromInline let suffixMaxima: PackedArray<UInt32>
  @usableFromInline let suffixParents: PackedArray<UInt32>
  @usableFromInline let words: WordModelView
  @usableFromInline let wordLists: WordListsView?
  @usableFromInline let aliases: SortedTexts
  @usableFromInline let aliasLabels: PackedArray<UInt32>
  @usableFromInline let synonyms: SynonymsView?
  @usableFromInline let places: PlacesView?
  @usableFromInline let items: ItemsView?

  init(
    file: MappedFile, header: IndexHeader, sections: [IndexSection: SectionPlace], path: String,
    fewestLabels: Int
  ) throws(IndexError) {
    let arrays = SectionArrays(file: file, sections: sections, path: path)
    let n = Int(header.labelCount)
    if n < fewestLabels { throw arrays.error(.labelOffsets, "an index needs at least one label") }
    labelCount = n
    greatestArity = Int(header.greatestArity)
    labelOffsets = try arrays.ascending(.labelOffsets, n + 1)
    labelText = arrays.plain(.labelText)
    surfaceOffsets = try arrays.ascending(.surfaceOffsets, n + 1)
    surfaceText = arrays.plain(.surfaceText)
    weightSums = try arrays.ascending(.weightSums, n + 1)
    blockMaxima = try arrays.packed(.blockMaxima, BlockMaxima.levelStarts(count: n).last ?? 0)
    heats = try arrays.packed(.heats, n)
    weightPerUse = try Self.weightPerUse(arrays)
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

  private static func weightPerUse(_ arrays: SectionArrays) throws(IndexError) -> UInt32 {
    guard try arrays.has([.weightPerUse]) else { return 1 }
    let units: UnsafeBufferPointer<UInt32> = try arrays.plain(.weightPerUse, 1)
    guard units[0] > 1, units[0] <= IndexFormat.mostWeightPerUse, units[0] & (units[0] - 1) == 0
    else { throw arrays.error(.weightPerUse, "it is no power of two from 2 to 65536") }
    return units[0]
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
