// Learns one linear classifier: an L2-regularised squared hinge by dual coordinate descent.
//
//     min over w of  w . w / 2 + sum over i of C_i max(0, 1 - y_i w . x_i)^2
//
// Its dual has one variable a_i >= 0 per example, and w = sum of a_i y_i x_i. A step minimises the
// dual along one variable. A pass takes the variables in a random order; variables that stay at 0
// are left out of the next passes (shrinking), and looked at again before the end. It ends when the
// projected gradients of a pass differ by at most the tolerance. The last feature of every example
// is the bias, whose value is 1; it is regularised like the others.
//
// Invariant: the result depends only on the examples, the settings and the seed.
// Cost: O(passes x components of the examples). Memory: 8 bytes per example and 4 per feature.
// Source: Hsieh et al., ICML 2008, algorithm 3 with the L2-loss dual of §2; Fan et al., JMLR 2008
// (LIBLINEAR), whose rules of shrinking and ending these are.

import QACBinary

/// The examples of one node as rows of local features; all its classifiers read them.
struct NodeRows: Sendable {
  /// The number of each row's first component, and the end.
  var offsets: [Int32] = [0]
  /// The components' local features.
  var ids: [Int32] = []
  var values: [Float] = []
  /// The features of the index by local number, ascending, without the bias.
  var features: [UInt32] = []

  /// The number of rows.
  var count: Int { offsets.count - 1 }
}

/// Trains classifiers of one node.
struct SquaredHinge {
  let rows: NodeRows
  let tolerance: Float
  let epochs: Int

  /// A row as one classifier sees it.
  private struct Example {
    /// Its components.
    var start: Int
    var end: Int
    /// y.
    var sign: Float
    /// 1 / (2 C).
    var diagonal: Float
    /// The second derivative of the dual.
    var curvature: Float
    /// a.
    var dual: Float = 0
  }

  /// Learns a classifier.
  ///
  /// - Parameters:
  ///   - isPositive: For each row, whether y is 1; if not, it is -1.
  ///   - costs: C of each row, above 0.
  ///   - seed: Chooses the order of the steps.
  /// - Returns: The weight of each local feature, and last that of the bias.
  func weights(isPositive: [Bool], costs: [Float], seed: UInt64) -> [Float] {
    var weights = [Float](repeating: 0, count: rows.features.count + 1)
    var examples = (0..<rows.count).map { i in
      let (start, end) = (Int(rows.offsets[i]), Int(rows.offsets[i + 1]))
      var square: Float = 1
      for value in rows.values[start..<end] { square += value * value }
      let diagonal = 0.5 / costs[i]
      return Example(
        start: start, end: end, sign: isPositive[i] ? 1 : -1, diagonal: diagonal,
        curvature: square + diagonal)
    }
    var order = Array(0..<Int32(rows.count))
    rows.ids.withUnsafeBufferPointer { ids in
      rows.values.withUnsafeBufferPointer { values in
        weights.withUnsafeMutableBufferPointer { weights in
          examples.withUnsafeMutableBufferPointer { examples in
            order.withUnsafeMutableBufferPointer { order in
              descend(examples, order, ids: ids, values: values, weights: weights, seed: seed)
            }
          }
        }
      }
    }
    return weights
  }

  private func descend(
    _ examples: UnsafeMutableBufferPointer<Example>, _ order: UnsafeMutableBufferPointer<Int32>,
    ids: UnsafeBufferPointer<Int32>, values: UnsafeBufferPointer<Float>,
    weights: UnsafeMutableBufferPointer<Float>, seed: UInt64
  ) {
    var generator = SplitMix64(seed: seed)
    let bias = weights.count - 1
    var active = examples.count
    // The greatest projected gradient of the last pass; infinite for none.
    var bound = Float.infinity
    for _ in 0..<epochs {
      var (greatest, least) = (-Float.infinity, Float.infinity)
      for i in 0..<active { order.swapAt(i, i + generator.below(active - i)) }
      var at = 0
      while at < active {
        let i = Int(order[at])
        let example = examples[i]
        var score = weights[bias]
        for k in example.start..<example.end { score += weights[Int(ids[k])] * values[k] }
        let gradient = example.sign * score - 1 + example.dual * example.diagonal
        if example.dual == 0 {
          if gradient > bound {
            active -= 1
            order.swapAt(at, active)
            continue
          }
          if gradient >= 0 {
            greatest = max(greatest, 0)
            least = min(least, 0)
            at += 1
            continue
          }
        }
        greatest = max(greatest, gradient)
        least = min(least, gradient)
        let dual = max(0, example.dual - gradient / example.curvature)
        let step = (dual - example.dual) * example.sign
        if step != 0 {
          examples[i].dual = dual
          for k in example.start..<example.end { weights[Int(ids[k])] += step * values[k] }
          weights[bias] += step
        }
        at += 1
      }
      if greatest - least <= tolerance {
        if active == examples.count { return }
        active = examples.count
        bound = .infinity
      } else {
        bound = greatest > 0 ? greatest : .infinity
      }
    }
  }
}
