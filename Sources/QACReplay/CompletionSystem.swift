// The systems that a replay compares, each asked the same requests.

public import QACEngine
import QACIndex

/// A way of completing, by name.
public enum CompletionSystem: String, Sendable, CaseIterable {
  /// Most popular completion: labels by weight alone.
  case popular
  /// Followers of the previous query by count, then popular labels.
  case followers
  /// The hybrid index alone: no other source, no ranker feature but its score.
  case index
  /// All sources and the ranker.
  case full
}

/// Answers requests as one system.
public final class SystemRunner {
  let system: CompletionSystem
  let engine: CompletionEngine
  let scratch: CompletionScratch
  let options: CompletionOptions

  /// Makes a runner of `system` on `engine`'s index; `.full` uses the engine's own weights.
  ///
  /// - Throws: `EngineError`.
  public init(
    _ system: CompletionSystem, engine: CompletionEngine, beam: Int? = nil
  ) throws(EngineError) {
    self.system = system
    switch system {
    case .popular, .followers:
      options = CompletionOptions(
        sources: [.popular], candidatesPerSource: 10, foldsDuplicates: false)
      self.engine = try CompletionEngine(
        index: engine.index, weights: RankerFeature.allCases.map { $0 == .popularity ? 1 : 0 })
    case .index:
      options = CompletionOptions(
        sources: [.index], beam: beam, candidatesPerSource: 10, foldsDuplicates: false)
      self.engine = try CompletionEngine(index: engine.index, weights: RankerFeature.indexOnly)
    case .full:
      options = CompletionOptions(beam: beam)
      self.engine = engine
    }
    scratch = CompletionScratch(engine: self.engine)
  }

  /// The rank of the request's target among ten suggestions, from 1, and their number.
  ///
  /// - Parameters:
  ///   - request: What is asked.
  ///   - target: The label of the submitted query, or nil where the index has none.
  /// - Returns: The rank, or nil where it is not among them, and the number of suggestions.
  public func answer(
    _ request: ReplayRequest, target: UInt32?
  ) -> (rank: Int?, suggestions: Int) {
    request.prefix.withUnsafeBufferPointer { prefix in
      engine.complete(
        prefix: prefix, context: request.context, at: request.time, limit: 10, options: options,
        scratch: scratch)
    }
    if system == .followers { return followersThenPopular(request, target) }
    return (scratch.place(ofTarget: target, of: request).map { $0 + 1 }, scratch.count)
  }

  /// Followers in range by count, weight and label; then popular labels that are not among them.
  private func followersThenPopular(
    _ request: ReplayRequest, _ target: UInt32?
  ) -> (rank: Int?, suggestions: Int) {
    let view = engine.index.view
    var labels: [UInt32] = []
    let range = request.prefix.withUnsafeBufferPointer { view.range(ofPrefix: $0) }
    if let previous = request.context.previousText(at: request.time),
      let label = previous.withUnsafeBufferPointer({ view.label(of: $0) })
    {
      let found = view.followers(of: label, in: range).sorted {
        let (a, b) = (view.followerCounts[$0], view.followerCounts[$1])
        if a != b { return a > b }
        let (v, w) = (
          view.weight(of: view.followerLabels[$0]), view.weight(of: view.followerLabels[$1])
        )
        return v != w ? v > w : $0 < $1
      }
      labels = found.prefix(10).map { view.followerLabels[$0] }
    }
    for i in 0..<scratch.count where labels.count < 10 {
      if let label = scratch.label(i), !labels.contains(label) { labels.append(label) }
    }
    return (target.flatMap { labels.firstIndex(of: $0) }.map { $0 + 1 }, labels.count)
  }
}

extension CompletionScratch {
  /// The place, from 0, of the query that was submitted after `request`; nil where it is not there.
  ///
  /// - Parameters:
  ///   - label: The label of the submitted query, or nil where the index has none.
  ///   - request: What was asked.
  /// - Returns: A number below `count`, or nil.
  func place(ofTarget label: UInt32?, of request: ReplayRequest) -> Int? {
    (0..<count).first { i in
      label != nil
        ? self.label(i) == label
        : self.label(i) == nil && normalizedText(i) == request.target
    }
  }
}
