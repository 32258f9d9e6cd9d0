// The systems that a replay compares; each is asked the same requests.

public import QACEngine
import QACLogs

/// A system that completes prefixes, by name.
public enum CompletionSystem: String, Sendable, CaseIterable {
  /// Most popular completion: queries by how often they were submitted.
  case popular
  /// Most popular completion with counts that halve with time.
  case decayed
  /// Followers of the previous query by count, then popular queries.
  case followers
  /// Only the hybrid index: no other source, and only its score as a ranker feature.
  case index
  /// All sources and the ranker.
  case full

  /// Whether it is one of the simple systems, which count submitted queries in `Baselines`.
  public var isSimple: Bool {
    switch self {
    case .popular, .decayed, .followers: true
    case .index, .full: false
    }
  }
}

/// Answers requests as one system, with at most ten suggestions.
public final class SystemRunner {
  /// The most suggestions of one answer.
  public static let answers = 10

  private enum Answerer {
    case counts(Baselines)
    case engine(EngineAsker)
  }

  /// The system that answers.
  public let system: CompletionSystem
  private let answerer: Answerer

  /// Makes a runner of `system`.
  ///
  /// - Parameters:
  ///   - system: The system.
  ///   - engine: The engine of `.index` and `.full`; the latter uses its weights.
  ///   - baselines: The counts of the simple systems, which need them; the caller records in them.
  ///   - overlay: Holds the queries that `.full` learns live; nil if it learns none.
  ///   - beam: The most nodes that are expanded on each level; nil for the exact search.
  ///   - corrects: Whether `.full` corrects typing errors.
  public convenience init(
    _ system: CompletionSystem, engine: CompletionEngine, baselines: Baselines?,
    overlay: LiveOverlay? = nil, beam: Int? = CompletionOptions.servedBeam,
    corrects: Bool = true
  ) {
    switch system {
    case .popular, .decayed, .followers:
      guard let baselines else { preconditionFailure("\(system) answers from counts") }
      self.init(system, .counts(baselines))
    case .index:
      self.init(
        .index, engine: CompletionEngine(engine, weights: RankerFeature.indexOnly),
        options: CompletionOptions(
          sources: [.index], beam: beam, candidatesPerSource: Self.answers, foldsDuplicates: false))
    case .full:
      var options = CompletionOptions(beam: beam)
      if !corrects { options.sources.remove(.corrected) }
      self.init(.full, engine: engine, options: options, overlay: overlay)
    }
  }

  /// Makes a runner of `system` that answers with `engine` and `options` under `rules`, and learns in
  /// `overlay`.
  public convenience init(
    _ system: CompletionSystem, engine: CompletionEngine, options: CompletionOptions,
    overlay: LiveOverlay? = nil, rules: ReplayRules = ReplayRules()
  ) {
    self.init(
      system, .engine(EngineAsker(engine, options, overlay: overlay, rules: rules)))
  }

  private init(_ system: CompletionSystem, _ answerer: Answerer) {
    self.system = system
    self.answerer = answerer
  }

  /// The normalised texts that are suggested for `prefix`, best first; at most ten.
  public func suggestions(_ prefix: ArraySlice<UInt8>, of request: ReplayRequest) -> [[UInt8]] {
    lines(prefix, of: request).map(\.text)
  }

  /// The lines that are suggested for `prefix`, best first.
  ///
  /// - Parameters:
  ///   - prefix: A beginning of the request's query, normalised.
  ///   - request: The time and the context in which it is typed.
  /// - Returns: At most ten lines.
  public func lines(_ prefix: ArraySlice<UInt8>, of request: ReplayRequest) -> [SuggestedLine] {
    switch answerer {
    case .counts(let baselines):
      return baselines.suggestions(system, prefix, of: request).map { SuggestedLine(text: $0) }
    case .engine(let asker):
      asker.complete(prefix, of: request, limit: Self.answers)
      return asker.scratch.lines
    }
  }

  /// Learns `observation`, one of `log`, which was just submitted. The owner of baselines records
  /// in them.
  func record(_ observation: Observation, of log: QueryLog) {
    if case .engine(let asker) = answerer { asker.record(observation, of: log) }
  }

  /// Answers without making texts of the answer; this is what benchmarks time.
  public func complete(_ prefix: ArraySlice<UInt8>, of request: ReplayRequest) {
    switch answerer {
    case .counts: _ = lines(prefix, of: request)
    case .engine(let asker): asker.complete(prefix, of: request, limit: Self.answers)
    }
  }
}

extension Baselines {
  /// The suggestions of `system`, one of the simple ones.
  fileprivate func suggestions(
    _ system: CompletionSystem, _ prefix: ArraySlice<UInt8>, of request: ReplayRequest
  ) -> [[UInt8]] {
    let found: [UInt32]
    switch system {
    case .decayed: found = decayed(prefix)
    case .followers:
      found = followers(prefix, of: request.context.previousText(at: request.time))
    case .popular, .index, .full: found = popular(prefix)
    }
    return found.map { texts[Int($0)] }
  }
}
