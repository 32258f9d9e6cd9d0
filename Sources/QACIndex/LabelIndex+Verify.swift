// Reads every byte of an index and checks all that a reader relies on.
//
// Cost: O(size of the file). After it, every offset, id and child that the arrays hold may be
// followed without a check.

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
      view.heats.allSatisfy { $0 >= 0 && $0 <= 1e9 }, .heats, "a value is not from 0 to 1e9")
    try verifySuffixes()
    try verifyWords()
    _ = try rankerWeights()
  }

  func demand(
    _ condition: @autoclosure () -> Bool, _ part: IndexSection, _ problem: String
  ) throws(IndexError) {
    if !condition() {
      throw .malformed(path: path, part: "section \(part)", problem: problem)
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
      let start = sections[kind]?.lowerBound ?? end
      for i in end..<start where file.bytes[i] != 0 {
        throw .malformed(
          path: path, part: "gap before section \(kind)", problem: "byte \(i) is not zero")
      }
      end = start + bytes.count
    }
  }

  func ascends(_ offsets: UnsafeBufferPointer<UInt32>, to end: Int) -> Bool {
    guard offsets.first == 0, let last = offsets.last, Int(last) == end else { return false }
    for i in 1..<offsets.count where offsets[i] < offsets[i - 1] { return false }
    return true
  }

  private func verifyLabels() throws(IndexError) {
    let v = view
    let order = "the offsets do not ascend to the end of the text"
    try demand(ascends(v.labelOffsets, to: v.labelText.count), .labelOffsets, order)
    try demand(ascends(v.surfaceOffsets, to: v.surfaceText.count), .surfaceOffsets, order)
    try verifyText(v.labelText, v.labelOffsets, .labelText)
    try verifyText(v.surfaceText, v.surfaceOffsets, .surfaceText)
    try verifyOrder(v.labels, .labelText)
    try verifyWeights(v.labelWeights, sums: .weightSums, maxima: .blockMaxima)
    try demand(
      v.weightSums[v.labelCount] == header.totalWeight, .weightSums,
      "the total differs from the header's")
  }

  /// The texts are not empty, distinct and in order.
  func verifyOrder(_ texts: SortedTexts, _ part: IndexSection) throws(IndexError) {
    for i in 0..<texts.count {
      let text = texts[i]
      try demand(!text.isEmpty, part, "text \(i) is empty")
      if i > 0 {
        try demand(texts[i - 1].lexicographicallyPrecedes(text), part, "text \(i) is out of order")
      }
    }
  }

  /// Every weight is from 1 to 2^32 - 1, and the maxima are those of the weights.
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

  /// What is shown and sent is UTF-8, whole and in each part.
  func verifyText(
    _ text: UnsafeBufferPointer<UInt8>, _ offsets: UnsafeBufferPointer<UInt32>,
    _ part: IndexSection
  ) throws(IndexError) {
    try demand(String(validating: text, as: UTF8.self) != nil, part, "it is not UTF-8")
    for offset in offsets where Int(offset) < text.count {
      try demand(text[Int(offset)] & 0xC0 != 0x80, part, "an offset is within a character")
    }
  }

  private func verifyFeatures() throws(IndexError) {
    let space = view.features
    var used = 0
    var seen = [Bool](repeating: false, count: space.idf.count)
    for i in 0..<space.slotIDs.count where space.slotIDs[i] != FeatureSpace.emptySlot {
      let id = Int(space.slotIDs[i])
      try demand(id < seen.count && !seen[id], .featureIDs, "slot \(i) has a wrong id")
      seen[id] = true
      used += 1
    }
    try demand(used == space.idf.count, .featureIDs, "a feature has no slot")
    try demand(space.idf.allSatisfy { $0.isFinite && $0 > 0 }, .featureIDF, "a value is wrong")
    try demand(
      FeatureSpace.fingerprint(of: space) == featureFingerprint, .featureKeys,
      "the fingerprint differs from the header's; the index was built for other text rules")
  }

  private func verifyTree() throws(IndexError) {
    let v = view
    try demand(v.memberSums[0] == 0, .memberSums, "the first sum is not zero")
    for i in 0..<v.members.count {
      try demand(Int(v.members[i]) < v.labelCount, .members, "member \(i) is no label")
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
    var nextChunk = 0
    for i in 0..<v.nodes.count {
      let node = v.nodes[i]
      try demand(
        node.labelLow < node.labelHigh && Int(node.labelHigh) <= v.labelCount
          && node.memberCount >= 1, .nodes, "node \(i) has no range of labels")
      try demand(node.hasTerminal <= 1, .nodes, "node \(i) has a wrong terminal")
      try demand(
        Int(node.chunkStart) == nextChunk
          && Int(node.chunkStart) + Int(node.chunkCount) <= v.chunkFeatures.count, .nodes,
        "the chunk of node \(i) does not lie where it must")
      nextChunk += Int(node.chunkCount)
      try verifyMembers(of: node, i)
      if node.isLeaf {
        try demand(node.hasTerminal == 0, .nodes, "leaf \(i) has a terminal")
        continue
      }
      try demand(
        Int(node.firstChild) == nextChild && nextChild > i
          && nextChild + Int(node.childCount) <= v.nodes.count,
        .nodes, "the children of node \(i) do not lie where they must")
      try verifyChildren(of: node, i)
      nextChild += Int(node.childCount)
    }
    try demand(nextChild == v.nodes.count, .nodes, "a node has no parent")
    try demand(nextChunk == v.chunkFeatures.count, .chunkFeatures, "a feature has no node")
    try verifyPartition()
  }

  private func verifyMembers(of node: NodeRecord, _ i: Int) throws(IndexError) {
    let v = view
    if node.memberStart == IndexFormat.contiguous {
      try demand(
        node.memberCount == node.labelHigh - node.labelLow, .nodes,
        "node \(i) counts other labels than its range")
      return
    }
    let start = Int(node.memberStart)
    try demand(
      start + Int(node.memberCount) <= v.members.count, .nodes,
      "the members of node \(i) lie outside")
    try demand(
      v.members[start] == node.labelLow
        && v.members[start + Int(node.memberCount) - 1] == node.labelHigh - 1, .members,
      "the members of node \(i) are not its range")
    for k in start + 1..<start + Int(node.memberCount) {
      try demand(v.members[k] > v.members[k - 1], .members, "member \(k) is out of order")
    }
  }

  /// The children's members are, all together, exactly the node's: their numbers add up already.
  private func verifyPartition() throws(IndexError) {
    let v = view
    let taken = UInt32.max
    // For each label, the deepest node known to hold it; parents come before their children.
    var holder = [UInt32](repeating: 0, count: v.labelCount)
    for (i, node) in v.nodes.enumerated() where !node.isLeaf {
      if node.hasTerminal == 1 {
        try demand(
          holder[Int(node.labelLow)] == UInt32(i), .nodes, "the terminal of node \(i) is not its")
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

  /// The children lie within the node, and their members are as many as its.
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

  private func verifyChunks() throws(IndexError) {
    let v = view
    try demand(
      ascends(v.chunkOffsets, to: v.entryChildren.count), .chunkOffsets,
      "the offsets do not ascend to the end of the entries")
    for i in 0..<v.nodes.count {
      let node = v.nodes[i]
      for f in Int(node.chunkStart)..<Int(node.chunkStart) + Int(node.chunkCount) {
        try demand(
          Int(v.chunkFeatures[f]) < v.features.idf.count
            && (f == Int(node.chunkStart) || v.chunkFeatures[f] > v.chunkFeatures[f - 1]),
          .chunkFeatures, "feature \(f) of node \(i) is out of order")
        for e in Int(v.chunkOffsets[f])..<Int(v.chunkOffsets[f + 1]) {
          try demand(
            Int(v.entryChildren[e]) < node.arity
              && (e == Int(v.chunkOffsets[f]) || v.entryChildren[e] > v.entryChildren[e - 1]),
            .entryChildren, "entry \(e) of node \(i) is out of order")
        }
      }
    }
    try demand(v.entryWeights.allSatisfy(\.isFinite), .entryWeights, "a weight is not finite")
  }

  private func verifyFollowers() throws(IndexError) {
    let v = view
    try demand(
      ascends(v.followerOffsets, to: v.followerLabels.count), .followerOffsets,
      "the offsets do not ascend to the end of the followers")
    for label in 0..<v.labelCount {
      let range = Int(v.followerOffsets[label])..<Int(v.followerOffsets[label + 1])
      for i in range {
        try demand(
          Int(v.followerLabels[i]) < v.labelCount
            && (i == range.lowerBound || v.followerLabels[i] > v.followerLabels[i - 1]),
          .followerLabels, "follower \(i) is out of order")
        try demand(v.followerCounts[i] > 0, .followerCounts, "follower \(i) has no count")
      }
    }
  }
}
