// The typed arrays of a mapped index: what the hot loops read.
//
// A plain struct of pointers, so that it costs nothing to pass down. Its memory belongs to the
// `LabelIndex` it came from; never store a view longer than that object.

import QACBinary
public import QACText

/// Typed pointers into an index file.
@frozen
public struct IndexView {
  /// The number of labels.
  public let labelCount: Int
  /// Where each label's text begins, and the end.
  public let labelOffsets: UnsafeBufferPointer<UInt32>
  /// The labels' normalised texts.
  public let labelText: UnsafeBufferPointer<UInt8>
  /// Where each surface form begins, and the end.
  public let surfaceOffsets: UnsafeBufferPointer<UInt32>
  /// The surface forms that differ from the normalised text.
  public let surfaceText: UnsafeBufferPointer<UInt8>
  /// Sums of the weights of all labels before.
  public let weightSums: UnsafeBufferPointer<UInt64>
  /// The popularity pyramid.
  public let blockMaxima: UnsafeBufferPointer<UInt32>
  /// The features.
  public let features: FeatureSpaceView
  /// The tree; node 0 is the root.
  public let nodes: UnsafeBufferPointer<NodeRecord>
  /// The clusters' member labels.
  public let members: UnsafeBufferPointer<UInt32>
  /// Sums of the weights of all members before.
  public let memberSums: UnsafeBufferPointer<UInt64>
  /// The chunks' features.
  public let chunkFeatures: UnsafeBufferPointer<UInt32>
  /// Where each chunk feature's entries begin, and the end.
  public let chunkOffsets: UnsafeBufferPointer<UInt32>
  /// The entries' children.
  public let entryChildren: UnsafeBufferPointer<UInt32>
  /// The entries' weights.
  public let entryWeights: UnsafeBufferPointer<Float>
  /// Where each label's followers begin, and the end.
  public let followerOffsets: UnsafeBufferPointer<UInt32>
  /// The followers.
  public let followerLabels: UnsafeBufferPointer<UInt32>
  /// The followers' counts.
  public let followerCounts: UnsafeBufferPointer<UInt32>
  /// Where each suffix begins, and the end.
  public let suffixOffsets: UnsafeBufferPointer<UInt32>
  /// Endings of queries.
  public let suffixText: UnsafeBufferPointer<UInt8>
  /// Sums of the weights of all suffixes before.
  public let suffixSums: UnsafeBufferPointer<UInt64>
  /// The suffixes' pyramid.
  public let suffixMaxima: UnsafeBufferPointer<UInt32>
  /// Each suffix without its first word, or `noSuffix`.
  public let suffixParents: UnsafeBufferPointer<UInt32>
  /// How likely words are after one another.
  public let words: WordModelView
  /// The labels' uses under exponential decay, as of `lastTime`.
  public let heats: UnsafeBufferPointer<Float>
  /// The last time of the log, in unix seconds; 0 where it has no times.
  public let lastTime: Int64
  /// Seconds after which a use counts half in `heats`, above 0.
  public let halfLife: Double

  init(
    file: MappedFile, header: IndexHeader, sections: [IndexSection: Range<Int>], path: String
  ) throws(IndexError) {
    func array<T>(_ kind: IndexSection, of type: T.Type) -> UnsafeBufferPointer<T> {
      guard let range = sections[kind], !range.isEmpty, let base = file.bytes.baseAddress else {
        return UnsafeBufferPointer(start: nil, count: 0)
      }
      // Sections begin at multiples of 64 in memory aligned to at least 64, so every element type
      // here is aligned; the bytes of these types have no invalid patterns.
      return UnsafeBufferPointer(
        start: (base + range.lowerBound).assumingMemoryBound(to: T.self),
        count: range.count / MemoryLayout<T>.stride)
    }
    func demand(_ condition: Bool, _ kind: IndexSection, _ problem: String) throws(IndexError) {
      if !condition {
        throw .malformed(path: path, part: "section \(kind)", problem: problem)
      }
    }
    let n = Int(header.labelCount)
    labelCount = n
    heats = array(.heats, of: Float.self)
    let clock = array(.clock, of: UInt64.self)
    try demand(clock.count == 2, .clock, "a time and a half-life are needed")
    lastTime = Int64(bitPattern: clock[0])
    halfLife = Double(bitPattern: clock[1])
    try demand(halfLife >= 1 && halfLife <= 1e12, .clock, "the half-life is not from 1 to 1e12")
    try demand(heats.count == n, .heats, "one a label is needed")
    labelOffsets = array(.labelOffsets, of: UInt32.self)
    labelText = array(.labelText, of: UInt8.self)
    surfaceOffsets = array(.surfaceOffsets, of: UInt32.self)
    surfaceText = array(.surfaceText, of: UInt8.self)
    weightSums = array(.weightSums, of: UInt64.self)
    blockMaxima = array(.blockMaxima, of: UInt32.self)
    features = FeatureSpaceView(
      slotKeys: array(.featureKeys, of: UInt64.self),
      slotIDs: array(.featureIDs, of: UInt32.self), idf: array(.featureIDF, of: Float.self),
      contextCount: Int(header.contextCount))
    nodes = array(.nodes, of: NodeRecord.self)
    members = array(.members, of: UInt32.self)
    memberSums = array(.memberSums, of: UInt64.self)
    chunkFeatures = array(.chunkFeatures, of: UInt32.self)
    chunkOffsets = array(.chunkOffsets, of: UInt32.self)
    entryChildren = array(.entryChildren, of: UInt32.self)
    entryWeights = array(.entryWeights, of: Float.self)
    followerOffsets = array(.followerOffsets, of: UInt32.self)
    followerLabels = array(.followerLabels, of: UInt32.self)
    followerCounts = array(.followerCounts, of: UInt32.self)
    suffixOffsets = array(.suffixOffsets, of: UInt32.self)
    suffixText = array(.suffixText, of: UInt8.self)
    suffixSums = array(.suffixSums, of: UInt64.self)
    suffixMaxima = array(.suffixMaxima, of: UInt32.self)
    suffixParents = array(.suffixParents, of: UInt32.self)
    words = WordModelView(
      wordKeys: array(.wordKeys, of: UInt64.self),
      wordProbabilities: array(.wordProbabilities, of: Float.self),
      wordBackoffs: array(.wordBackoffs, of: Float.self),
      pairKeys: array(.pairKeys, of: UInt64.self),
      pairProbabilities: array(.pairProbabilities, of: Float.self))

    let perLabel = "one element a label and an end are needed"
    try demand(n >= 1, .labelOffsets, "an index needs at least one label")
    try demand(labelOffsets.count == n + 1, .labelOffsets, perLabel)
    try demand(surfaceOffsets.count == n + 1, .surfaceOffsets, perLabel)
    try demand(weightSums.count == n + 1, .weightSums, perLabel)
    try demand(followerOffsets.count == n + 1, .followerOffsets, perLabel)
    try demand(
      blockMaxima.count == BlockMaxima.levelStarts(count: n).last ?? 0, .blockMaxima,
      "the pyramid has the wrong size")
    let slots = features.slotKeys.count
    try demand(
      slots >= 8 && slots & (slots - 1) == 0, .featureKeys, "the slots are no power of two")
    try demand(features.slotIDs.count == slots, .featureIDs, "one id a slot is needed")
    try demand(
      features.idf.count < slots && header.contextCount <= features.idf.count, .featureIDF,
      "more features than the table can hold")
    try demand(!nodes.isEmpty, .nodes, "the tree has no root")
    try demand(memberSums.count == members.count + 1, .memberSums, "one a member and an end")
    try demand(
      chunkOffsets.count == chunkFeatures.count + 1, .chunkOffsets, "one a feature and an end")
    try demand(
      entryWeights.count == entryChildren.count, .entryWeights, "one weight an entry is needed")
    try demand(
      followerCounts.count == followerLabels.count, .followerCounts, "one a follower is needed")
    let suffixCount = suffixParents.count
    let perSuffix = "one element a suffix and an end are needed"
    try demand(suffixOffsets.count == suffixCount + 1, .suffixOffsets, perSuffix)
    try demand(suffixSums.count == suffixCount + 1, .suffixSums, perSuffix)
    try demand(
      suffixMaxima.count == BlockMaxima.levelStarts(count: suffixCount).last ?? 0, .suffixMaxima,
      "the pyramid has the wrong size")
    let perSlot = "one a slot is needed"
    func isTable(_ count: Int) -> Bool { count == 0 || (count >= 8 && count & (count - 1) == 0) }
    try demand(isTable(words.wordKeys.count), .wordKeys, "the slots are no power of two")
    try demand(
      words.wordProbabilities.count == words.wordKeys.count, .wordProbabilities, perSlot)
    try demand(words.wordBackoffs.count == words.wordKeys.count, .wordBackoffs, perSlot)
    try demand(isTable(words.pairKeys.count), .pairKeys, "the slots are no power of two")
    try demand(
      words.pairProbabilities.count == words.pairKeys.count, .pairProbabilities, perSlot)
  }
}
