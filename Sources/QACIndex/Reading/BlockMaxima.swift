// A pyramid of maxima over weights in order, to find the heaviest labels or suffixes of a range.
//
// Level 0 has the greatest weight of every `blockSize` weights, level 1 that of every `blockSize`
// blocks, and so on up to one block. The levels are stored one after the other.
// Cost: about n / (`blockSize` - 1) numbers for n weights. Source: block maxima as in Gog, Pibiri,
// Venturini, SIGIR 2020, §3. We differ: a pyramid of maxima instead of a succinct range-maximum
// structure.

/// The shape of the pyramid of maxima.
public enum BlockMaxima {
  /// The index of each level's first maximum among the maxima of `count` weights, and their number.
  public static func levelStarts(count: Int) -> [Int] {
    var starts = [0]
    var size = count
    while size > 1 {
      size = (size + IndexFormat.blockSize - 1) / IndexFormat.blockSize
      starts.append(starts[starts.count - 1] + size)
    }
    return starts
  }

  /// The maxima of all levels of `weights`.
  public static func levels(of weights: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    var level = weights
    while level.count > 1 {
      var next: [UInt32] = []
      var start = 0
      while start < level.count {
        let end = min(start + IndexFormat.blockSize, level.count)
        next.append(level[start..<end].max() ?? 0)
        start = end
      }
      result += next
      level = next
    }
    return result
  }
}
