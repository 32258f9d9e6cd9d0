// The few values to which the weights of an index are rounded.
//
// If a build has few different weights, these are the levels. If not, Lloyd's iteration finds
// levels that round a histogram of the weights with a small square error. It starts with the
// medians of equally many weights each, so levels are dense where weights are, and few weights
// become equal.
// Invariant: the levels depend only on the weights and their order.
// Cost: O(weights + rounds x bins).
// Source: Lloyd, IEEE Trans. Inf. Theory 28 (1982), method I; Max, IRE Trans. Inf. Theory 6 (1960).

import QACBinary

/// Ascending levels, and which of them is nearest to a weight.
struct WeightLevels {
  /// The most levels of the completions' classifiers; a power of two, at most
  /// `IndexFormat.mostWeightLevels`.
  static let usual = 16
  private static let bins = 4096
  private static let rounds = 50

  /// The levels, ascending. Their number is a power of two; the last may be repeated.
  let values: [Float]

  /// Finds at most `most` levels, a power of two, for the weights of `chunks`.
  init(_ chunks: [NodeChunk], most: Int = Self.usual) {
    var distinct: Set<Float> = []
    var (least, greatest) = (Float.infinity, -Float.infinity)
    for chunk in chunks {
      for weight in chunk.weights {
        if distinct.count <= most { distinct.insert(weight) }
        least = min(least, weight)
        greatest = max(greatest, weight)
      }
    }
    if distinct.isEmpty {
      values = [0]
    } else if distinct.count <= most {
      var levels = distinct.sorted()
      while levels.count & (levels.count - 1) != 0 { levels.append(greatest) }
      values = levels
    } else {
      values = Self.fitted(chunks, Double(least), Double(greatest), most: most)
    }
  }

  private static func fitted(
    _ chunks: [NodeChunk], _ least: Double, _ greatest: Double, most: Int
  ) -> [Float] {
    var counts = [Double](repeating: 0, count: bins)
    let width = (greatest - least) / Double(bins)
    var total = 0.0
    for chunk in chunks {
      for weight in chunk.weights {
        counts[min(bins - 1, Int((Double(weight) - least) / width))] += 1
        total += 1
      }
    }
    func middle(_ bin: Int) -> Double { least + (Double(bin) + 0.5) * width }
    var levels: [Double] = []
    var seen = 0.0
    for bin in 0..<bins {
      seen += counts[bin]
      // The median of each of equally many weights.
      while levels.count < most, seen >= total * (Double(levels.count) + 0.5) / Double(most) {
        levels.append(middle(bin))
      }
    }
    for _ in 0..<rounds {
      var bin = 0
      for level in 0..<most {
        var (count, sum) = (0.0, 0.0)
        while bin < bins, level == most - 1 || middle(bin) * 2 <= levels[level] + levels[level + 1]
        {
          count += counts[bin]
          sum += counts[bin] * middle(bin)
          bin += 1
        }
        if count > 0 { levels[level] = sum / count }
      }
    }
    return levels.sorted().map { Float($0) }
  }

  /// The number of the level nearest to `weight`; of two equally near levels that of the lower.
  func nearest(_ weight: Float) -> Int {
    // The last level is taken for all weights above it too.
    let above = (0..<values.count - 1).partitioningIndex { values[$0] >= weight }
    return above > 0 && weight - values[above - 1] <= values[above] - weight ? above - 1 : above
  }
}
