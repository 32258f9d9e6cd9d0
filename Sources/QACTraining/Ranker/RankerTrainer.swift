// Fits the linear ranker: listwise softmax over the candidates of past requests.
//
//     loss = - sum over requests ln( exp(w.v_target) / sum over candidates exp(w.v) ) + L2
//
// Features are standardised for the fit and the weights are scaled back, so that the L2 term treats
// all features alike. The method is Newton's with step halving: the loss is convex and there are
// few features, so a dozen rounds reach the optimum. One thread sums in the order of the requests,
// so the result is deterministic.
// Cost: O(rounds x candidates x features^2). Memory: 4 bytes per feature of each candidate.
// Source: Cao et al., ICML 2007 (ListNet with the top-one probability and one relevant item).

#if canImport(Glibc)
  import Glibc
#endif

/// Past requests: the features of their candidates, and which candidate was submitted.
public struct RankerExamples: Sendable {
  /// The number of features of a candidate.
  public let featureCount: Int
  private(set) var values: [Float] = []
  private(set) var offsets: [Int] = [0]
  private(set) var targets: [Int] = []
  private(set) var weights: [Double] = []

  /// Makes an empty list.
  public init(featureCount: Int) {
    self.featureCount = featureCount
  }

  /// The number of requests.
  public var count: Int { targets.count }

  /// Adds a request.
  ///
  /// - Parameters:
  ///   - rows: The candidates' features, `featureCount` for each candidate, one after the other.
  ///   - target: The number of the candidate that was submitted.
  ///   - weight: How much the request counts.
  public mutating func append(rows: [Double], target: Int, weight: Double = 1) {
    append(rows: rows.map { Float($0) }, target: target, weight: weight)
  }

  /// Adds a request whose rows are in the precision in which they are kept.
  public mutating func append(rows: [Float], target: Int, weight: Double = 1) {
    values += rows
    let candidates = (values.count - offsets[offsets.count - 1] * featureCount) / featureCount
    precondition(target < candidates, "target \(target) of \(candidates) candidates")
    offsets.append(offsets[offsets.count - 1] + candidates)
    targets.append(target)
    weights.append(weight)
  }
}

/// Fits ranker weights.
public struct RankerTrainer: Sendable {
  /// Weight of the L2 term, relative to the number of requests.
  public var regularization = 1e-4
  /// The most rounds of Newton's method.
  public var rounds = 20

  /// Makes a trainer with default settings.
  public init() {}

  /// The weights that minimise the loss; all are zero if there is no request.
  ///
  /// - Parameters:
  ///   - examples: The requests.
  ///   - isUsed: For each feature, whether it may have a weight; all may if it is nil.
  /// - Returns: One weight per feature.
  public func fit(_ examples: RankerExamples, isUsed: [Bool]? = nil) -> [Double] {
    let count = examples.featureCount
    var weights = [Double](repeating: 0, count: count)
    if examples.count == 0 { return weights }
    let scale = deviations(examples)
    let used = (0..<count).filter { scale[$0] > 0 && (isUsed?[$0] ?? true) }
    let scaled = scaledRows(examples, used, scale)
    var current = [Double](repeating: 0, count: used.count)
    var loss = evaluate(examples, scaled, current)
    for _ in 0..<rounds {
      guard let step = LinearSystem.solve(loss.hessian, loss.gradient) else { break }
      var size = 1.0
      var next = loss
      while size > 1e-4 {
        let trial = zip(current, step).map { $0 - size * $1 }
        next = evaluate(examples, scaled, trial)
        if next.value < loss.value {
          current = trial
          break
        }
        size /= 2
      }
      let gain = loss.value - next.value
      if gain <= 1e-9 * abs(loss.value) { break }
      loss = next
    }
    for (i, f) in used.enumerated() { weights[f] = current[i] / scale[f] }
    return weights
  }

  /// The standard deviation of each feature within the requests; 0 if it never varies.
  private func deviations(_ examples: RankerExamples) -> [Double] {
    let count = examples.featureCount
    var squares = [Double](repeating: 0, count: count)
    var rows = 0
    for r in 0..<examples.count {
      let range = examples.offsets[r]..<examples.offsets[r + 1]
      rows += range.count
      for f in 0..<count {
        var mean = 0.0
        for row in range { mean += Double(examples.values[row * count + f]) }
        mean /= Double(range.count)
        for row in range {
          let difference = Double(examples.values[row * count + f]) - mean
          squares[f] += difference * difference
        }
      }
    }
    return squares.map { square in
      let deviation = (square / Double(max(1, rows))).squareRoot()
      return deviation > 1e-6 ? deviation : 0
    }
  }

  private func scaledRows(
    _ examples: RankerExamples, _ used: [Int], _ scale: [Double]
  ) -> [Float] {
    var result: [Float] = []
    let rows = examples.offsets[examples.count]
    result.reserveCapacity(rows * used.count)
    for row in 0..<rows {
      for f in used {
        result.append(Float(Double(examples.values[row * examples.featureCount + f]) / scale[f]))
      }
    }
    return result
  }

  private struct Loss {
    var value: Double
    var gradient: [Double]
    var hessian: [Double]
  }

  private func evaluate(
    _ examples: RankerExamples, _ rows: [Float], _ weights: [Double]
  ) -> Loss {
    let k = weights.count
    let pull = regularization * Double(examples.count)
    var loss = Loss(
      value: weights.reduce(0) { $0 + $1 * $1 } * pull / 2, gradient: weights.map { $0 * pull },
      hessian: [Double](repeating: 0, count: k * k))
    for i in 0..<k { loss.hessian[i * k + i] = pull }
    var scores: [Double] = []
    var mean = [Double](repeating: 0, count: k)
    var candidate = mean
    for r in 0..<examples.count {
      let range = examples.offsets[r]..<examples.offsets[r + 1]
      let weight = examples.weights[r]
      scores.removeAll(keepingCapacity: true)
      for row in range {
        var score = 0.0
        for i in 0..<k { score += weights[i] * Double(rows[row * k + i]) }
        scores.append(score)
      }
      let greatest = scores.max() ?? 0
      var total = 0.0
      for i in scores.indices {
        scores[i] = exp(scores[i] - greatest)
        total += scores[i]
      }
      for i in 0..<k { mean[i] = 0 }
      // Elements are independent sums, so plain pointers let several be added at once.
      loss.hessian.withUnsafeMutableBufferPointer { hessian in
        mean.withUnsafeMutableBufferPointer { mean in
          candidate.withUnsafeMutableBufferPointer { values in
            for (j, number) in range.enumerated() {
              let p = weight * scores[j] / total
              for a in 0..<k { values[a] = Double(rows[number * k + a]) }
              for a in 0..<k {
                let va = p * values[a]
                mean[a] += va
                for b in 0...a { hessian[a &* k &+ b] += va * values[b] }
              }
            }
          }
        }
      }
      let target = (range.lowerBound + examples.targets[r]) * k
      for a in 0..<k {
        loss.gradient[a] += mean[a] - weight * Double(rows[target + a])
        for b in 0...a { loss.hessian[a * k + b] -= mean[a] * mean[b] / weight }
      }
      loss.value -= weight * log(max(1e-300, scores[examples.targets[r]] / total))
    }
    for a in 0..<k {
      for b in 0..<a { loss.hessian[b * k + a] = loss.hessian[a * k + b] }
    }
    return loss
  }
}
