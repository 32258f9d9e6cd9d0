// The model of composed lines: it leaves out composed lines alone, and is kept in the index by
// name.

import QACBinary
import QACIndex
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACEngine

@Suite struct LineModelTests {
  /// A model that gives every line the log odds `bias`.
  private func model(bias: Double) -> LineModel {
    var weights = [Double](repeating: 0, count: LineFeature.valueCount)
    weights[RankerFeature.count + LineFeature.bias.rawValue] = bias
    return LineModel(weights: weights, leastProbability: 0.5)
  }

  @Test(arguments: UInt64(1)...6)
  func leavesOutComposedLinesAlone(seed: UInt64) throws {
    let set = SyntheticLog(seed: seed, events: 1500, vocabulary: 200).trainingSet()
    var subject = try LogSubject(set, seed: seed, weights: RankerFeature.indexOnly)
    let engine = subject.engine
    let none = CompletionEngine(engine, weights: engine.weights, lines: model(bias: -50))
    let all = CompletionEngine(engine, weights: engine.weights, lines: model(bias: 50))
    let scratch = CompletionScratch(engine: engine)
    var composed = 0
    for round in 0..<200 {
      let (typed, context) = (subject.prefix(), subject.session())
      let limit = round % 4 == 0 ? nil : 40
      func found(_ engine: CompletionEngine) -> [Suggestion] {
        // A composed line that is left out folds no near-duplicate any more.
        engine.suggestions(
          typed, context, at: 3000, limit: limit,
          options: CompletionOptions(foldsDuplicates: false), scratch: scratch)
      }
      let free = found(engine)
      let isComposed = (0..<scratch.count).map { scratch.isComposed($0) }
      #expect(found(all) == free, "seed \(seed), round \(round)")
      let kept = found(none)
      if limit == nil {
        // Every candidate is kept, as for a fit.
        #expect(kept == free, "seed \(seed), round \(round)")
        continue
      }
      composed += isComposed.count { $0 }
      let isLeft = (0..<scratch.count).contains { scratch.isComposed($0) }
      #expect(!isLeft)
      // The others stay, in their order. More of them may follow in the free places.
      let rest = zip(free, isComposed).filter { !$1 }.map(\.0)
      #expect(Array(kept.prefix(rest.count)) == rest, "seed \(seed), round \(round)")
    }
    #expect(composed > 100, "seed \(seed): \(composed) composed lines")
  }

  @Test func theProbabilityIsThatOfTheValues() throws {
    var random = SplitMix64(seed: 4)
    let weights = (0..<LineFeature.valueCount).map { _ in random.unit() - 0.5 }
    let line = LineModel(weights: weights, leastProbability: 0.2)
    let set = SyntheticLog(seed: 4, events: 900).trainingSet()
    var subject = try LogSubject(set, seed: 4, weights: RankerFeature.indexOnly)
    let scratch = CompletionScratch(engine: subject.engine)
    var shown = 0
    for _ in 0..<60 {
      let (typed, context) = (subject.prefix(), subject.session())
      _ = subject.engine.suggestions(typed, context, at: 3000, limit: 20, scratch: scratch)
      // What the values say of each line, by a plain sum.
      var expected: [[UInt8]] = []
      for i in 0..<scratch.count {
        let odds = zip(scratch.lineValues(i), weights).reduce(0) { $0 + $1.0 * $1.1 }
        if !scratch.isComposed(i) || line.shows(logOdds: odds, isFirst: expected.isEmpty) {
          expected.append(scratch.text(i))
        }
      }
      let engine = CompletionEngine(subject.engine, weights: subject.engine.weights, lines: line)
      let found = engine.suggestions(typed, context, at: 3000, limit: 20, scratch: scratch)
      #expect(Array(found.map(\.text).prefix(expected.count)) == expected)
      shown += expected.count
    }
    #expect(shown > 100)
  }

  /// Most rows wait while candidates are ranked, and bounds decide which lines are shown: as all
  /// scores would.
  @Test(arguments: UInt64(1)...12)
  func boundsDecideAsAllScoresDo(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let set = SyntheticLog(seed: seed, events: 1500, vocabulary: 200).trainingSet()
    var subject = try LogSubject(set, seed: seed, weights: CompletionPropertyTests.weights(seed))
    var line = (0..<LineFeature.valueCount).map { _ in random.unit() - 0.5 }
    for feature in [LineFeature.share, .gap] where seed % 3 != 0 {
      line[RankerFeature.count + feature.rawValue] = random.unit() * 2
    }
    let model = LineModel(weights: line, leastProbability: [0.05, 0.3, 0.7][Int(seed % 3)])
    let engine = CompletionEngine(subject.engine, weights: subject.engine.weights, lines: model)
    let plain = CompletionEngine(subject.engine, weights: subject.engine.weights)
    let options = CompletionOptions(foldsDuplicates: false)
    let (scratch, reused) = (CompletionScratch(engine: plain), CompletionScratch(engine: engine))
    var (shown, hidden) = (0, 0)
    for round in 0..<150 {
      let (typed, context) = (subject.prefix(), subject.session())
      _ = plain.suggestions(
        typed, context, at: 3000, limit: nil, options: options, scratch: scratch)
      var expected: [[UInt64]] = []
      for i in 0..<scratch.count where expected.count < 10 {
        let odds = zip(scratch.lineValues(i), line).reduce(0) { $0 + $1.0 * $1.1 }
        if scratch.isComposed(i), !model.shows(logOdds: odds, isFirst: expected.isEmpty) {
          hidden += 1
          continue
        }
        if scratch.isComposed(i) { shown += 1 }
        expected.append(
          [StableHash.of(scratch.text(i), seed: 0), scratch.score(i).bitPattern]
            + scratch.featureValues(i).map(\.bitPattern))
      }
      let memory = round % 2 == 0 ? reused : CompletionScratch(engine: engine)
      _ = engine.suggestions(typed, context, at: 3000, limit: 10, options: options, scratch: memory)
      let found = (0..<memory.count).map { i in
        [StableHash.of(memory.text(i), seed: 0), memory.score(i).bitPattern]
          + memory.featureValues(i).map(\.bitPattern)
      }
      #expect(found == expected, "seed \(seed), round \(round)")
    }
    #expect(shown + hidden > 50, "seed \(seed): \(shown) shown, \(hidden) hidden")
  }

  @Test func anIndexHoldsItByName() throws {
    var content = TinyIndex.content
    var random = SplitMix64(seed: 1)
    let weights = LineModel.names.map { ($0, random.unit()) }
    let model = LineModel(weights: weights.map(\.1), leastProbability: 0.1)
    content.ranker = RankerFeature.allCases.map { ($0.name, 0.5) } + model.named
    let engine = try CompletionEngine(content)
    #expect(engine.lines == model)
    // Other ranker weights make the model meaningless.
    #expect(try CompletionEngine(content, weights: RankerFeature.indexOnly).lines == nil)
    #expect(try CompletionEngine(TinyIndex.content).lines == nil)
    #expect(Set(LineModel.names).count == LineFeature.valueCount)
    for (least, expected) in [(-1.0, 0.0), (7, 0.9), (0, 0)] {
      let bounded = LineModel(weights: weights.map(\.1), leastProbability: least)
      #expect(bounded.leastProbability == expected)
      #expect(bounded.shows(logOdds: -1000) == (expected == 0))
    }
    content.ranker.append(("line.invented", 1))
    #expect(throws: EngineError.unknownRankerFeature(name: "line.invented")) {
      try CompletionEngine(content)
    }
  }
}
