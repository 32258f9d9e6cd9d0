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
    try verifyBreaks()
    try verifySuffixes()
    try verifyWords()
    try verifyWordLists()
    try verifyAliases()
    try verifySynonyms()
    try verifyPlaces()
    try verifyItems()
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
    let kinds = IndexSection.allCases.filter { sections[$0] != nil }
    for (kind, checksum) in zip(kinds, checksums) {
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
