// Finds each suffix as the end of a label, so that its text is not stored twice.
//
// A suffix is placed at the end of the first label that ends in it. The few suffixes that no label
// ends in (rare labels may be left out) are put after the labels, in their own order. Suffixes are
// found by hash; of two with equal hashes, the later one is put after the labels.
// Cost: O(bytes of labels and suffixes).

import QACText

/// Places the suffixes of an index in its label text.
struct SuffixPlacer {
  private let content: IndexContent
  /// For each suffix its offset times 256, plus its length; `place` fills it.
  private(set) var slices: [UInt64] = []

  init(_ content: IndexContent) {
    self.content = content
  }

  /// Finds a place for each suffix; returns the texts to put after the labels.
  mutating func place() -> [[UInt8]] {
    let suffixes = content.suffixes
    precondition(
      suffixes.allSatisfy { $0.count <= Suffix.mostBytes },
      "a suffix has at most \(Suffix.mostBytes) bytes")
    var starts = [Int?](repeating: nil, count: suffixes.count)
    var byHash: [UInt64: Int] = [:]
    byHash.reserveCapacity(suffixes.count)
    for (i, suffix) in suffixes.enumerated() {
      let hash = StableHash.of(suffix, seed: 0)
      if byHash[hash] == nil { byHash[hash] = i }
    }
    var offset = 0
    content.breaks.withBreaker { breaker in
      for label in content.labels {
        let words = label.withUnsafeBufferPointer { breaker.words($0) }
        for word in words where label.count - word.lowerBound <= Suffix.mostBytes {
          let end = label[word.lowerBound...]
          let hash = end.withUnsafeBufferPointer { StableHash.of($0, seed: 0) }
          if let i = byHash[hash], starts[i] == nil, suffixes[i].elementsEqual(end) {
            starts[i] = offset + word.lowerBound
          }
        }
        offset += label.count
      }
    }
    var rest: [[UInt8]] = []
    slices = []
    slices.reserveCapacity(suffixes.count)
    for (i, suffix) in suffixes.enumerated() {
      slices.append(UInt64(starts[i] ?? offset) << 8 | UInt64(suffix.count))
      if starts[i] == nil {
        rest.append(suffix)
        offset += suffix.count
      }
    }
    return rest
  }
}
