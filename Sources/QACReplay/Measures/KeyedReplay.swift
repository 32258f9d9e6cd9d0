// Types queries of a replay key by key and keeps the figures of each query and system.
//
// The figure of a request is the mean over all its prefixes of 1 to length - 1 characters, and not
// that of one prefix drawn at random. It has the same expectation as MRR@10 (LogReplay.swift) with
// less variance, as a paired comparison of two indexes needs.
// Cost: as many completions per query and system as the query has characters.

public import QACEngine
public import QACLogs

/// The figures of every system for queries that were typed key by key.
public struct KeyedReplay: Sendable {
  /// One system's answers.
  public struct System: Sendable {
    /// The system's name.
    public var name: String
    /// For each query the mean of 1 / rank over its prefixes.
    public fileprivate(set) var reciprocalRanks: [Double] = []
    /// For each query the number of saved keys, as in `KeyTally` for ten suggestions.
    public fileprivate(set) var savedKeys: [Double] = []
    /// For each query the share of its prefixes with a useful line among the first three.
    public fileprivate(set) var usefulAmong3: [Double] = []
    /// For each query the share of the characters still to type, over all its prefixes, that the
    /// longest useful lines save.
    public fileprivate(set) var savedCharacters: [Double] = []
    /// By class of prefix length, the sum of 1 / rank and the number of prefixes.
    public fileprivate(set) var byPrefixLength: [String: SIMD2<Double>] = [:]
    /// What people see, over all prefixes of all queries but the empty ones.
    public fileprivate(set) var seen = SeenLines()
    /// The same by class of prefix length; class 0 is of the empty prefixes.
    public fileprivate(set) var seenByPrefixLength: [String: SeenLines] = [:]

    /// Mean reciprocal rank.
    public var mrr10: Double {
      reciprocalRanks.reduce(0, +) / Double(max(1, reciprocalRanks.count))
    }
  }

  /// A system, with what it learns on the way.
  public struct Runner {
    let name: String
    let runner: SystemRunner

    /// Makes a runner that answers with `engine` under `rules`, and learns the queries that are
    /// submitted after its index was made.
    public init(
      name: String, engine: CompletionEngine, overlay: LiveOverlay?,
      rules: ReplayRules = ReplayRules()
    ) {
      self.name = name
      runner = SystemRunner(
        .full, engine: engine, options: CompletionOptions(), overlay: overlay, rules: rules)
    }

    /// Makes a runner of one of the simple systems.
    public init(_ system: CompletionSystem, engine: CompletionEngine, baselines: Baselines) {
      name = system.rawValue
      runner = SystemRunner(system, engine: engine, baselines: baselines)
    }

    /// Learns an observation of `log` that was submitted before the replay.
    public func record(_ observation: Observation, of log: QueryLog) {
      runner.record(observation, of: log)
    }
  }

  /// The positions of the observations with queries that were typed.
  public private(set) var observations: [Int] = []
  /// The number of characters of each query.
  public private(set) var lengths: [Double] = []
  /// The systems, in the order of the runners.
  public private(set) var systems: [System] = []

  /// Types the queries of the part to score.
  ///
  /// - Parameters:
  ///   - replay: The replay.
  ///   - runners: The systems.
  ///   - baselines: The counts of the simple systems.
  ///   - limit: The most queries, which are spread evenly over the part.
  ///   - progress: Receives the share that is done.
  public init(
    _ replay: LogReplay, runners: [Runner], baselines: Baselines, limit: Int,
    progress: (Double) -> Void = { _ in }
  ) {
    systems = runners.map { System(name: $0.name) }
    let judge = LineJudge(replay.log)
    let total = replay.requestCount(of: .score)
    var sample = EvenSample(of: total, atMost: limit)
    var seen = 0
    replay.forEachRequest(
      of: .score,
      submitted: { observation in
        baselines.record(observation)
        for runner in runners { runner.runner.record(observation, of: replay.log) }
      }
    ) { request in
      seen += 1
      if seen % 64 == 0 { progress(Double(seen) / Double(max(1, total))) }
      if !sample.takesNext() { return }
      observations.append(request.observation)
      lengths.append(Double(request.targetLength))
      for (s, runner) in runners.enumerated() {
        type(request, into: runner.runner, by: judge, for: &systems[s])
      }
    }
  }

  private func type(
    _ request: ReplayRequest, into runner: SystemRunner, by judge: LineJudge,
    for system: inout System
  ) {
    var sum = 0.0
    var seen = SeenLines()
    var first: Int?
    for length in 0..<request.targetLength {
      let prefix = LogReplay.prefix(of: request.target, scalars: length)
      let lines = runner.lines(prefix, of: request)
      let rank = LogReplay.rank(of: request.target, in: lines.map(\.text))
      let answer = judge.answer(lines, to: prefix, before: request.target)
      let reciprocal = rank == 0 ? 0 : 1 / Double(rank)
      if rank > 0, first == nil { first = length }
      if length > 0 {
        sum += reciprocal
        seen.add(answer)
      }
      let kind = RequestKind(
        prefixLength: length, hasContext: false, isSeen: false, isFirst: false, isOwn: false)
      system.byPrefixLength[kind.lengthClass, default: .zero] += SIMD2(reciprocal, 1)
      system.seenByPrefixLength[kind.lengthClass, default: SeenLines()].add(answer)
    }
    system.seen.merge(seen)
    system.usefulAmong3.append(seen.usefulAmong3)
    system.savedCharacters.append(seen.charactersSaved)
    system.reciprocalRanks.append(sum / Double(request.targetLength - 1))
    system.savedKeys.append(Double(first.map { max(0, request.targetLength - $0 - 1) } ?? 0))
  }
}
