// Replayed requests know what they may know and no more; systems answer as slow ones do.

import QACBinary
import QACEngine
import QACIndex
import QACLogs
import QACTestSupport
import QACText
import QACTraining
import Testing

@testable import QACReplay

@Suite struct ReplayTests {
  private func requests(
    _ log: QueryLog, _ rule: ReplayProtocol, by split: SplitRule = .time, seed: UInt64 = 1,
    parts: [LogSplit.Part] = [.score], whole: Bool = false
  ) -> [ReplayRequest] {
    let replay = LogReplay(
      log, split: LogSplit(log, by: split, seed: seed), protocol: rule, seed: seed)
    var result: [ReplayRequest] = []
    for part in parts { replay.forEachRequest(of: part, whole: whole) { result.append($0) } }
    return result
  }

  private func scalars(_ text: some Sequence<UInt8>) -> Int {
    String(decoding: Array(text), as: UTF8.self).unicodeScalars.count
  }

  @Test(arguments: ReplayProtocol.allCases, UInt64(0)..<5)
  func aRequestIsABeginningOfItsQuery(rule: ReplayProtocol, seed: UInt64) throws {
    let log = SyntheticLog(seed: seed, events: 600).queryLog()
    for whole in [false, true] {
      let found = requests(log, rule, seed: seed, parts: LogSplit.Part.allCases, whole: whole)
      var asked: Set<Int> = []
      for request in found {
        let observation = log.observations[request.observation]
        #expect(request.target == log.queries.normalized[Int(observation.query)])
        #expect(request.target.starts(with: request.prefix))
        #expect(request.time == observation.time)
        #expect(request.previous == observation.previous)
        #expect(request.prefixLength == scalars(request.prefix))
        let longest = scalars(request.target)
        let lengths = whole ? 0...longest : 1...longest - 1
        #expect(lengths.contains(request.prefixLength))
        #expect(asked.insert(request.observation).inserted)
      }
      let expected = log.observations.indices.filter {
        scalars(log.queries.normalized[Int(log.observations[$0].query)]) >= 2
      }
      #expect(asked.sorted() == expected)
    }
  }

  @Test func prefixesFollowTheSeedAlone() {
    let log = SyntheticLog(seed: 3, events: 800).queryLog()
    let offline = requests(log, .offline)
    #expect(offline.map { Array($0.prefix) } == requests(log, .offline).map { Array($0.prefix) })
    #expect(offline.map { Array($0.prefix) } == requests(log, .replay).map { Array($0.prefix) })
    #expect(
      offline.map { Array($0.prefix) } != requests(log, .offline, seed: 2).map { Array($0.prefix) })
    // Lengths are uniform: on average half of what there is to type.
    let shares = offline.map {
      (Double($0.prefixLength) - 0.5) / Double(scalars($0.target) - 1)
    }
    #expect(abs(shares.reduce(0, +) / Double(shares.count) - 0.5) < 0.08)
  }

  @Test(arguments: UInt64(0)..<5)
  func offlineContextsNeverCrossSessions(seed: UInt64) throws {
    let log = SyntheticLog(seed: seed, events: 600).queryLog()
    for request in requests(log, .offline, seed: seed, parts: LogSplit.Part.allCases) {
      let own = log.observations[request.observation]
      let before = log.observations[..<request.observation].filter { $0.session == own.session }
      #expect(request.context.count == before.count)
      let previous = before.last.map { log.queries.normalized[Int($0.query)] }
      #expect(request.context.previousText(at: request.time) == previous)
      #expect(
        previous
          == (own.previous == QueryTable.none ? nil : log.queries.normalized[Int(own.previous)]))
    }
  }

  @Test(arguments: UInt64(0)..<5)
  func replayedContextsHoldWhatTheUserDidBefore(seed: UInt64) throws {
    let log = SyntheticLog(seed: seed, events: 600).queryLog()
    for request in requests(log, .replay, seed: seed, parts: LogSplit.Part.allCases) {
      let own = log.observations[request.observation]
      let before = log.observations[..<request.observation].filter { $0.user == own.user }
      #expect(request.context.count == min(before.count, SessionContext.defaultCapacity))
      let recent = before.last.flatMap { own.time - $0.time <= 1800 ? $0 : nil }
      #expect(
        request.context.previousText(at: request.time)
          == recent.map { log.queries.normalized[Int($0.query)] })
    }
  }

  @Test(arguments: UInt64(0)..<5)
  func pairsAreAskedOnceAnOccurrence(seed: UInt64) throws {
    let log = LogSplitTests.pairs(seed: seed, 80, most: 12)
    let split = LogSplit(log, by: .hash, seed: seed)
    let found = requests(log, .offline, by: .hash, seed: seed)
    for (i, observation) in log.observations.enumerated() {
      let own = found.filter { $0.observation == i }
      let isAsked = scalars(log.queries.normalized[Int(observation.query)]) > 1
      #expect(own.count == (isAsked ? Int(split.count(i, in: .score)) : 0))
      for request in own {
        #expect(request.context.count == (observation.previous == QueryTable.none ? 0 : 1))
      }
    }
  }

  /// A log with an engine on the index of its first part.
  private func subject(seed: UInt64) throws -> (
    log: QueryLog, plain: PlainIndex, engine: CompletionEngine
  ) {
    let synthetic = SyntheticLog(seed: seed, events: 900)
    let log = synthetic.queryLog()
    let set = TrainingSet(
      profile: .search, queries: log.queries.normalized, surfaces: log.queries.surface,
      examples: log.observations.prefix(log.observations.count * 8 / 10).map {
        TrainingSet.Example(previous: $0.previous, query: $0.query, count: $0.count)
      })
    var settings = BuildSettings()
    settings.epochs = 1
    settings.leafSize = 16
    let bytes = IndexWriter.serialize(try IndexBuilder(settings: settings).build(set))
    return (log, PlainIndex(bytes), try CompletionEngine(index: LabelIndex(bytes: bytes)))
  }

  @Test(arguments: UInt64(0)..<4)
  func popularAndFollowersAnswerAsSlowSystemsDo(seed: UInt64) throws {
    let (log, plain, engine) = try subject(seed: seed)
    let popular = try SystemRunner(.popular, engine: engine)
    let followers = try SystemRunner(.followers, engine: engine)
    for request in requests(log, .offline, seed: seed) {
      let matches = plain.matches(request.prefix)
      let target = plain.labels.firstIndex(of: request.target)
      let ranked = plain.popular(matches, 10)
      func check(_ runner: SystemRunner, _ expected: [Int]) {
        let answer = runner.answer(request, target: target.map { UInt32($0) })
        #expect(answer.suggestions == expected.count)
        #expect(answer.rank == target.flatMap { expected.firstIndex(of: $0) }.map { $0 + 1 })
      }
      check(popular, ranked)
      var next: [Int: Int] = [:]
      if let previous = request.context.previousText(at: request.time),
        let label = plain.labels.firstIndex(of: previous)
      {
        next = plain.followers[label]
      }
      let first = matches.filter { next[$0] != nil }.sorted { a, b in
        let (x, y) = (next[a] ?? 0, next[b] ?? 0)
        return (y, plain.weights[b], a) < (x, plain.weights[a], b)
      }
      let rest = ranked.filter { next[$0] == nil || !first.prefix(10).contains($0) }
      check(followers, Array((first + rest).prefix(10)))
    }
  }

  @Test func indexAndFullAnswerWhatTheEngineSuggests() throws {
    let (log, plain, engine) = try subject(seed: 7)
    let index = try SystemRunner(.index, engine: engine)
    var compared = 0
    for request in requests(log, .replay, seed: 7) {
      let target = plain.labels.firstIndex(of: request.target)
      let matches = plain.matches(request.prefix)
      let x = plain.contextFeatures(request.context.previousText(at: request.time) ?? [])
      let p = plain.probabilities(of: Set(matches), features: x)
      let answer = index.answer(request, target: target.map { UInt32($0) })
      #expect(answer.suggestions == min(10, matches.count))
      guard let target, let own = p[target] else {
        #expect(answer.rank == nil)
        continue
      }
      let better = matches.filter { (p[$0] ?? 0) > own * (1 + 1e-6) }.count
      let notWorse = matches.filter { (p[$0] ?? 0) >= own * (1 - 1e-6) }.count
      if notWorse <= 10 {
        #expect((better + 1...notWorse).contains(answer.rank ?? 0))
        compared += 1
      }
    }
    #expect(compared > 20)
  }

  @Test func rankerExamplesAreThoseOfTheRequests() throws {
    let (log, _, engine) = try subject(seed: 8)
    let split = LogSplit(log, by: .time, seed: 1)
    let replay = LogReplay(log, split: split, protocol: .replay, seed: 1)
    let all = replay.rankerExamples(of: .fit, engine: engine)
    var asked = 0
    replay.forEachRequest(of: .fit, whole: true) { _ in asked += 1 }
    #expect(all.count > 10 && all.count <= asked)
    #expect(all.featureCount == RankerFeature.count)
    let some = replay.rankerExamples(of: .fit, engine: engine, limit: 20)
    #expect(some.count <= 20 && some.count > 0)
  }
}
