// Reads every byte of an index and checks everything that a reader relies on.
//
// Afterwards every offset, id and child in the arrays may be followed without a check.
// Cost: O(size of the file).

import QACBinary
import QACText

extension LabelIndex {
  /// Checks every byte: checksums, gaps, and the structure within the sections.
  ///
  /// - Throws: `IndexError` naming the part that is damaged.
  /// - Complexity: O(size of the file).
  public func verify() throws(IndexError) {
    try verifyChecksums()
    try verifyLabels()
    try verifyFeatures()
    try verifyTree()
    try verifyChunks()
    try verifyNesting()
    try verifyFollowers()
    try demand(
      view.heats.allSatisfy { $0 <= LabelIndex.greatestHeat }, .heats, "a value is above 1e9")
    try verifySuffixes()
    try verifyWords()
    _ = try rankerWeights()
  }

  /// The code of 1 + 1e9.
  static let greatestHeat = UInt32(
    RoundedNumber.code(1 + 1e9, fractionBits: RoundedNumber.heatBits))
  /// The code of 2^32, which no follower count reaches.
  private static let greatestCount = UInt32(
    RoundedNumber.code(0x1p32, fractionBits: RoundedNumber.countBits))

  func demand(
    _ condition: @autoclosure () -> Bool, _ part: IndexSection, _ problem: @autoclosure () -> String
  ) throws(IndexError) {
    if !condition() {
      throw .malformed(path: path, part: "section \(part)", problem: problem())
    }
  }

  private func verifyChecksums() throws(IndexError) {
    let checksums = header.sectionChecksums(file.bytes)
    var end = IndexFormat.headerSize + header.sectionCount * IndexFormat.tableRowSize
    for (kind, checksum) in zip(IndexSection.allCases, checksums) {
      let bytes = section(kind)
      guard CRC32C.of(bytes) == checksum else {
        throw .checksum(path: path, part: "section \(kind)")
      }
      guard let place = sections[kind] else { continue }
      try verifyZeros(end..<place.offset, "gap before section \(kind)")
      end = place.bytes.upperBound
      let used = place.bitCount % 8
      if used > 0, file.bytes[end - 1] >> UInt8(used) != 0 {
        throw .malformed(
          path: path, part: "section \(kind)", problem: "bits after the last element are not zero")
      }
      try verifyWidths(kind, place)
    }
    try verifyZeros(end..<file.bytes.count, "gap after the last section")
  }

  /// Checks that widths are the least that hold the numbers, so that equal numbers have equal
  /// bytes.
  private func verifyWidths(_ kind: IndexSection, _ place: SectionPlace) throws(IndexError) {
    guard let base = section(kind).baseAddress else { return }
    let widths: (first: Int, step: Int)
    switch kind.layout {
    case .whole: return
    case .packed:
      let numbers = PackedArray<UInt64>(base: base, count: place.count, width: place.width)
      widths = (BitWriter.width(of: numbers.reduce(0) { max($0, $1) }), 0)
    case .ascending:
      let numbers = AscendingArray(
        base: base, count: place.count, firstBits: place.width, stepBits: place.stepWidth)
      // That numbers ascend is checked with their meaning.
      widths = BitWriter.ascendingBits(of: numbers)
    }
    try demand(
      widths == (place.width, place.stepWidth), kind, "its numbers are wider than they need be")
  }

  private func verifyZeros(_ range: Range<Int>, _ part: String) throws(IndexError) {
    for i in range where file.bytes[i] != 0 {
      throw .malformed(path: path, part: part, problem: "byte \(i) is not zero")
    }
  }

  /// Whether the numbers begin with 0 and never descend.
  func ascends(_ numbers: AscendingArray) -> Bool {
    guard numbers.first == 0 else { return false }
    var last: UInt64 = 0
    for number in numbers {
      if number < last { return false }
      last = number
    }
    return true
  }

  /// Checks that the starts of buckets begin with 0 and never descend, and that the keys of a
  /// bucket ascend. That the starts end with the number of keys is checked when the file is opened.
  func verifyKeys(
    _ keys: SortedKeys, starts: IndexSection, keys part: IndexSection
  ) throws(IndexError) {
    try demand(keys.starts[0] == 0, starts, "the first bucket does not begin with 0")
    for bucket in 0..<keys.starts.count - 1 {
      let range = (keys.starts[bucket], keys.starts[bucket + 1])
      try demand(
        range.0 <= range.1 && Int(range.1) <= keys.count, starts, "bucket \(bucket) descends")
      if range.1 == range.0 { continue }
      for i in Int(range.0) + 1..<Int(range.1) {
        try demand(keys.rests[i - 1] < keys.rests[i], part, "key \(i) is out of order")
      }
    }
  }

  private func verifyLabels() throws(IndexError) {
    let v = view
    let n = v.labelCount
    let order = "the offsets do not ascend within the text"
    try demand(
      ascends(v.labelOffsets) && v.labelOffsets[n] <= v.labelText.count, .labelOffsets, order)
    try demand(
      ascends(v.surfaceOffsets) && v.surfaceOffsets[n] == v.surfaceText.count, .surfaceOffsets,
      order)
    try verifyText(v.labelText, .labelText, at: v.labelOffsets, .labelOffsets)
    try verifyText(v.surfaceText, .surfaceText, at: v.surfaceOffsets, .surfaceOffsets)
    try verifyOrder(v.labels, .labelText)
    try verifyWeights(v.labelWeights, sums: .weightSums, maxima: .blockMaxima)
    try demand(
      v.weightSums[v.labelCount] == header.totalWeight, .weightSums,
      "the total differs from the header's")
  }

  /// Checks that the texts are not empty, distinct and in order.
  func verifyOrder(_ texts: SortedTexts, _ part: IndexSection) throws(IndexError) {
    for i in 0..<texts.count {
      let text = texts[i]
      try demand(!text.isEmpty, part, "text \(i) is empty")
      if i > 0 {
        try demand(texts[i - 1].lexicographicallyPrecedes(text), part, "text \(i) is out of order")
      }
    }
  }

  /// Checks that every weight is from 1 to 2^32 - 1, and that the maxima are those of the weights.
  func verifyWeights(
    _ weights: WeightPyramid, sums: IndexSection, maxima: IndexSection
  ) throws(IndexError) {
    try demand(weights.sums[0] == 0, sums, "the first sum is not zero")
    for i in 0..<weights.count {
      let (low, high) = (weights.sums[i], weights.sums[i + 1])
      try demand(
        high > low && high - low <= UInt64(UInt32.max), sums,
        "element \(i) has no weight from 1 to 2^32 - 1")
    }
    let plain = (0..<weights.count).map { UInt32(weights[$0]) }
    try demand(
      BlockMaxima.levels(of: plain).elementsEqual(weights.maxima), maxima, "a maximum is wrong")
  }

  /// Checks that what is shown and sent is UTF-8, as a whole and in each part.
  func verifyText(
    _ text: UnsafeBufferPointer<UInt8>, _ part: IndexSection, at offsets: AscendingArray,
    _ places: IndexSection
  ) throws(IndexError) {
    try demand(String(validating: text, as: UTF8.self) != nil, part, "it is not UTF-8")
    for offset in offsets {
      try demand(isBoundary(Int(offset), in: text), places, "an offset is within a character")
    }
  }

  /// Whether a character of `text` begins or ends at `offset`, which is at most its count.
  func isBoundary(_ offset: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
    offset == text.count || text[offset] & 0xC0 != 0x80
  }

  private func verifyFeatures() throws(IndexError) {
    let space = view.features
    try verifyKeys(space.keys, starts: .featureStarts, keys: .featureKeys)
    try demand(
      FeatureSpace.fingerprint(of: space) == featureFingerprint, .featureKeys,
      "the fingerprint differs from the header's; the index was built for other text rules")
  }

  private func verifyTree() throws(IndexError) {
    let v = view
    try demand(v.memberSums[0] == 0, .memberSums, "the first sum is not zero")
    for i in 0..<v.members.count {
      try demand(Int(v.members[i]) < v.labelCount, .members, "member \(i) is not a label")
      try demand(
        v.memberSums[i + 1] >= v.memberSums[i]
          && v.memberSums[i + 1] - v.memberSums[i] == v.weight(of: v.members[i]),
        .memberSums, "the sum after member \(i) is wrong")
    }
    try demand(
      v.nodes[0].labelLow == 0 && Int(v.nodes[0].labelHigh) == v.labelCount
        && Int(v.nodes[0].memberCount) == v.labelCount, .nodes,
      "the root does not hold every label")
    var nextChild = 1
    var greatestArity = 0
    for i in 0..<v.nodes.count {
      let node = v.nodes[i]
      try demand(
        node.labelLow < node.labelHigh && Int(node.labelHigh) <= v.labelCount
          && node.memberCount >= 1, .nodes, "node \(i) has no range of labels")
      try verifyMembers(of: node, i)
      greatestArity = max(greatestArity, node.arity)
      if node.isLeaf {
        try demand(node.hasTerminal == 0, .nodes, "leaf \(i) has a terminal")
        continue
      }
      try demand(
        Int(node.firstChild) == nextChild && nextChild > i
          && nextChild + Int(node.childCount) <= v.nodes.count,
        .nodes, "the children of node \(i) are not where they must be")
      try verifyChildren(of: node, i)
      nextChild += Int(node.childCount)
    }
    try demand(nextChild == v.nodes.count, .nodes, "a node has no parent")
    try demand(
      greatestArity == v.greatestArity, .nodes,
      "the greatest number of children differs from the header's")
    try verifyPartition()
  }

  private func verifyMembers(of node: NodeRecord, _ i: Int) throws(IndexError) {
    let v = view
    if node.memberStart == IndexFormat.contiguous {
      try demand(
        node.memberCount == node.labelHigh - node.labelLow, .nodes,
        "the number of members of node \(i) differs from its range")
      return
    }
    let start = Int(node.memberStart)
    try demand(
      start + Int(node.memberCount) <= v.members.count, .nodes,
      "the members of node \(i) are not all in the list")
    try demand(
      v.members[start] == node.labelLow
        && v.members[start + Int(node.memberCount) - 1] == node.labelHigh - 1, .members,
      "the members of node \(i) are not its range")
    for k in start + 1..<start + Int(node.memberCount) {
      try demand(v.members[k] > v.members[k - 1], .members, "member \(k) is out of order")
    }
  }

  /// Checks that the members of a node's children are exactly the node's members. That their
  /// numbers add up has been checked before.
  private func verifyPartition() throws(IndexError) {
    let v = view
    let taken = UInt32.max
    // For each label, the deepest node found to hold it so far; parents come before their children.
    var holder = [UInt32](repeating: 0, count: v.labelCount)
    for (i, node) in v.nodes.enumerated() where !node.isLeaf {
      if node.hasTerminal == 1 {
        try demand(
          holder[Int(node.labelLow)] == UInt32(i), .nodes,
          "the terminal of node \(i) belongs to another node")
        holder[Int(node.labelLow)] = taken
      }
      for c in Int(node.firstChild)..<Int(node.firstChild) + Int(node.childCount) {
        for position in 0..<Int(v.nodes[c].memberCount) {
          let label = Int(v.member(position, of: v.nodes[c]))
          try demand(
            holder[label] == UInt32(i), .nodes, "node \(c) has a label that node \(i) lacks")
          holder[label] = UInt32(c)
        }
      }
    }
  }

  /// Checks that the children are within the range of the node and have as many members as it has.
  private func verifyChildren(of node: NodeRecord, _ i: Int) throws(IndexError) {
    let v = view
    var total = Int(node.hasTerminal)
    for c in 0..<Int(node.childCount) {
      let child = v.nodes[Int(node.firstChild) + c]
      total += Int(child.memberCount)
      try demand(
        child.labelLow >= node.labelLow && child.labelHigh <= node.labelHigh, .nodes,
        "a child of node \(i) leaves its range")
    }
    try demand(total == Int(node.memberCount), .nodes, "the children of node \(i) do not add up")
  }

  private func verifyFollowers() throws(IndexError) {
    let v = view
    try demand(
      ascends(v.followerOffsets)
        && v.followerOffsets[v.labelCount] == v.followerLabels.count, .followerOffsets,
      "the offsets do not ascend to the end of the followers")
    for label in 0..<v.labelCount {
      let range = Int(v.followerOffsets[label])..<Int(v.followerOffsets[label + 1])
      for i in range {
        try demand(
          Int(v.followerLabels[i]) < v.labelCount
            && (i == range.lowerBound || v.followerLabels[i] > v.followerLabels[i - 1]),
          .followerLabels, "follower \(i) is out of order")
        try demand(
          v.followerCounts[i] <= Self.greatestCount, .followerCounts,
          "follower \(i) has too great a count")
      }
    }
  }
}
