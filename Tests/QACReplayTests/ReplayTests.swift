// Replayed requests see what they may see and no more, and the scores are those of the answers.

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
        #expect(request.targetLength == scalars(request.target))
        let earlier = log.observations[..<request.observation]
        #expect(request.isFirst == !earlier.contains { $0.session == observation.session })
        #expect(
          request.isOwn
            == earlier.contains {
              $0.query == observation.query
                && (rule == .offline
                  ? $0.session == observation.session : $0.user == observation.user)
            })
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
    // Lengths are uniform, so on average a prefix is half of its query.
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

  @Test func indexAndFullAnswerWhatTheEngineSuggests() throws {
    let (log, plain, engine) = try subject(seed: 7)
    let baselines = Baselines(log, split: LogSplit(log, by: .time, seed: 7))
    let index = SystemRunner(.index, engine: engine, baselines: baselines)
    let full = SystemRunner(.full, engine: engine, baselines: baselines)
    let scratch = CompletionScratch(engine: engine)
    var compared = 0
    for request in requests(log, .replay, seed: 7) {
      let target = plain.labels.firstIndex(of: request.target)
      let matches = plain.matches(request.prefix)
      let x = plain.contextFeatures(request.context.previousText(at: request.time) ?? [])
      let p = plain.probabilities(of: Set(matches), features: x)
      request.prefix.withUnsafeBufferPointer {
        engine.complete(
          prefix: $0, context: request.context, at: request.time, limit: 10, scratch: scratch)
      }
      #expect(
        full.suggestions(request.prefix, of: request)
          == (0..<scratch.count).map { scratch.normalizedText($0) })
      let answer = index.suggestions(request.prefix, of: request)
      #expect(answer.count == min(10, matches.count))
      let rank = answer.firstIndex(of: request.target)
      guard let target, let own = p[target] else {
        #expect(rank == nil)
        continue
      }
      let better = matches.filter { (p[$0] ?? 0) > own * (1 + 1e-6) }.count
      let notWorse = matches.filter { (p[$0] ?? 0) >= own * (1 - 1e-6) }.count
      if notWorse <= 10 {
        #expect((better + 1...notWorse).contains((rank ?? -1) + 1))
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

  @Test func scoresAreTheRanksOfTheAnswers() throws {
    let (log, plain, engine) = try subject(seed: 9)
    let split = LogSplit(log, by: .time, seed: 9)
    let replay = LogReplay(log, split: split, protocol: .replay, seed: 9)
    func runners(_ baselines: Baselines) -> [SystemRunner] {
      let overlay = replay.overlay(of: engine.index)
      return CompletionSystem.allCases.map {
        SystemRunner(
          $0, engine: engine, baselines: baselines, overlay: $0 == .full ? overlay : nil)
      }
    }
    let baselines = Baselines(log, split: split)
    let scores = replay.scores(
      of: .score, runners: runners(baselines), baselines: baselines, keys: 20,
      isSeen: { plain.labels.contains($0) })
    #expect(scores.requests.count == replay.requestCount(of: .score))
    #expect(scores.keyedCount == 20)

    let judge = LineJudge(log)

    // The same again, one after the other.
    let other = Baselines(log, split: split)
    let slow = runners(other)
    var (i, keyed) = (0, 0)
    let submitted = { (observation: Observation) in
      other.record(observation)
      for runner in slow { runner.record(observation, of: log) }
    }
    replay.forEachRequest(of: .score, submitted: submitted) { request in
      let isKeyed = keyed < scores.keyed.count && scores.keyed[keyed].request == i
      for (system, runner) in zip(scores.systems, slow) {
        let lines = runner.lines(request.prefix, of: request)
        let texts = lines.map(\.text)
        let seen = judge.answer(lines, to: request.prefix, before: request.target)
        #expect(system.seen[i] == seen)
        #expect(Int(system.ranks[i]) == (texts.firstIndex(of: request.target) ?? -1) + 1)
        #expect(Int(system.suggestions[i]) == texts.count)
        if !isKeyed { continue }
        for length in 0...request.targetLength {
          let prefix = LogReplay.prefix(of: request.target, scalars: length)
          let place = runner.suggestions(prefix, of: request).firstIndex(of: request.target)
          let found = system.keyRanks[scores.keyed[keyed].start + length]
          #expect(Int(found) == (place ?? -1) + 1)
        }
      }
      #expect(scores.requests[i].kind.isSeen == plain.labels.contains(request.target))
      i += 1
      if isKeyed { keyed += 1 }
    }
    for system in scores.systems {
      let metrics = scores.metrics(system)
      #expect(metrics.overall.requests == i)
      #expect(metrics.seen.answers == i)
      #expect(metrics.seenByPrefixLength["0"]?.answers == 20)
      let classes = RequestKind.lengthClasses.dropFirst().compactMap {
        metrics.seenByPrefixLength[$0]
      }
      #expect(classes.reduce(into: SeenLines()) { $0.merge($1) } == metrics.seen)
      #expect(metrics.keys.requests == 20)
      #expect(metrics.byPrefixLength["0"]?.requests == 20)
    }
  }

  @Test func whatErrorsTakeIsMeasuredOnTheMistypedPrefixes() throws {
    let (log, _, engine) = try subject(seed: 12)
    let split = LogSplit(log, by: .time, seed: 12)
    var replay = LogReplay(log, split: split, protocol: .offline, seed: 12)
    var right: [Int: ArraySlice<UInt8>] = [:]
    replay.forEachRequest(of: .score) {
      #expect($0.error == nil)
      right[$0.observation] = $0.prefix
    }
    replay.typingErrors = TypingErrors(rate: 0.7)
    let full = SystemRunner(.full, engine: engine, baselines: nil)
    let uncorrected = SystemRunner(.full, engine: engine, baselines: nil, corrects: false)
    let scores = replay.scores(
      of: .score, runners: [full], baselines: nil, keys: 0, uncorrected: uncorrected,
      isSeen: { _ in true })
    var expected: [TypingError: TypingErrorTally] = [:]
    var mistyped = 0
    replay.forEachRequest(of: .score) { request in
      func reciprocalRank(_ runner: SystemRunner, _ prefix: ArraySlice<UInt8>) -> Double {
        let place = runner.suggestions(prefix, of: request).firstIndex(of: request.target)
        return place.map { 1 / Double($0 + 1) } ?? 0
      }
      let meant = right[request.observation] ?? []
      #expect((request.error == nil) == (request.prefix == meant))
      guard let error = request.error else { return }
      mistyped += 1
      expected[error, default: TypingErrorTally()].add(
        right: reciprocalRank(full, meant),
        uncorrected: reciprocalRank(uncorrected, request.prefix),
        corrected: reciprocalRank(full, request.prefix))
    }
    #expect(mistyped > 20)
    #expect(scores.errors.all.requests == mistyped)
    #expect(scores.errors.byKind == expected)
    #expect(scores.errors.all.uncorrected < scores.errors.all.right)
    let back = try #require(scores.errors.all.back)
    let all = scores.errors.all
    #expect(
      abs(all.uncorrected + back * (all.right - all.uncorrected) - all.corrected) < 1e-9)
  }

  @Test func ranksUnderWeightsAreThoseOfTheirEngine() throws {
    let (log, _, engine) = try subject(seed: 10)
    let split = LogSplit(log, by: .time, seed: 10)
    let replay = LogReplay(log, split: split, protocol: .replay, seed: 10)
    var random = SplitMix64(seed: 10)
    let vectors = [engine.weights] + (0..<4).map { _ in engine.weights.map { _ in random.unit() } }
    let found = replay.ranks(of: .score, engine: engine, underEach: vectors)
    for (weights, ranks) in zip(vectors, found) {
      let runner = SystemRunner(
        .full, engine: CompletionEngine(engine, weights: weights),
        options: CompletionOptions(foldsDuplicates: false),
        overlay: replay.overlay(of: engine.index))
      var expected: [UInt8] = []
      replay.forEachRequest(of: .score, submitted: { runner.record($0, of: log) }) { request in
        let texts = runner.suggestions(request.prefix, of: request)
        expected.append(LogReplay.rank(of: request.target, in: texts))
      }
      #expect(ranks == expected)
    }
  }

  @Test func evenSamplesAreEven() {
    for (total, limit) in [(0, 5), (1, 1), (10, 3), (10, 10), (10, 20), (1000, 7), (5, 0)] {
      var sample = EvenSample(of: total, atMost: limit)
      let taken = (0..<total).filter { _ in sample.takesNext() }
      #expect(taken.count == min(total, limit))
      for (a, b) in zip(taken, taken.dropFirst()) {
        #expect(abs((b - a) - total / min(total, limit)) <= 1)
      }
    }
  }
}
