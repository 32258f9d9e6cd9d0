// Replays a log in its order: for each submitted query of a part, one request and then the query
// itself.
//
// The length of the prefix is uniform in 1 to length - 1 scalars and depends only on the seed and
// the observation, so every system is asked the same. Queries of one scalar are recorded but not
// asked. For the ranker's fit the prefix may also be empty or the whole query. People pause there
// too, and a ranker that never saw such prefixes would push a fully typed query to the bottom and
// order the suggestions for an empty prefix by chance. Under `.offline` a context is the session so
// far. Under `.replay` it is all that the user submitted before, and the engine decides by time
// which of it is context and which is history.
//
// A system that learns live is given each query when it is submitted, from the end of the learning
// part on. This is done under `.replay` if the log is divided by time; otherwise there is no order
// to learn in.
//
// Invariant: a query is asked for before it is submitted; submissions are in time order.
// Cost: O(entries of a context) per observation, and that of the closures that are called.

import QACBinary
public import QACEngine
public import QACLogs
public import QACText

/// One request of a replay.
public struct ReplayRequest {
  /// The position of the observation in the log.
  public let observation: Int
  /// The typed prefix, normalised UTF-8.
  public let prefix: ArraySlice<UInt8>
  /// The submitted query, normalised UTF-8.
  public let target: [UInt8]
  /// The session's earlier queries.
  public let context: SessionContext
  /// Unix seconds.
  public let time: Int64
  /// Where the query is typed.
  public let situation: Situation
  /// The kind of the prefix's typing error; nil if it has none.
  public let error: TypingError?
  /// The length in scalars of the prefix without typing errors.
  public let prefixLength: Int
  /// The length of the target in scalars.
  public let targetLength: Int
  /// The previous query of the session, an id of the log's table, or `QueryTable.none`.
  public let previous: UInt32
  /// Whether nothing was submitted before in the session.
  public let isFirst: Bool
  /// Whether the owner of the context submitted this query before.
  public let isOwn: Bool
}

/// Replays logs.
public struct LogReplay {
  let log: QueryLog
  let split: LogSplit
  let rule: ReplayProtocol
  let seed: UInt64
  /// Errors in the prefixes of requests, except those for the ranker's fit; nil for none.
  public var typingErrors: TypingErrors?
  /// By what real prefixes are normalised; nil where prefixes are drawn.
  ///
  /// Then only queries are asked for of which the log says what was typed, with one of these texts.
  /// For the ranker's fit, a fourth of the prefixes are drawn all the same: nobody submits what was
  /// never typed, so that a log knows few empty and few whole prefixes.
  public var typedPrefixes: Normalizer?
  /// Distinct sessions that make visible to others what was submitted since the index was built.
  public var sessionsNeeded = LiveOverlay.defaultSessionsNeeded

  /// Makes a replay of `log`, which `split` divides.
  public init(_ log: QueryLog, split: LogSplit, protocol rule: ReplayProtocol, seed: UInt64) {
    self.log = log
    self.split = split
    self.rule = rule
    self.seed = seed
  }

  /// Whether systems may learn submitted queries as they come.
  public var learnsLive: Bool { rule == .replay && log.isTimed && split.rule == .time }

  /// Calls `body` for every request of `part`, in order, with the context at that time.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - whole: Whether a prefix may also be empty or the whole query.
  ///   - submitted: Receives each query that systems may learn live, after its request.
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

  /// Calls `observed` for every observation of a log with times, in order, and `body` for each
  /// request of `part`, before its observation.
  func forEachStep<Failure: Error>(
    of part: LogSplit.Part, whole: Bool,
    observed: (Int, Observation) throws(Failure) -> Void,
    _ body: (ReplayRequest) throws(Failure) -> Void
  ) throws(Failure) {
    if log.isTimed {
      try replayEvents(of: part, whole: whole, observed: observed, body)
    } else {
      try replayPairs(of: part, whole: whole, body)
    }
  }

  /// The number of requests of `part`.
  public func requestCount(of part: LogSplit.Part) -> Int {
    log.observations.indices.reduce(0) { sum, i in
      let count = Int(split.count(i, in: part))
      return count > 0 && isAsked(i) ? sum + count : sum
    }
  }

  /// Whether observation `i` is asked for.
  private func isAsked(_ i: Int) -> Bool {
    length(of: log.observations[i].query) > 1 && (typedPrefixes == nil || !typed(i).isEmpty)
  }

  /// The number of observations of `part` of which the log says what was typed.
  package func typedCount(of part: LogSplit.Part) -> Int {
    log.typed.indices.count { split.count($0, in: part) > 0 && !typed($0).isEmpty }
  }

  /// What was typed on the way to observation `i`.
  private func typed(_ i: Int) -> [ArraySlice<UInt8>] {
    guard i < log.typed.count, log.typed[i] != QueryTable.none else { return [] }
    return log.typedTexts[Int(log.typed[i])].split(separator: 0x0A)
  }

  private func length(of query: UInt32) -> Int {
    log.queries.normalized[Int(query)].withUnsafeBufferPointer { UTF8Scalars.count($0) }
  }

  private func replayEvents<Failure: Error>(
    of part: LogSplit.Part, whole: Bool,
    observed: (Int, Observation) throws(Failure) -> Void,
    _ body: (ReplayRequest) throws(Failure) -> Void
  ) throws(Failure) {
    var contexts: [UInt32: SessionContext] = [:]
    var sessions: Set<UInt32> = []
    // Pairs of an owner of contexts and a query that it submitted, as one number.
    var own: Set<UInt64> = []
    for (i, observation) in log.observations.enumerated() {
      let key = rule == .offline ? observation.session : observation.user
      var context = contexts.removeValue(forKey: key) ?? SessionContext()
      let isFirst = sessions.insert(observation.session).inserted
      let isOwn = !own.insert(UInt64(key) << 32 | UInt64(observation.query)).inserted
      if split.count(i, in: part) > 0 {
        try ask(
          for: i, occurrence: 0, in: context, isFirst: isFirst, isOwn: isOwn, whole: whole, body)
      }
      context.record(
        normalized: log.queries.normalized[Int(observation.query)],
        surface: log.queries.surface[Int(observation.query)], at: observation.time,
        in: log.situation(of: observation))
      contexts[key] = context
      try observed(i, observation)
    }
  }

  private func replayPairs<Failure: Error>(
    of part: LogSplit.Part, whole: Bool, _ body: (ReplayRequest) throws(Failure) -> Void
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
          for: i, occurrence: occurrence, in: context, isFirst: isFirst,
          isOwn: observation.previous == observation.query, whole: whole, body)
      }
    }
  }

  private func ask<Failure: Error>(
    for i: Int, occurrence: UInt32, in context: SessionContext, isFirst: Bool, isOwn: Bool,
    whole: Bool, _ body: (ReplayRequest) throws(Failure) -> Void
  ) throws(Failure) {
    let observation = log.observations[i]
    let query = log.queries.normalized[Int(observation.query)]
    let length = length(of: observation.query)
    if !isAsked(i) { return }
    var generator = SplitMix64(seed: seed ^ StableHash.mix(UInt64(i) << 20 | UInt64(occurrence)))
    var typed = whole ? generator.below(length + 1) : 1 + generator.below(length - 1)
    var prefix = Self.prefix(of: query, scalars: typed)
    if let typedPrefixes, !whole || generator.below(4) > 0 {
      let texts = self.typed(i)
      prefix =
        typedPrefixes.normalize(Array(texts[generator.below(texts.count)]), as: .prefix)[...]
      typed = prefix.withUnsafeBufferPointer { UTF8Scalars.count($0) }
    }
    var error: TypingError?
    if !whole, let typingErrors { (prefix, error) = typingErrors.typed(prefix, &generator) }
    try body(
      ReplayRequest(
        observation: i, prefix: prefix, target: query,
        context: context, time: observation.time, situation: log.situation(of: observation),
        error: error, prefixLength: typed,
        targetLength: length,
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

extension QueryLog {
  /// Where `observation` was submitted.
  func situation(of observation: Observation) -> Situation {
    guard observation.place != QueryTable.none else { return .unknown }
    return Situation(place: places[Int(observation.place)])
  }
}
