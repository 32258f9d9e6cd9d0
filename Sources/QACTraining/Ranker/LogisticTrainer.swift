// Fits a logistic regression: the probability that something holds, from its features.
//
//     loss = - sum over examples ln P(what was seen) + L2,  P(yes) = 1 / (1 + e^-(w.v))
//
// Features are standardised for the fit, and the weights are scaled back. A feature that never
// varies is a constant and is not pulled towards zero, so the mean prediction is the share of
// examples that hold: the model is calibrated on what it was fitted on. The method is Newton's with
// step halving; one thread sums in the order of the examples, so the result is deterministic.
// Cost: O(rounds x examples x features^2). Memory: 4 bytes per feature of each example.
// Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2009, section 4.4.1.

#if canImport(Glibc)
  import Glibc
#endif

/// Examples with features, each of which holds or does not.
public struct LogisticExamples: Sendable {
  /// The number of features of an example.
  public let featureCount: Int
  private(set) var values: [Float] = []
  private(set) var holds: [Bool] = []

  /// Makes an empty list.
  public init(featureCount: Int) {
    self.featureCount = featureCount
  }

  /// The number of examples.
  public var count: Int { holds.count }

  /// The number of examples that hold.
  public var positives: Int { holds.count { $0 } }

  /// Adds an example of `featureCount` features.
  public mutating func append(_ features: [Double], holds: Bool) {
    precondition(features.count == featureCount, "\(featureCount) features per example")
    for value in features { values.append(Float(value)) }
    self.holds.append(holds)
  }

  /// Whether example `i` holds.
  public func holds(_ i: Int) -> Bool { holds[i] }

  /// The probability that each example holds, by `weights`.
  public func probabilities(_ weights: [Double]) -> [Double] {
    (0..<count).map { i in
      1 / (1 + exp(-zip(row(i), weights).reduce(0) { $0 + Double($1.0) * $1.1 }))
    }
  }

  /// The features of example `i`.
  func row(_ i: Int) -> ArraySlice<Float> { values[i * featureCount..<(i + 1) * featureCount] }
}

/// Fits logistic regressions.
public struct LogisticTrainer: Sendable {
  /// Weight of the L2 term, relative to the number of examples.
  public var regularization = 1e-4
  /// The most rounds of Newton's method.
  public var rounds = 25

  /// Makes a trainer with default settings.
  public init() {}

  /// The weights that minimise the loss; all are zero if there is no example.
  public func fit(_ examples: LogisticExamples) -> [Double] {
    let count = examples.featureCount
    var weights = [Double](repeating: 0, count: count)
    if examples.count == 0 { return weights }
    let scale = scales(examples)
    let used = (0..<count).filter { scale[$0].factor > 0 }
    var current = [Double](repeating: 0, count: used.count)
    var loss = evaluate(examples, used, scale, current)
    for _ in 0..<rounds {
      guard let step = LinearSystem.solve(loss.hessian, loss.gradient) else { break }
      var size = 1.0
      var next = loss
      while size > 1e-4 {
        let trial = zip(current, step).map { $0 - size * $1 }
        next = evaluate(examples, used, scale, trial)
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
    for (i, f) in used.enumerated() { weights[f] = current[i] * scale[f].factor }
    return weights
  }

  /// How a feature is scaled for the fit; a factor of 0 leaves it out.
  private struct Scale {
    var factor: Double
    /// Whether it is pulled towards zero.
    var isPulled: Bool
  }

  /// One over the standard deviation of each feature. Of those that never vary the first that is
  /// not zero is kept, as the constant.
  private func scales(_ examples: LogisticExamples) -> [Scale] {
    let n = Double(examples.count)
    var hasConstant = false
    return (0..<examples.featureCount).map { f in
      var sum = 0.0
      for i in 0..<examples.count {
        sum += Double(examples.values[i * examples.featureCount + f])
      }
      let mean = sum / n
      var squares = 0.0
      for i in 0..<examples.count {
        let difference = Double(examples.values[i * examples.featureCount + f]) - mean
        squares += difference * difference
      }
      let deviation = (squares / n).squareRoot()
      if deviation > 1e-6 { return Scale(factor: 1 / deviation, isPulled: true) }
      if hasConstant || abs(mean) < 1e-6 { return Scale(factor: 0, isPulled: false) }
      hasConstant = true
      return Scale(factor: 1 / mean, isPulled: false)
    }
  }

  private struct Loss {
    var value: Double
    var gradient: [Double]
    var hessian: [Double]
  }

  private func evaluate(
    _ examples: LogisticExamples, _ used: [Int], _ scale: [Scale], _ weights: [Double]
  ) -> Loss {
    let k = used.count
    let pull = regularization * Double(examples.count)
    var loss = Loss(
      value: 0, gradient: [Double](repeating: 0, count: k),
      hessian: [Double](repeating: 0, count: k * k))
    for (i, f) in used.enumerated() where scale[f].isPulled {
      loss.value += weights[i] * weights[i] * pull / 2
      loss.gradient[i] = weights[i] * pull
      loss.hessian[i * k + i] = pull
    }
    var row = [Double](repeating: 0, count: k)
    for e in 0..<examples.count {
      let features = examples.row(e)
      var sum = 0.0
      for (i, f) in used.enumerated() {
        row[i] = Double(features[features.startIndex + f]) * scale[f].factor
        sum += weights[i] * row[i]
      }
      let p = 1 / (1 + exp(-sum))
      let holds = examples.holds[e]
      // ln(1 + e^-s) without overflow.
      let margin = holds ? sum : -sum
      loss.value += margin > 0 ? log1p(exp(-margin)) : log1p(exp(margin)) - margin
      let error = p - (holds ? 1 : 0)
      let curvature = p * (1 - p)
      for a in 0..<k {
        loss.gradient[a] += error * row[a]
        let scaled = curvature * row[a]
        for b in 0...a { loss.hessian[a * k + b] += scaled * row[b] }
      }
    }
    for a in 0..<k {
      for b in 0..<a { loss.hessian[b * k + a] = loss.hessian[a * k + b] }
    }
    return loss
  }
}
