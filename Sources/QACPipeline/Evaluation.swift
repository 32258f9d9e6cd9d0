// Learns from the first part of a log, fits the ranker on the next, scores the last.

import QACEngine
import QACIndex
public import QACLogs
public import QACReplay
public import QACText
public import QACTraining

/// What an evaluation is to do.
public struct EvaluationOptions: Sendable {
  /// The hyper-parameters of the index.
  public var settings = BuildSettings()
  /// How texts are normalised; as the log was read.
  public var profile: NormalizationProfile
  /// What a request may know.
  public var rule = ReplayProtocol.offline
  /// How the log is divided; nil for by time where it has times, else by hash.
  public var split: SplitRule?
  /// The systems to ask.
  public var systems = CompletionSystem.allCases
  /// Seed of split and prefixes.
  public var seed: UInt64 = 1
  /// Nodes expanded at most on each level; nil for the exact search.
  public var beam: Int?

  /// Makes options for texts of `profile`.
  public init(profile: NormalizationProfile) {
    self.profile = profile
  }

  /// How `log` is divided: as asked for, else by what the log has.
  public func rule(for log: QueryLog) -> SplitRule {
    split ?? (log.isTimed ? .time : .hash)
  }
}

/// Observations in each part of a log.
public struct PartSizes: Sendable, Equatable {
  /// To learn from.
  public var learn = 0
  /// To fit the ranker on.
  public var fit = 0
  /// To score.
  public var score = 0
}

/// What an evaluation found.
public struct EvaluationResult: Sendable {
  /// The figures of each system asked.
  public var systems: [(system: CompletionSystem, metrics: SystemMetrics)] = []
  /// Labels of the index.
  public var labels = 0
  /// Bytes of the index file.
  public var indexBytes = 0
  /// The fitted ranker's weights by feature.
  public var rankerWeights: [(name: String, value: Double)] = []
  /// How the log was divided.
  public var split = SplitRule.time
  /// Observations in the parts to learn from, to fit on, to score.
  public var observations = PartSizes()
}

/// Evaluates the product on a log.
public enum Evaluation {
  /// Runs the evaluation of `log`.
  ///
  /// - Throws: `PipelineError`.
  public static func run(
    _ log: QueryLog, options: EvaluationOptions,
    progress: @escaping @Sendable (BuildPhase, Double) -> Void = { _, _ in }
  ) throws(PipelineError) -> EvaluationResult {
    let rule = options.rule(for: log)
    let split = LogSplit(log, by: rule, seed: options.seed)
    var result = EvaluationResult()
    result.split = rule
    for i in log.observations.indices {
      result.observations.learn += Int(split.count(i, in: .learn))
      result.observations.fit += Int(split.count(i, in: .fit))
      result.observations.score += Int(split.count(i, in: .score))
    }
    guard result.observations.learn > 0, result.observations.score > 0 else {
      throw .tooSmall(observations: log.observations.count)
    }
    let set = TrainingSet(log, profile: options.profile, split: split, parts: [.learn])
    do {
      let content = try IndexBuilder(settings: options.settings, progress: progress).build(set)
      let bytes = IndexWriter.serialize(content)
      result.indexBytes = bytes.count
      let index = try LabelIndex(bytes: bytes)
      result.labels = index.labelCount
      let replay = LogReplay(log, split: split, protocol: options.rule, seed: options.seed)
      let engine = try fitted(index, replay)
      result.rankerWeights = zip(RankerFeature.allCases, engine.weights).map { ($0.name, $1) }
      result.systems = try score(replay, engine, options)
      return result
    } catch {
      throw PipelineError(error)
    }
  }

  /// An engine on `index` with weights fitted on the replay's fit part.
  static func fitted(_ index: LabelIndex, _ replay: LogReplay) throws -> CompletionEngine {
    let raw = try CompletionEngine(index: index, weights: RankerFeature.indexOnly)
    let examples = replay.rankerExamples(of: .fit, engine: raw)
    if examples.count == 0 { return raw }
    return try CompletionEngine(index: index, weights: RankerFit.weights(examples))
  }

  private static func score(
    _ replay: LogReplay, _ engine: CompletionEngine, _ options: EvaluationOptions
  ) throws -> [(system: CompletionSystem, metrics: SystemMetrics)] {
    let runners = try options.systems.map {
      try SystemRunner($0, engine: engine, beam: options.beam)
    }
    var metrics = [SystemMetrics](repeating: SystemMetrics(), count: runners.count)
    replay.forEachRequest(of: .score) { request in
      let target = request.target.withUnsafeBufferPointer { engine.index.view.label(of: $0) }
      let kind = RequestKind(
        prefixLength: request.prefixLength, hasContext: request.previous != QueryTable.none,
        isSeen: target != nil)
      for (i, runner) in runners.enumerated() {
        let answer = runner.answer(request, target: target)
        metrics[i].add(rank: answer.rank, suggestions: answer.suggestions, kind: kind)
      }
    }
    return zip(options.systems, metrics).map { ($0, $1) }
  }
}
