// Trains a node's weights: the likelihood and gradient of one example, and AdaGrad over all of
// them.

import QACBinary
import QACIndex

#if canImport(Glibc)
  import Glibc
#endif

extension NodeTrainer {
  /// Runs all epochs.
  mutating func train(seed: UInt64) {
    if examples.isEmpty || settings.epochs == 0 { return }
    var generator = SplitMix64(seed: seed)
    var order: [Int32] = []
    for (i, example) in examples.enumerated() {
      let samples = min(Int(example.count), settings.samplesPerPair)
      order.append(contentsOf: repeatElement(Int32(i), count: samples))
    }
    let isTrie = view.isTrie(node)
    var step = Step(arity: node.arity)
    for _ in 0..<settings.epochs {
      shuffle(&order, &generator)
      for i in order {
        let example = examples[Int(i)]
        let length = ranges.length(of: Int(example.label))
        let typed = generator.below(max(1, length))
        // A prefix longer than the trie's scalars leaves one child, so there is nothing to learn.
        if isTrie, typed > Int(node.trieDepth) { continue }
        let range =
          typed == 0
          ? 0..<UInt32(view.labelCount) : ranges.range(Int(example.label), length: typed)
        let samples = min(Int(example.count), settings.samplesPerPair)
        let weight = Double(example.count) / Double(samples)
        if evaluate(example, range, into: &step) {
          update(example, weight: weight, step)
        }
      }
    }
  }

  private func shuffle(_ order: inout [Int32], _ generator: inout SplitMix64) {
    var i = order.count - 1
    while i > 0 {
      order.swapAt(i, generator.below(i + 1))
      i -= 1
    }
  }

  /// The children that the features of an example refer to, with their probabilities.
  struct Step {
    var touched: [UInt32] = []
    var score: [Double]
    var isTouched: [Bool]
    /// P(c) - [c is the target] of each touched child; 0 if it has no mass.
    var gradient: [Double]
    var logLikelihood = 0.0

    init(arity: Int) {
      score = [Double](repeating: 0, count: arity)
      gradient = score
      isTouched = [Bool](repeating: false, count: arity)
    }
  }

  /// Computes log-likelihood and gradient (with respect to the children's scores) of one example.
  ///
  /// - Returns: Whether the example says anything: at least two labels match, and the target has
  ///   mass even without the example's own occurrence.
  func evaluate(_ example: NodeExample, _ range: Range<UInt32>, into step: inout Step) -> Bool {
    for child in step.touched {
      step.score[Int(child)] = 0
      step.isTouched[Int(child)] = false
    }
    step.touched.removeAll(keepingCapacity: true)
    let positions = view.members(of: node, in: range)
    if positions.count < 2 { return false }
    let own = Double(view.weightPerUse)
    var total = Double(view.mass(of: node, at: positions)) - own
    let targetMass = childMass(example.child, in: range) - own
    if targetMass <= 0 || total <= 0 { return false }
    let context = Int(example.context)
    for k in contextOffsets[context]..<contextOffsets[context + 1] {
      let value = Double(contextValues[k])
      let row = Int(contextRows[k])
      for e in Int(model.offsets[row])..<Int(model.offsets[row + 1]) {
        let child = Int(model.children[e])
        if !step.isTouched[child] {
          step.isTouched[child] = true
          step.touched.append(UInt32(child))
        }
        step.score[child] += value * Double(model.weights[e])
      }
    }
    for child in step.touched {
      let mass = child == example.child ? targetMass : childMass(child, in: range)
      let factor = exp(step.score[Int(child)])
      step.gradient[Int(child)] = mass * factor
      total += mass * (factor - 1)
    }
    for child in step.touched {
      step.gradient[Int(child)] /= total
      if child == example.child {
        step.logLikelihood = log(step.gradient[Int(child)])
        step.gradient[Int(child)] -= 1
      }
    }
    return true
  }

  /// One AdaGrad step along the gradient in `step`.
  private mutating func update(_ example: NodeExample, weight: Double, _ step: Step) {
    let context = Int(example.context)
    for k in contextOffsets[context]..<contextOffsets[context + 1] {
      let value = Double(contextValues[k]) * weight
      let row = Int(contextRows[k])
      for e in Int(model.offsets[row])..<Int(model.offsets[row + 1]) {
        let slope = step.gradient[Int(model.children[e])]
        if slope == 0 { continue }
        let gradient =
          slope * value
          + settings.regularization * Double(model.weights[e] - start[e])
        squares[e] += Float(gradient * gradient)
        model.weights[e] -= Float(
          settings.learningRate * gradient / (Double(squares[e]) + 1e-8).squareRoot())
      }
    }
  }
}
