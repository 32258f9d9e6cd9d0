// Asks an engine on behalf of a replay, and records submitted queries in its overlay.
//
// An asker belongs to one pass over a log, because it keeps what it learned live on the way.

public import QACEngine
public import QACIndex
import QACLogs
import QACText

/// An engine with the working memory and the live knowledge of one pass over a log.
final class EngineAsker {
  let engine: CompletionEngine
  let options: CompletionOptions
  let scratch: CompletionScratch
  let overlay: LiveOverlay?
  let rules: ReplayRules

  /// Makes an asker that records in `overlay`, which must be new and belong to the engine's index,
  /// as `rules` do.
  init(
    _ engine: CompletionEngine, _ options: CompletionOptions, overlay: LiveOverlay?,
    rules: ReplayRules = ReplayRules()
  ) {
    self.engine = engine
    self.options = options
    self.overlay = overlay
    self.rules = rules
    scratch = CompletionScratch(engine: engine)
  }

  /// Completes `prefix` at the time and in the context of `request`; the result is in `scratch`.
  ///
  /// - Parameters:
  ///   - prefix: A beginning of the request's query, normalised.
  ///   - request: The time and the context in which it is typed.
  ///   - limit: The most suggestions; nil keeps every candidate.
  func complete(_ prefix: ArraySlice<UInt8>, of request: ReplayRequest, limit: Int?) {
    prefix.withUnsafeBufferPointer { prefix in
      engine.complete(
        prefix: prefix, context: request.context, overlay: overlay, blocks: rules.blocked,
        rules: rules.ranking, at: request.time, in: request.situation, limit: limit,
        options: options, scratch: scratch)
    }
  }

  /// Learns `observation`, one of `log`, which was just submitted.
  func record(_ observation: Observation, of log: QueryLog) {
    overlay?.record(
      normalized: log.queries.normalized[Int(observation.query)],
      surface: log.queries.surface[Int(observation.query)],
      session: StableHash.mix(UInt64(observation.user) + 1), at: observation.time,
      in: log.situation(of: observation))
  }

  /// The place from 0 of the query that was submitted after `request`, among the suggestions of the
  /// last completion, which must belong to `request`; nil if it is not among them.
  func place(ofTargetOf request: ReplayRequest) -> Int? {
    (0..<scratch.count).first { scratch.normalizedText($0) == request.target }
  }
}

/// The operator's rules that a replay asks under.
public struct ReplayRules: Sendable {
  /// What is not suggested; nil for nothing.
  public var blocked: BlockedLabels?
  /// What is pinned and boosted; nil for nothing.
  public var ranking: RankingRules?

  /// Makes rules, which belong to the index that is asked.
  public init(blocked: BlockedLabels? = nil, ranking: RankingRules? = nil) {
    self.blocked = blocked
    self.ranking = ranking
  }
}

extension LogReplay {
  /// An overlay for one pass over the log with an engine of `index`; nil if the replay learns
  /// nothing live.
  public func overlay(of index: LabelIndex) -> LiveOverlay? {
    if !learnsLive { return nil }
    return LiveOverlay(index: index, sessionsNeeded: sessionsNeeded)
  }
}
