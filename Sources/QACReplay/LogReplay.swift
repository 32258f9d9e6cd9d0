// Replays a part of a log: at each submitted query, one request with a prefix of seeded length.
//
// The prefix has 1 to length - 1 scalars, uniform, by the seed and the observation alone, so every
// system is asked the same. Queries of one scalar are recorded but not asked. For the ranker's fit
// the prefix may be empty or the whole query too: people pause there as well, and a ranker that
// never saw them would push a fully typed query to the bottom and order an empty prefix by chance.
// Under `.offline` a context is the cut session so far; under `.replay` it is all that the user
// submitted before, and the engine decides by time what is context and what history.

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
  /// Scalars of the prefix.
  public let prefixLength: Int
  /// The previous query of the session, an id of the log's table, or `QueryTable.none`.
  public let previous: UInt32
}

/// Replays logs.
public struct LogReplay {
  let log: QueryLog
  let split: LogSplit
  let rule: ReplayProtocol
  let seed: UInt64

  /// Makes a replay of `log`, divided by `split`.
  public init(_ log: QueryLog, split: LogSplit, protocol rule: ReplayProtocol, seed: UInt64) {
    self.log = log
    self.split = split
    self.rule = rule
    self.seed = seed
  }

  /// Calls `body` for every request of `part`, in order, with the context as it was then.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - whole: Whether a prefix may be empty or the whole query, too.
  ///   - body: Receives the requests.
  public func forEachRequest(
    of part: LogSplit.Part, whole: Bool = false, _ body: (ReplayRequest) -> Void
  ) {
    if log.isTimed {
      replayEvents(part, whole, body)
    } else {
      replayPairs(part, whole, body)
    }
  }

  private func replayEvents(
    _ part: LogSplit.Part, _ whole: Bool, _ body: (ReplayRequest) -> Void
  ) {
    var contexts: [UInt32: SessionContext] = [:]
    for (i, observation) in log.observations.enumerated() {
      let key = rule == .offline ? observation.session : observation.user
      var context = contexts.removeValue(forKey: key) ?? SessionContext()
      let query = log.queries.normalized[Int(observation.query)]
      if split.count(i, in: part) > 0 {
        ask(i, 0, query, context, observation.time, whole, body)
      }
      context.record(
        normalized: query, surface: log.queries.surface[Int(observation.query)],
        at: observation.time)
      contexts[key] = context
    }
  }

  private func replayPairs(
    _ part: LogSplit.Part, _ whole: Bool, _ body: (ReplayRequest) -> Void
  ) {
    for (i, observation) in log.observations.enumerated() {
      let count = split.count(i, in: part)
      if count == 0 { continue }
      var context = SessionContext()
      if observation.previous != QueryTable.none {
        context.record(
          normalized: log.queries.normalized[Int(observation.previous)],
          surface: log.queries.surface[Int(observation.previous)], at: observation.time)
      }
      let query = log.queries.normalized[Int(observation.query)]
      for occurrence in 0..<count {
        ask(i, occurrence, query, context, observation.time, whole, body)
      }
    }
  }

  private func ask(
    _ i: Int, _ occurrence: UInt32, _ query: [UInt8], _ context: SessionContext, _ time: Int64,
    _ whole: Bool, _ body: (ReplayRequest) -> Void
  ) {
    let length = query.withUnsafeBufferPointer { UTF8Scalars.count($0) }
    if length < 2 { return }
    var generator = SplitMix64(seed: seed ^ StableHash.mix(UInt64(i) << 20 | UInt64(occurrence)))
    let typed = whole ? generator.below(length + 1) : 1 + generator.below(length - 1)
    body(
      ReplayRequest(
        observation: i, prefix: Self.prefix(of: query, scalars: typed), target: query,
        context: context, time: time, prefixLength: typed,
        previous: log.observations[i].previous))
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
