// Finds labels by text and by prefix, and the mass of labels under a node.
//
// Labels are sorted by their normalised UTF-8 bytes, so the labels that begin with a prefix are one
// contiguous range of ids. Every range here is half-open.

public import QACBinary
public import QACText

extension IndexView {
  /// The normalised text of `label`.
  @inlinable
  public func text(of label: UInt32) -> UnsafeBufferPointer<UInt8> {
    labels[Int(label)]
  }

  /// The text of `label` as it is shown: a spelling that enough people typed, or its normalised
  /// text.
  @inlinable
  public func surface(of label: UInt32) -> UnsafeBufferPointer<UInt8> {
    let (start, end) = surfaceOffsets.bounds(Int(label))
    if start == end { return text(of: label) }
    return UnsafeBufferPointer(rebasing: surfaceText[Int(start)..<Int(end)])
  }

  /// The weight of `label`.
  @inlinable
  public func weight(of label: UInt32) -> UInt64 {
    weightSums.rise(Int(label))
  }

  /// How often `label` was used, as of `lastTime`; a use counts half after `halfLife`.
  @inlinable
  public func heat(of label: UInt32) -> Double {
    Double(RoundedNumber.value(heats[Int(label)], fractionBits: RoundedNumber.heatBits)) - 1
  }

  /// How often follower `i` followed; whole numbers up to 16 are exact.
  @inlinable
  public func followerCount(_ i: Int) -> Double {
    Double(RoundedNumber.value(followerCounts[i], fractionBits: RoundedNumber.countBits))
  }

  /// The labels' texts.
  @inlinable
  public var labels: SortedTexts { SortedTexts(offsets: labelOffsets, bytes: labelText) }

  /// The labels' weights.
  @inlinable
  public var labelWeights: WeightPyramid { WeightPyramid(sums: weightSums, maxima: blockMaxima) }

  /// The labels that begin with `prefix`, as a half-open range of ids.
  ///
  /// - Complexity: O(log(`labelCount`)) comparisons of at most `prefix.count` bytes.
  public func range(ofPrefix prefix: UnsafeBufferPointer<UInt8>) -> Range<UInt32> {
    let range = labels.range(ofPrefix: prefix)
    return UInt32(range.lowerBound)..<UInt32(range.upperBound)
  }

  /// The label whose normalised text is `text`, or nil if there is none.
  ///
  /// - Complexity: O(log(`labelCount`)) comparisons.
  public func label(of text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    labels.index(of: text, in: 0..<labelCount).map { UInt32($0) }
  }

  /// The label that the misspelt query `text` stands for, or nil if it is no alias.
  ///
  /// - Complexity: O(log(aliases)) comparisons.
  public func label(ofAlias text: UnsafeBufferPointer<UInt8>) -> UInt32? {
    if aliases.count == 0 { return nil }
    return aliases.index(of: text, in: 0..<aliases.count).map { aliasLabels[$0] }
  }

  /// The sum of the weights of the labels in `range`.
  @inlinable
  public func mass(of range: Range<UInt32>) -> UInt64 {
    weightSums[Int(range.upperBound)] - weightSums[Int(range.lowerBound)]
  }

  /// The positions within `node`'s ascending member list whose labels are in `range`.
  ///
  /// - Complexity: O(1) for a trie node, O(log(`node.memberCount`)) for a cluster.
  @inlinable
  public func members(of node: NodeRecord, in range: Range<UInt32>) -> Range<Int> {
    let low = Swift.max(node.labelLow, range.lowerBound)
    let high = Swift.min(node.labelHigh, range.upperBound)
    if low >= high { return 0..<0 }
    if node.memberStart == IndexFormat.contiguous {
      return Int(low - node.labelLow)..<Int(high - node.labelLow)
    }
    let start = Int(node.memberStart)
    let end = start + Int(node.memberCount)
    let first = low == node.labelLow ? start : Self.lowerBound(of: low, in: members, start..<end)
    let last = high == node.labelHigh ? end : Self.lowerBound(of: high, in: members, first..<end)
    return (first - start)..<(last - start)
  }

  /// The sum of the weights of the members of `node` at `positions`.
  @inlinable
  public func mass(of node: NodeRecord, at positions: Range<Int>) -> UInt64 {
    if node.memberStart == IndexFormat.contiguous {
      let base = Int(node.labelLow)
      return weightSums[base + positions.upperBound] - weightSums[base + positions.lowerBound]
    }
    let base = Int(node.memberStart)
    return memberSums[base + positions.upperBound] - memberSums[base + positions.lowerBound]
  }

  /// The weight of the member of `node` at `position`.
  @inlinable
  public func weight(at position: Int, of node: NodeRecord) -> UInt64 {
    node.memberStart == IndexFormat.contiguous
      ? weightSums.rise(Int(node.labelLow) &+ position)
      : memberSums.rise(Int(node.memberStart) &+ position)
  }

  /// The label at `position` of `node`'s member list.
  @inlinable
  public func member(_ position: Int, of node: NodeRecord) -> UInt32 {
    node.memberStart == IndexFormat.contiguous
      ? node.labelLow + UInt32(position) : members[Int(node.memberStart) + position]
  }

  /// The first of `positions` whose number in `ascending` is at least `value`, or their end.
  ///
  /// - Complexity: O(log(`positions.count`)).
  @inlinable
  public static func lowerBound(
    of value: UInt32, in ascending: PackedArray<UInt32>, _ positions: Range<Int>
  ) -> Int {
    positions.partitioningIndex { ascending[$0] >= value }
  }

  /// The weights of the children of `node`.
  @inlinable
  public func chunk(of node: NodeRecord) -> ChunkView {
    if node.chunk == IndexFormat.noChunk { return ChunkView(emptyAt: chunks, levels: weightLevels) }
    return ChunkView(
      base: chunks + Int(node.chunk), levels: weightLevels, features: features.count,
      arity: node.arity)
  }

  /// The positions in the follower arrays of the followers of `label` that are in `range`.
  ///
  /// - Complexity: O(log(followers of the label)); O(1) for all labels.
  @inlinable
  public func followers(of label: UInt32, in range: Range<UInt32>) -> Range<Int> {
    let start = Int(followerOffsets[Int(label)])
    let end = Int(followerOffsets[Int(label) + 1])
    let low =
      range.lowerBound == 0
      ? start : Self.lowerBound(of: range.lowerBound, in: followerLabels, start..<end)
    if Int(range.upperBound) == labelCount { return low..<end }
    return low..<Self.lowerBound(of: range.upperBound, in: followerLabels, low..<end)
  }

  /// Whether `node` belongs to the trie, so that its child nodes are one level deeper.
  @inlinable
  public func isTrie(_ node: NodeRecord) -> Bool {
    !node.isLeaf && nodes[Int(node.firstChild)].trieDepth > node.trieDepth
  }
}
