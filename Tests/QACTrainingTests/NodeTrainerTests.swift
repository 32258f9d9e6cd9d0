// The classifiers' gradient against finite differences, their start against its formula, and
// training against the optimum that plain gradient ascent finds.

import Foundation
import QACBinary
import QACIndex
import QACTestSupport
import QACText
import Testing

@testable import QACTraining

/// The inputs of `NodeTrainer` for every node of a small index.
private struct Subject {
  let set: LabelledSet
  let vectors: [SparseVector]
  let index: LabelIndex
  let ranges: PrefixRanges
  let settings: BuildSettings

  init(_ training: TrainingSet, _ settings: BuildSettings) throws {
    self.settings = settings
    var bare = settings
    bare.epochs = 0
    let content = try IndexBuilder(settings: bare).build(training)
    index = try LabelIndex(bytes: IndexWriter.serialize(content))
    let set = try LabelledSet(training, settings)
    self.set = set
    ranges = PrefixRanges(set.labels)
    vectors = content.features.withView { view in
      set.contexts.map { context in
        var vector = SparseVector()
        training.queries[Int(context)].withUnsafeBufferPointer {
          RequestFeaturizer.features(
            previous: $0, space: view, into: &vector)
        }
        return vector
      }
    }
  }

  func trainer(_ node: Int, vectors: [SparseVector]? = nil) -> NodeTrainer {
    NodeTrainer(
      view: index.view, node: index.view.nodes[node], set: set,
      contextVectors: vectors ?? self.vectors, ranges: ranges, settings: settings)
  }

  /// The labels below each child of `node`.
  func children(_ node: NodeRecord) -> [[UInt32]] {
    func members(_ node: NodeRecord) -> [UInt32] {
      (0..<Int(node.memberCount)).map { index.view.member($0, of: node) }
    }
    if node.isLeaf { return members(node).map { [$0] } }
    return (node.hasTerminal == 1 ? [[node.labelLow]] : [])
      + (0..<node.childCount).map { members(index.view.nodes[Int(node.firstChild + $0)]) }
  }

  /// ln P(child of the example | x, R) by the formula, without one occurrence of the example's
  /// label; nil if the example says nothing.
  func logLikelihood(
    _ trainer: NodeTrainer, _ example: NodeExample, _ range: Range<UInt32>,
    scores: [Double]
  ) -> Double? {
    let children = children(trainer.node)
    if children.joined().filter(range.contains).count < 2 { return nil }
    var masses = children.map { labels in
      labels.filter(range.contains).reduce(0.0) { $0 + Double(set.weights[Int($1)]) }
    }
    masses[Int(example.child)] -= 1
    if masses[Int(example.child)] <= 0 { return nil }
    let terms = zip(masses, scores).map { $0 * exp($1) }
    return log(terms[Int(example.child)] / terms.reduce(0, +))
  }

  /// w_c . x of every child.
  func scores(_ model: NodeModel, _ x: SparseVector, arity: Int) -> [Double] {
    var scores = [Double](repeating: 0, count: arity)
    for (f, feature) in model.features.enumerated() {
      guard let k = x.ids.firstIndex(of: feature) else { continue }
      for e in Int(model.offsets[f])..<Int(model.offsets[f + 1]) {
        scores[Int(model.children[e])] += Double(x.values[k]) * Double(model.weights[e])
      }
    }
    return scores
  }

  /// The context vector of each of the trainer's contexts, found by walking its examples.
  func contexts(_ trainer: NodeTrainer) -> [Int32: Int] {
    var result: [Int32: Int] = [:]
    if trainer.examples.isEmpty { return result }
    var i = 0
    for position in 0..<Int(trainer.node.memberCount) {
      let label = Int(index.view.member(position, of: trainer.node))
      for e in set.exampleOffsets[label]..<set.exampleOffsets[label + 1] {
        if vectors[Int(set.exampleContexts[e])].count == 0 { continue }
        result[trainer.examples[i].context] = Int(set.exampleContexts[e])
        i += 1
      }
    }
    return result
  }
}

@Suite struct NodeTrainerTests {
  private func subject(seed: UInt64, _ change: (inout BuildSettings) -> Void = { _ in }) throws
    -> Subject
  {
    var settings = BuildSettings()
    settings.seed = seed
    settings.leafSize = 6
    settings.branching = 3
    change(&settings)
    let set = SyntheticLog(seed: seed, events: 400, vocabulary: 40).trainingSet()
    return try Subject(set, settings)
  }

  /// Calls `body` with examples of every node and a seeded range of labels that holds the target.
  private func forEachExample(
    _ subject: Subject,
    _ body: (NodeTrainer, NodeExample, Range<UInt32>, SparseVector) throws -> Void
  ) rethrows {
    var random = SplitMix64(seed: subject.settings.seed)
    for node in subject.index.view.nodes.indices {
      let trainer = subject.trainer(node)
      let contexts = subject.contexts(trainer)
      for example in trainer.examples.prefix(40) {
        let length = random.below(1 + subject.ranges.length(of: Int(example.label)))
        let range =
          length == 0
          ? 0..<UInt32(subject.set.labels.count)
          : subject.ranges.range(Int(example.label), length: length)
        try body(trainer, example, range, subject.vectors[contexts[example.context] ?? 0])
      }
    }
  }

  @Test(arguments: UInt64(0)..<6)
  func likelihoodsAreThoseOfTheFormula(seed: UInt64) throws {
    let subject = try subject(seed: seed)
    var compared = 0
    forEachExample(subject) { trainer, example, range, x in
      var step = NodeTrainer.Step(arity: trainer.node.arity)
      let says = trainer.evaluate(example, range, into: &step)
      let scores = subject.scores(trainer.model, x, arity: trainer.node.arity)
      let expected = subject.logLikelihood(trainer, example, range, scores: scores)
      #expect(says == (expected != nil))
      if let expected {
        #expect(abs(step.logLikelihood - expected) < 1e-9)
        compared += 1
      }
    }
    #expect(compared >= 40)
  }

  @Test(arguments: UInt64(0)..<6)
  func theGradientAgreesWithFiniteDifferences(seed: UInt64) throws {
    let subject = try subject(seed: seed)
    var compared = 0
    forEachExample(subject) { trainer, example, range, x in
      var step = NodeTrainer.Step(arity: trainer.node.arity)
      if !trainer.evaluate(example, range, into: &step) { return }
      let scores = subject.scores(trainer.model, x, arity: trainer.node.arity)
      for child in step.touched {
        let h = 1e-5
        var (up, down) = (scores, scores)
        up[Int(child)] += h
        down[Int(child)] -= h
        guard let a = subject.logLikelihood(trainer, example, range, scores: up),
          let b = subject.logLikelihood(trainer, example, range, scores: down)
        else { continue }
        // The gradient is that of the loss, -ln P.
        #expect(abs(step.gradient[Int(child)] + (a - b) / (2 * h)) < 1e-6)
        compared += 1
      }
    }
    #expect(compared >= 40)
  }

  @Test func theGradientAgreesWithDifferencesOfTheTrainerItself() throws {
    // Moving a context's value x_f moves ln P by - sum over children of gradient times w_cf.
    let subject = try subject(seed: 11)
    let h: Float = 1.0 / 256
    var compared = 0
    for node in subject.index.view.nodes.indices {
      let trainer = subject.trainer(node)
      let contexts = subject.contexts(trainer)
      for (i, example) in trainer.examples.enumerated().prefix(12) {
        let range = 0..<UInt32(subject.set.labels.count)
        guard let context = contexts[example.context] else { continue }
        var step = NodeTrainer.Step(arity: trainer.node.arity)
        if !trainer.evaluate(example, range, into: &step) { continue }
        for k in 0..<subject.vectors[context].count {
          func moved(_ delta: Float) -> Double {
            var vectors = subject.vectors
            vectors[context].add(id: vectors[context].ids[k], value: delta)
            let other = subject.trainer(node, vectors: vectors)
            var step = NodeTrainer.Step(arity: trainer.node.arity)
            _ = other.evaluate(other.examples[i], range, into: &step)
            return step.logLikelihood
          }
          let feature = subject.vectors[context].ids[k]
          guard let f = trainer.model.features.firstIndex(of: feature) else { continue }
          var slope = 0.0
          for e in Int(trainer.model.offsets[f])..<Int(trainer.model.offsets[f + 1]) {
            slope -=
              step.gradient[Int(trainer.model.children[e])] * Double(trainer.model.weights[e])
          }
          #expect(abs((moved(h) - moved(-h)) / Double(2 * h) - slope) < 2e-3)
          compared += 1
        }
      }
    }
    #expect(compared >= 40)
  }

  @Test func theStartIsTheSmoothedLogOdds() throws {
    let subject = try subject(seed: 3) { $0.epochs = 0 }
    for node in subject.index.view.nodes.indices {
      let trainer = subject.trainer(node)
      let contexts = subject.contexts(trainer)
      var together: [UInt32: [UInt32: Double]] = [:]
      for example in trainer.examples {
        for feature in subject.vectors[contexts[example.context] ?? 0].ids {
          together[feature, default: [:]][example.child, default: 0] += Double(example.count)
        }
      }
      let children = subject.children(trainer.node)
      let masses = children.map { $0.reduce(0.0) { $0 + Double(subject.set.weights[Int($1)]) } }
      #expect(trainer.model.features == together.keys.sorted())
      for (f, feature) in trainer.model.features.enumerated() {
        let range = Int(trainer.model.offsets[f])..<Int(trainer.model.offsets[f + 1])
        #expect(
          trainer.model.children[range].elementsEqual((together[feature] ?? [:]).keys.sorted()))
        for e in range {
          let child = trainer.model.children[e]
          let share = masses[Int(child)] / masses.reduce(0, +)
          let count = together[feature]?[child] ?? 0
          let expected =
            subject.settings.startScale * log(1 + count / (subject.settings.smoothing * share))
          #expect(abs(Double(trainer.model.weights[e]) - expected) < 1e-5)
        }
      }
    }
  }

  @Test func pruningDropsSmallWeightsAlone() {
    var model = NodeModel()
    model.features = [2, 5, 9]
    model.offsets = [0, 2, 3, 5]
    model.children = [0, 1, 0, 1, 2]
    model.weights = [0.5, -0.01, 0.02, -0.5, 0.05]
    let pruned = model.pruned(below: 0.05) { _, _ in false }
    #expect(pruned.features == [2, 9])
    #expect(pruned.offsets == [0, 1, 3])
    #expect(pruned.children == [0, 1, 2])
    #expect(pruned.weights == [0.5, -0.5, 0.05])
    #expect(model.pruned(below: 0) { _, _ in false } == model)
    let kept = model.pruned(below: 0.05) { feature, child in feature == 5 && child == 0 }
    #expect(kept.features == [2, 5, 9])
    #expect(kept.weights == [0.5, 0.02, -0.5, 0.05])
  }

  /// Four labels, three contexts, every pair observed: a dense problem with a finite optimum.
  private static func denseSet() -> TrainingSet {
    let counts: [[UInt32]] = [[20, 6, 3, 9], [4, 15, 8, 2], [5, 5, 25, 3]]
    let queries = ["aa", "ab", "ba", "bb", "x y", "y z", "z"].map { Array($0.utf8) }
    return TrainingSet(
      profile: .search, queries: queries, surfaces: queries,
      examples: counts.enumerated().flatMap { context, row in
        row.enumerated().map { label, count in
          TrainingSet.Example(previous: UInt32(4 + context), query: UInt32(label), count: count)
        }
      })
  }

  @Test func trainingReachesTheOptimumOfADenseProblem() throws {
    var settings = BuildSettings()
    settings.regularization = 0
    settings.epochs = 3000
    settings.learningRate = 0.05
    settings.samplesPerPair = 4
    let subject = try Subject(Self.denseSet(), settings)
    #expect(subject.index.view.nodes.count == 1)
    var trainer = subject.trainer(0)
    let contexts = subject.contexts(trainer)
    let arity = trainer.node.arity

    /// The mean over occurrences and prefix lengths (0 or 1 scalar typed), and its gradient.
    func objective(_ model: NodeModel) -> (value: Double, gradient: [Double]) {
      var value = 0.0
      var total = 0.0
      var gradient = [Double](repeating: 0, count: model.weights.count)
      for example in trainer.examples {
        let x = subject.vectors[contexts[example.context] ?? 0]
        let scores = subject.scores(model, x, arity: arity)
        for typed in 0..<2 {
          let range = typed == 0 ? 0..<4 : subject.ranges.range(Int(example.label), length: 1)
          guard
            let likelihood = subject.logLikelihood(trainer, example, range, scores: scores)
          else { continue }
          let weight = Double(example.count)
          total += weight
          value += weight * likelihood
          var masses = subject.set.weights.indices.map {
            range.contains(UInt32($0)) ? Double(subject.set.weights[$0]) : 0
          }
          masses[Int(example.child)] -= 1
          let terms = zip(masses, scores).map { $0 * exp($1) }
          let sum = terms.reduce(0, +)
          for (f, feature) in model.features.enumerated() {
            guard let k = x.ids.firstIndex(of: feature) else { continue }
            for e in Int(model.offsets[f])..<Int(model.offsets[f + 1]) {
              let child = Int(model.children[e])
              let slope = (child == Int(example.child) ? 1 : 0) - terms[child] / sum
              gradient[e] += weight * slope * Double(x.values[k])
            }
          }
        }
      }
      return (value / total, gradient.map { $0 / total })
    }

    var plain = trainer.model
    let start = objective(plain).value
    for _ in 0..<6000 {
      let slope = objective(plain).gradient
      for e in plain.weights.indices { plain.weights[e] += Float(2 * slope[e]) }
    }
    let optimum = objective(plain)
    #expect(optimum.gradient.allSatisfy { abs($0) < 1e-4 }, "the slow way did not converge")
    trainer.train(seed: 5)
    let reached = objective(trainer.model).value
    #expect(optimum.value - start > 0.01, "there is nothing to learn")
    #expect(reached <= optimum.value + 1e-6)
    #expect(optimum.value - reached < 1e-3, "\(start) -> \(reached), optimum \(optimum.value)")
    for context in contexts.values {
      let best = subject.scores(plain, subject.vectors[context], arity: arity)
      let found = subject.scores(trainer.model, subject.vectors[context], arity: arity)
      for (p, q) in zip(softmax(best), softmax(found)) { #expect(abs(p - q) < 0.02) }
    }
  }

  private func softmax(_ scores: [Double]) -> [Double] {
    let terms = scores.map { exp($0) }
    return terms.map { $0 / terms.reduce(0, +) }
  }

  @Test func aStrongPullKeepsTheStart() throws {
    let pulled = try subject(seed: 4) {
      $0.regularization = 1e6
      $0.learningRate = 1e-4
    }
    let trainer = pulled.trainer(0)
    var trained = trainer
    trained.train(seed: 1)
    for (a, b) in zip(trainer.model.weights, trained.model.weights) { #expect(abs(a - b) < 0.02) }
  }
}
