// Replays a log in its order: at each submitted query of a part one request, then the query itself.
//
// The prefix has 1 to length - 1 scalars, uniform, by the seed and the observation alone, so every
// system is asked the same. Queries of one scalar are recorded but not asked. For the ranker's fit
// the prefix may be empty or the whole query too: people pause there as well, and a ranker that
// never saw them would push a fully typed query to the bottom and order an empty prefix by chance.
// Under `.offline` a context is the cut session so far; under `.replay` it is all that the user
// submitted before, and the engine decides by time what is context and what history.
//
// Whoever learns live is handed each query as it is submitted, from the end of the learning part on.
// That is so under `.replay` where the log is divided by time; else there is no order to learn in.
//
// Invariant: a query is asked for before it is submitted; submissions are in time order.
// Cost: that of the contexts, O(entries of a context) an observation, and of what is called.

import QACBinary
public import QACEngine
public import QACLogs
import QACText

/// One request of a replay.
public struct ReplayRequest {
  /// The observation replayed.
  public let observation: Int
  /// The typed prefix, normalised UTF-8.
  public let prefix: ArraySlice<UInt8>
  /// The submitted query, normalised UTF-8.
  public let target: [UInt8]
  /// The session's earlier queries.
  public let context: SessionContext
  /// Unix seconds.
  public let time: Int64
  /// Scalars of the prefix as it was meant.
  public let prefixLength: Int
  /// Scalars of the target.
  public let targetLength: Int
  /// The previous query of the session, an id of the log's table, or `QueryTable.none`.
  public let previous: UInt32
  /// Whether nothing was submitted before in the session.
  public let isFirst: Bool
  /// Whether this query was submitted before by whom the context belongs to.
  public let isOwn: Bool
}

/// Replays logs.
public struct LogReplay {
  let log: QueryLog
  let split: LogSplit
  let rule: ReplayProtocol
  let seed: UInt64
  /// Errors in the prefixes of requests; none in those for the ranker's fit.
  public var typingErrors: TypingErrors?

  /// Makes a replay of `log`, divided by `split`.
  public init(_ log: QueryLog, split: LogSplit, protocol rule: ReplayProtocol, seed: UInt64) {
    self.log = log
    self.split = split
    self.rule = rule
    self.seed = seed
  }

  /// Whether submitted queries may be learned from as they come.
  public var learnsLive: Bool { rule == .replay && log.isTimed && split.rule == .time }

  /// Calls `body` for every request of `part`, in order, with the context as it was then.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - whole: Whether a prefix may be empty or the whole query, too.
  ///   - submitted: Receives each query that is to be learned live, after its request.
  ///   - body: Receives the requests.
  public func forEachRequest(
    of part: LogSplit.Part, whole: Bool = false, submitted: (Observation) -> Void = { _ in },
    _ body: (ReplayRequest) -> Void
  ) {
    forEachStep(
      of: part, whole: whole,
      observed: { i, observation in
        if learnsLive, split.count(i, in: .learn) == 0 { submitted(observation) }
      }, body)
  }

  /// Calls `observed` for every observation of a log with times, in order, and `body` for the requests
  /// of `part` among them, each before its observation.
  func forEachStep<Failure: Error>(
    of part: LogSplit.Part, whole: Bool,
    observed: (Int, Observation) throws(Failure) -> Void,
    _ body: (ReplayRequest) throws(Failure) -> Void
  ) throws(Failure) {
    if log.isTimed {
      try replayEvents(part, whole, observed, body)
    } else {
      try replayPairs(part, whole, body)
    }
  }

  /// The number of requests of `part`.
  public func requestCount(of part: LogSplit.Part) -> Int {
    log.observations.indices.reduce(0) { sum, i in
      let count = Int(split.count(i, in: part))
      return count > 0 && length(of: log.observations[i].query) > 1 ? sum + count : sum
    }
  }

  private func length(of query: UInt32) -> Int {
    log.queries.normalized[Int(query)].withUnsafeBufferPointer { UTF8Scalars.count($0) }
  }

  private func replayEvents<Failure: Error>(
    _ part: LogSplit.Part, _ whole: Bool, _ observed: (Int, Observation) throws(Failure) -> Void,
    _ body: (ReplayRequest) throws(Failure) -> Void
  ) throws(Failure) {
    var contexts: [UInt32: SessionContext] = [:]
    var sessions: Set<UInt32> = []
    // Who submitted what, as one number.
    var own: Set<UInt64> = []
    for (i, observation) in log.observations.enumerated() {
      let key = rule == .offline ? observation.session : observation.user
      var context = contexts.removeValue(forKey: key) ?? SessionContext()
      let isFirst = sessions.insert(observation.session).inserted
      let isOwn = !own.insert(UInt64(key) << 32 | UInt64(observation.query)).inserted
      if split.count(i, in: part) > 0 {
        try ask(i, 0, context, isFirst: isFirst, isOwn: isOwn, whole, body)
      }
      context.record(
        normalized: log.queries.normalized[Int(observation.query)],
        surface: log.queries.surface[Int(observation.query)], at: observation.time)
      contexts[key] = context
      try observed(i, observation)
    }
  }

  private func replayPairs<Failure: Error>(
    _ part: LogSplit.Part, _ whole: Bool, _ body: (ReplayRequest) throws(Failure) -> Void
  ) throws(Failure) {
    for (i, observation) in log.observations.enumerated() {
      let count = split.count(i, in: part)
      if count == 0 { continue }
      var context = SessionContext()
      if observation.previous != QueryTable.none {
        context.record(
          normalized: log.queries.normalized[Int(observation.previous)],
          surface: log.queries.surface[Int(observation.previous)], at: observation.time)
      }
      let isFirst = observation.previous == QueryTable.none
      for occurrence in 0..<count {
        try ask(
          i, occurrence, context, isFirst: isFirst,
          isOwn: observation.previous == observation.query,
          whole, body)
      }
    }
  }

  private func ask<Failure: Error>(
    _ i: Int, _ occurrence: UInt32, _ context: SessionContext, isFirst: Bool, isOwn: Bool,
    _ whole: Bool, _ body: (ReplayRequest) throws(Failure) -> Void
  ) throws(Failure) {
    let observation = log.observations[i]
    let query = log.queries.normalized[Int(observation.query)]
    let length = length(of: observation.query)
    if length < 2 { return }
    var generator = SplitMix64(seed: seed ^ StableHash.mix(UInt64(i) << 20 | UInt64(occurrence)))
    let typed = whole ? generator.below(length + 1) : 1 + generator.below(length - 1)
    var prefix = Self.prefix(of: query, scalars: typed)
    if !whole, let typingErrors { prefix = typingErrors.typed(prefix, &generator) }
    try body(
      ReplayRequest(
        observation: i, prefix: prefix, target: query,
        context: context, time: observation.time, prefixLength: typed, targetLength: length,
        previous: observation.previous, isFirst: isFirst, isOwn: isOwn))
  }

  /// The first `scalars` scalars of `text`.
  static func prefix(of text: [UInt8], scalars: Int) -> ArraySlice<UInt8> {
    var end = 0
    var left = scalars
    while end < text.count {
      if text[end] & 0xC0 != 0x80 {
        if left == 0 { break }
        left -= 1
      }
      end += 1
    }
    return text[0..<end]
  }
}
