// Draws numbers by Zipf's law.

import QACBinary

/// Draws numbers below a bound; the weight of number r is 1 / (r + offset).
struct ZipfSampler {
  private var cumulative: [Double] = []

  init(count: Int, offset: Double) {
    self.init(weights: (0..<count).map { 1 / (Double($0) + offset) })
  }

  init(weights: [Double]) {
    cumulative.reserveCapacity(weights.count)
    var sum = 0.0
    for weight in weights {
      sum += weight
      cumulative.append(sum)
    }
  }

  func draw(_ random: inout SplitMix64) -> Int {
    let target = random.unit() * (cumulative.last ?? 0)
    return (0..<max(0, cumulative.count - 1)).partitioningIndex { cumulative[$0] > target }
  }
}
