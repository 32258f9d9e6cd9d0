// From a log to bytes and figures: deterministic, whatever the threads.

import Foundation
import QACBinary
import QACEngine
import QACIndex
import QACLogs
import QACPipeline
import QACReplay
import QACTestSupport
import QACText
import QACTraining
import Testing

@Suite struct PipelineTests {
  private func settings(threads: Int = 1) -> BuildSettings {
    var settings = BuildSettings()
    settings.leafSize = 16
    settings.epochs = 1
    settings.threads = threads
    return settings
  }

  @Test func equalLogsGiveEqualBytesWhateverTheThreads() throws {
    let log = SyntheticLog(seed: 1, events: 5000).queryLog()
    func bytes(_ threads: Int) throws -> [UInt8] {
      try IndexPipeline.build(
        log, profile: .search, settings: settings(threads: threads), logNames: ["a.tsv"])
    }
    let one = try bytes(1)
    #expect(try bytes(1) == one)
    #expect(try bytes(2) == one)
    #expect(try bytes(5) == one)
    let engine = try CompletionEngine(index: LabelIndex(bytes: one))
    #expect(engine.weights != RankerFeature.indexOnly, "the ranker was fitted")
    // A query typed again must be found, although logs without repeats teach otherwise.
    #expect(engine.weights[RankerFeature.repeats.rawValue] >= -4)
    let provenance = try JSONDecoder().decode(
      Provenance.self, from: Data(engine.index.provenance.utf8))
    #expect(provenance.logs == ["a.tsv"])
    #expect(provenance.observations == log.observations.count)
    #expect(provenance.lastTime == log.observations.last?.time)
    #expect(provenance.rankerRequests > 0)
    #expect(provenance.settings["leafSize"] == 16)
  }

  @Test func theIndexHoldsAllOfTheLog() throws {
    let log = SyntheticLog(seed: 2, events: 900).queryLog()
    let plain = PlainIndex(
      try IndexPipeline.build(log, profile: .search, settings: settings(), logNames: []))
    #expect(plain.weights.reduce(0, +) == log.observations.count)
    var counts: [[UInt8]: Int] = [:]
    for observation in log.observations {
      counts[log.queries.normalized[Int(observation.query)], default: 0] += 1
    }
    #expect(Dictionary(uniqueKeysWithValues: zip(plain.labels, plain.weights)) == counts)
  }

  @Test func tinyLogsGetTheUsualRanker() throws {
    let log = SyntheticLog(seed: 3, events: 60).queryLog()
    let bytes = try IndexPipeline.build(
      log, profile: .search, settings: settings(), logNames: [])
    let engine = try CompletionEngine(index: LabelIndex(bytes: bytes))
    #expect(engine.weights == CorrectionPenalty.bounding(RankerFeature.usual))
    try LabelIndex(bytes: bytes).verify()
    let empty = QueryLog(observations: [], queries: QueryTable(), isTimed: true)
    #expect(throws: PipelineError.self) {
      try IndexPipeline.build(empty, profile: .search, settings: settings(), logNames: [])
    }
    #expect(throws: PipelineError.self) {
      try Evaluation.run(empty, options: EvaluationOptions(profile: .search))
    }
  }

  @Test(arguments: ReplayProtocol.allCases)
  func evaluationsAreDeterministicAndAddUp(rule: ReplayProtocol) throws {
    let log = SyntheticLog(seed: 4, events: 1500).queryLog()
    var options = EvaluationOptions(profile: .search)
    options.settings = settings(threads: 2)
    options.rule = rule
    let result = try Evaluation.run(log, options: options)
    options.settings.threads = 1
    let again = try Evaluation.run(log, options: options)
    #expect(result.systems.map(\.name) == CompletionSystem.allCases.map(\.rawValue))
    for (a, b) in zip(result.systems, again.systems) {
      #expect(a.metrics == b.metrics && a.interval == b.interval && a.advantage == b.advantage)
    }
    #expect(result.rankerWeights.map(\.value) == again.rankerWeights.map(\.value))
    #expect(result.indexBytes == again.indexBytes)
    let sizes = result.observations
    #expect(sizes.learn + sizes.fit + sizes.score == log.observations.count)
    for system in result.systems {
      let metrics = system.metrics
      let requests = metrics.overall.requests
      #expect(requests > 0 && requests <= sizes.score)
      let typed = metrics.byPrefixLength.filter { $0.key != "0" }
      #expect(metrics.byPrefixLength["0"]?.requests == metrics.keys.requests)
      for parts in [
        typed, metrics.byContext, metrics.bySeen, metrics.bySession, metrics.byHistory,
      ] {
        #expect(parts.values.reduce(0) { $0 + $1.requests } == requests)
        let weighted = parts.values.reduce(0.0) { $0 + $1.mrr10 * Double($1.requests) }
        #expect(abs(weighted / Double(requests) - metrics.overall.mrr10) < 1e-9)
      }
    }
    let mrr = Dictionary(
      uniqueKeysWithValues: result.systems.map { ($0.name, $0.metrics.overall.mrr10) })
    // Half of the queries are follow-ups, so a system that uses the context must be better.
    #expect((mrr["index"] ?? 0) > (mrr["popular"] ?? 1))
    #expect((mrr["followers"] ?? 0) > (mrr["popular"] ?? 1))
    #expect((mrr["full"] ?? 0) > (mrr["popular"] ?? 1))
  }

  @Test func theIndexThatIsKeptServesWhatWasEvaluated() throws {
    let log = SyntheticLog(seed: 6, events: 1500).queryLog()
    var options = EvaluationOptions(profile: .search)
    options.settings = settings()
    options.keepsIndex = true
    options.logNames = ["six.tsv"]
    options.systems = [.full]
    let result = try Evaluation.run(log, options: options)
    let engine = try CompletionEngine(index: LabelIndex(bytes: try #require(result.index)))
    // A log without places gives them no weights.
    let stored = zip(RankerFeature.allCases, engine.weights).filter { $1 != 0 || !$0.isOfPlace }
    #expect(stored.map(\.1) == result.rankerWeights.map(\.value))
    #expect(engine.index.labelCount == result.labels)
    let provenance = try JSONDecoder().decode(
      Provenance.self, from: Data(engine.index.provenance.utf8))
    let learned = result.observations.learn
    #expect(provenance.lastTime == log.observations[learned - 1].time)
    #expect(provenance.observations == learned && provenance.logs == ["six.tsv"])
    #expect(provenance.rankerRequests > 0)
    options.keepsIndex = false
    #expect(try Evaluation.run(log, options: options).index == nil)
  }

  @Test func trainingSetsTakeTheirPartsOfTheLog() {
    let log = SyntheticLog(seed: 5, events: 400).queryLog()
    let split = LogSplit(log, by: .hash, seed: 2)
    let whole = TrainingSet(log, profile: .search)
    #expect(whole.examples.map(\.query) == log.observations.map(\.query))
    #expect(whole.examples.map(\.previous) == log.observations.map(\.previous))
    #expect(whole.queries == log.queries.normalized)
    for part in LogSplit.Part.allCases {
      let own = TrainingSet(log, profile: .search, split: split, parts: [part])
      let expected = log.observations.indices.filter { split.count($0, in: part) > 0 }
      #expect(own.examples.map(\.query) == expected.map { log.observations[$0].query })
    }
  }
}
