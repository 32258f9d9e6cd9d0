// The ranks of every system for every request of a part; all figures are made from them.
//
// Invariant: each system has one rank per request, in the order of the requests.
// Cost: a pass over the log. An evenly spread sample of the requests is typed key by key, which
// costs as many completions as their queries have characters.
// Memory: 18 bytes per request and system.

import QACEngine
import QACLogs

/// The answers of systems to the same requests.
public struct ReplayScores: Sendable {
  /// A request that the systems were asked.
  public struct Request: Sendable {
    /// The position of the observation in the log.
    public var observation: Int
    /// The kind of the request.
    public var kind: RequestKind
  }

  /// A request with a query that was typed key by key.
  struct Keyed {
    /// The position among the requests.
    var request: Int
    /// Index in `System.keyRanks` of its first rank; there is one per prefix length from 0 to that
    /// of the query.
    var start: Int
  }

  /// The answer to an empty prefix.
  struct Unprompted {
    /// The number of suggestions.
    var suggestions: UInt8 = 0
    /// BLEU_RR of the suggestions.
    var bleu: Float = 0
    /// What a person sees of them.
    var seen = SeenAnswer()
  }

  /// One system's answers.
  public struct System: Sendable {
    /// The system's name.
    public var name: String
    /// The rank of each request's query from 1; 0 if it was not among ten.
    public var ranks: [UInt8] = []
    /// The number of suggestions for each request.
    public var suggestions: [UInt8] = []
    /// BLEU_RR of each request's suggestions; empty if the texts are not known.
    public var bleu: [Float] = []
    /// What a person sees of each request's suggestions; empty if the texts are not known.
    public var seen: [SeenAnswer] = []
    /// The ranks of the requests that were typed key by key; empty if there are none.
    var keyRanks: [UInt8] = []
    /// The answers to the empty prefixes of these requests.
    var unprompted: [Unprompted] = []

    /// Makes answers without requests.
    public init(name: String) {
      self.name = name
    }

    /// 1 / rank of each request's query; 0 if it was not among ten.
    public var reciprocalRanks: [Double] { ranks.map { $0 == 0 ? 0 : 1 / Double($0) } }
  }

  /// The requests.
  public internal(set) var requests: [Request] = []
  /// The systems' answers.
  public var systems: [System] = []
  /// The requests that were typed key by key.
  var keyed: [Keyed] = []
  /// What typing errors take from the full system, and what it brings back.
  public internal(set) var errors = TypingErrorTallies()

  /// The number of requests that were typed key by key.
  public var keyedCount: Int { keyed.count }

  /// The figures of `system`, which is one of `systems`.
  public func metrics(_ system: System) -> SystemMetrics {
    var metrics = SystemMetrics()
    for (i, request) in requests.enumerated() {
      metrics.add(
        rank: system.ranks[i] == 0 ? nil : Int(system.ranks[i]),
        suggestions: Int(system.suggestions[i]),
        bleu: system.bleu.isEmpty ? 0 : Double(system.bleu[i]), kind: request.kind)
      if !system.seen.isEmpty { metrics.add(system.seen[i], kind: request.kind) }
    }
    if system.keyRanks.isEmpty { return metrics }
    for (i, own) in keyed.enumerated() {
      let end = i + 1 < keyed.count ? keyed[i + 1].start : system.keyRanks.count
      metrics.add(
        keys: system.keyRanks[own.start..<end],
        suggestions: Int(system.unprompted[i].suggestions),
        bleu: Double(system.unprompted[i].bleu), seen: system.unprompted[i].seen)
    }
    return metrics
  }

  /// The positions of the requests that were typed key by key, and the ranks of `system` for their
  /// empty prefixes.
  public func unpromptedRanks(_ system: System) -> [(request: Int, rank: UInt8)] {
    system.keyRanks.isEmpty ? [] : keyed.map { ($0.request, system.keyRanks[$0.start]) }
  }
}

extension LogReplay {
  /// Asks every runner all requests of `part`.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - runners: The systems, made for this pass.
  ///   - baselines: The counts of the runners of simple systems; nil if there are none.
  ///   - keys: The most requests with queries that are typed key by key.
  ///   - uncorrected: The full system without corrections, with the same overlay, to measure what
  ///     typing errors take; nil to leave that out.
  ///   - isSeen: Whether the index has a normalised query.
  ///   - progress: Receives the share that is done, now and then.
  /// - Returns: The ranks.
  public func scores(
    of part: LogSplit.Part, runners: [SystemRunner], baselines: Baselines?, keys: Int,
    uncorrected: SystemRunner? = nil, isSeen: ([UInt8]) -> Bool,
    progress: (Double) -> Void = { _ in }
  ) -> ReplayScores {
    var scores = ReplayScores()
    scores.systems = runners.map { ReplayScores.System(name: $0.system.rawValue) }
    let total = requestCount(of: part)
    var sample = EvenSample(of: total, atMost: keys)
    let judge = LineJudge(log)
    let known = KnownEndings(log, split)
    var ranks = 0
    let submitted = { (observation: Observation) in
      baselines?.record(observation)
      for runner in runners { runner.record(observation, of: log) }
    }
    forEachRequest(of: part, submitted: submitted) { request in
      if scores.requests.count % 256 == 0 {
        progress(Double(scores.requests.count) / Double(total))
      }
      let bleu = BLEU(query: request.target)
      if sample.takesNext() {
        scores.keyed.append(ReplayScores.Keyed(request: scores.requests.count, start: ranks))
        ranks += request.targetLength + 1
        for (s, runner) in runners.enumerated() {
          type(request, through: runner, bleu: bleu, judge, into: &scores.systems[s])
        }
      }
      for (s, runner) in runners.enumerated() {
        let lines = runner.lines(request.prefix, of: request)
        let texts = lines.map(\.text)
        scores.systems[s].ranks.append(Self.rank(of: request.target, in: texts))
        scores.systems[s].suggestions.append(UInt8(texts.count))
        scores.systems[s].bleu.append(Float(bleu.weighted(texts)))
        scores.systems[s].seen.append(
          judge.answer(lines, to: request.prefix, before: request.target))
      }
      if let full = runners.first(where: { $0.system == .full }), let uncorrected {
        scores.errors.add(request, full, uncorrected)
      }
      let isLabel = isSeen(request.target)
      let typed = Self.prefix(of: request.target, scalars: request.prefixLength).count
      let kind = RequestKind(
        prefixLength: request.prefixLength,
        hasContext: request.context.previousText(at: request.time) != nil,
        isSeen: isLabel, isFirst: request.isFirst, isOwn: request.isOwn,
        ending: isLabel ? nil : known.kind(of: request.target, typed: typed))
      scores.requests.append(
        ReplayScores.Request(observation: request.observation, kind: kind))
    }
    return scores
  }

  /// Types the request's query key by key.
  private func type(
    _ request: ReplayRequest, through runner: SystemRunner, bleu: BLEU, _ judge: LineJudge,
    into system: inout ReplayScores.System
  ) {
    for length in 0...request.targetLength {
      let prefix = Self.prefix(of: request.target, scalars: length)
      let lines = runner.lines(prefix, of: request)
      let texts = lines.map(\.text)
      system.keyRanks.append(Self.rank(of: request.target, in: texts))
      if length == 0 {
        system.unprompted.append(
          ReplayScores.Unprompted(
            suggestions: UInt8(texts.count), bleu: Float(bleu.weighted(texts)),
            seen: judge.answer(lines, to: prefix, before: request.target)))
      }
    }
  }

  /// The rank of `target` among `texts` from 1, or 0.
  static func rank(of target: [UInt8], in texts: [[UInt8]]) -> UInt8 {
    texts.firstIndex(of: target).map { UInt8($0 + 1) } ?? 0
  }
}
