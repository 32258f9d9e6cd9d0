// For every label and every length of its prefixes: the range of labels with that prefix.
//
// Both bounds of all lengths are filled in two passes over the sorted labels. The lower bound of
// label i and length L is the bound of the previous label if that shares L scalars, and i itself if
// not; the upper bound is found likewise from the next label. Computing the range of one label from
// the common prefixes of its neighbours would need a scan instead.
// Memory: 8 bytes per scalar of all labels. Cost: O(scalars of all labels).

import QACText

/// The label ranges of all prefixes of all labels.
struct PrefixRanges: Sendable {
  private let starts: [Int]
  private var lows: [UInt32]
  private var highs: [UInt32]

  /// Computes the ranges of `labels`, ascending normalised texts.
  init(_ labels: [[UInt8]]) {
    var starts = [0]
    starts.reserveCapacity(labels.count + 1)
    for label in labels {
      let scalars = label.withUnsafeBufferPointer { UTF8Scalars.count($0) }
      starts.append(starts[starts.count - 1] + scalars)
    }
    var lows = [UInt32](repeating: 0, count: starts[labels.count])
    var highs = lows
    var shared = [Int](repeating: 0, count: labels.count + 1)
    for i in labels.indices {
      if i > 0 { shared[i] = Self.commonScalars(labels[i - 1], labels[i]) }
      for length in 0..<(starts[i + 1] - starts[i]) {
        lows[starts[i] + length] =
          length < shared[i] ? lows[starts[i - 1] + length] : UInt32(i)
      }
    }
    for i in labels.indices.reversed() {
      for length in 0..<(starts[i + 1] - starts[i]) {
        highs[starts[i] + length] =
          length < shared[i + 1] ? highs[starts[i + 1] + length] : UInt32(i + 1)
      }
    }
    self.starts = starts
    self.lows = lows
    self.highs = highs
  }

  /// The number of scalars of `label`.
  func length(of label: Int) -> Int { starts[label + 1] - starts[label] }

  /// The labels that share the first `length` scalars of `label`; `1 <= length <= length(of:)`.
  func range(_ label: Int, length: Int) -> Range<UInt32> {
    let i = starts[label] + length - 1
    return lows[i]..<highs[i]
  }

  private static func commonScalars(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var count = 0
    var i = 0
    while i < a.count, i < b.count, a[i] == b[i] {
      i += 1
      if i == a.count || a[i] & 0xC0 != 0x80 {
        if i == b.count || b[i] & 0xC0 != 0x80 { count += 1 }
      }
    }
    return count
  }
}
