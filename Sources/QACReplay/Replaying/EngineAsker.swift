// The one place where a replay asks an engine, and tells it what was submitted.
//
// An asker belongs to one pass over a log: what it learned live on the way stays with it.

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

  /// Makes an asker; what is submitted goes into `overlay`, which is new and of the engine's index.
  init(_ engine: CompletionEngine, _ options: CompletionOptions, overlay: LiveOverlay?) {
    self.engine = engine
    self.options = options
    self.overlay = overlay
    scratch = CompletionScratch(engine: engine)
  }

  /// Completes `prefix` in the time and the context of `request` into `scratch`.
  ///
  /// - Parameters:
  ///   - prefix: A beginning of the request's query, normalised.
  ///   - request: The time and the context in which it is typed.
  ///   - limit: How many suggestions at the most; nil keeps every candidate.
  func complete(_ prefix: ArraySlice<UInt8>, of request: ReplayRequest, limit: Int?) {
    prefix.withUnsafeBufferPointer { prefix in
      engine.complete(
        prefix: prefix, context: request.context, overlay: overlay, at: request.time,
        limit: limit, options: options, scratch: scratch)
    }
  }

  /// Learns `observation`, one of `log`, which was just submitted.
  func record(_ observation: Observation, of log: QueryLog) {
    overlay?.record(
      normalized: log.queries.normalized[Int(observation.query)],
      surface: log.queries.surface[Int(observation.query)],
      session: StableHash.mix(UInt64(observation.user) + 1), at: observation.time)
  }

  /// The place, from 0, of the query submitted after `request`, to which the last completion
  /// belongs; nil where it is not among the suggestions.
  func place(ofTargetOf request: ReplayRequest) -> Int? {
    (0..<scratch.count).first { scratch.normalizedText($0) == request.target }
  }
}

extension LogReplay {
  /// An overlay for one pass over the log with an engine on `index`, where there is live learning.
  public func overlay(of index: LabelIndex) -> LiveOverlay? {
    if !learnsLive { return nil }
    return LiveOverlay(index: index)
  }
}
