// Learns from the first part of a log, fits the ranker on the next, and scores the last.
//
// This is the same for both protocols: the replay decides what a request may know.
// Cost: one build, a pass over the log to fit and one to score; with the ablation two more per
// source.

import QACEngine
import QACIndex
public import QACLogs
public import QACReplay
public import QACText
public import QACTraining

/// What an evaluation does.
public struct EvaluationOptions: Sendable {
  /// With fewer resamples nothing is left to cut off at the ends of a 95 % interval (`Bootstrap`).
  public static let fewestResamples = 40

  /// The hyper-parameters of the index.
  public var settings = BuildSettings()
  /// How texts are normalised: the profile with which the log was read.
  public var profile: NormalizationProfile
  /// What a request may know.
  public var rule = ReplayProtocol.offline
  /// How the log is divided; nil to divide it by time if it has times, else by hash.
  public var split: SplitRule?
  /// The systems to ask.
  public var systems = CompletionSystem.allCases
  /// Seed of split, prefixes and resampling.
  public var seed: UInt64 = 1
  /// The most nodes that are expanded on each level; nil for the exact search.
  public var beam: Int? = CompletionOptions.servedBeam
  /// The most requests whose queries are typed key by key.
  public var keys = 2_000
  /// The share of scored prefixes with a typing error, 0 to 1.
  public var typos = 0.0
  /// Distinct sessions that make visible to others what was submitted since the index was built.
  public var liveSessions = LiveOverlay.defaultSessionsNeeded
  /// Whether prefixes are what people typed, as far as the log says it, and not drawn.
  public var usesTyped = false
  /// Whether predicted probabilities are compared with what came true.
  public var calibrates = false
  /// Whether typing errors are corrected.
  public var corrects = true
  /// How often requests are resampled for confidence intervals, at least `fewestResamples`.
  public var resamples = 1_000
  /// Whether each source and each feature is taken out in turn.
  public var ablates = false
  /// Systems that were measured elsewhere on the same requests.
  public var external: [ExternalSystem] = []
  /// The socket of a daemon to replay through as well; nil for none.
  public var socketPath: String?
  /// Whether the result holds the index with its ranker.
  public var keepsIndex = false
  /// Names of the log files for the provenance of the index.
  public var logNames: [String] = []

  /// Makes options for texts of `profile`.
  public init(profile: NormalizationProfile) {
    self.profile = profile
  }

  /// How `log` is divided: by `split`, or by time if it has times, else by hash.
  public func rule(for log: QueryLog) -> SplitRule {
    split ?? (log.isTimed ? .time : .hash)
  }
}

/// Evaluates the product on a log.
public struct Evaluation {
  let log: QueryLog
  var options: EvaluationOptions
  let split: LogSplit
  let replay: LogReplay
  let progress: @Sendable (String, Double) -> Void

  /// Runs the evaluation of `log`.
  ///
  /// - Parameters:
  ///   - log: The log, read with the options' profile.
  ///   - options: What to do.
  ///   - progress: Called with a phase's name and the share done, 0 to 1.
  /// - Returns: The figures.
  /// - Throws: `PipelineError`.
  public static func run(
    _ log: QueryLog, options: EvaluationOptions,
    progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
  ) throws(PipelineError) -> EvaluationResult {
    do {
      return try Evaluation(log, options, progress).run()
    } catch {
      throw PipelineError(error)
    }
  }

  init(
    _ log: QueryLog, _ options: EvaluationOptions,
    _ progress: @escaping @Sendable (String, Double) -> Void
  ) {
    self.log = log
    self.options = options
    self.progress = progress
    split = LogSplit(log, by: options.rule(for: log), seed: options.seed)
    var replay = LogReplay(log, split: split, protocol: options.rule, seed: options.seed)
    if options.typos > 0 { replay.typingErrors = TypingErrors(rate: options.typos) }
    if options.usesTyped { replay.typedPrefixes = Normalizer(options.profile) }
    replay.sessionsNeeded = options.liveSessions
    self.replay = replay
  }

  private func run() throws -> EvaluationResult {
    var result = EvaluationResult()
    result.split = split.rule
    result.observations = partSizes()
    try checkSize()
    try checkExternal()
    let set = learningSet()
    var (content, raw) = try learn(from: set)
    result.indexBytes = raw.index.byteCount
    result.labels = raw.index.labelCount

    let ranker = fitted(raw)
    let engine = ranker.engine
    result.rankerWeights = ranker.named
    var served: String?
    if options.keepsIndex || options.socketPath != nil {
      content.ranker = result.rankerWeights
      content.provenance = try provenance(rankerRequests: ranker.requests)
      let bytes = IndexWriter.serialize(content)
      served = try LabelIndex(bytes: bytes).identity
      result.index = options.keepsIndex ? bytes : nil
    }

    var scores = score(engine, learnedFrom: set)
    if let path = options.socketPath, let served {
      let socket = SocketReplay(replay, profile: options.profile, socketPath: path)
      scores.systems.append(
        try socket.scores(of: .score, keys: options.keys, index: served) {
          self.progress("daemon", $0)
        })
    }
    let place = scores.systems.firstIndex { $0.name == CompletionSystem.full.rawValue }
    scores.systems.insert(
      contentsOf: options.external.map(\.scores), at: place ?? scores.systems.count)
    let bootstrap = bootstrap(of: scores, &result)
    result.requests = scores.requests.count
    result.keyedRequests = scores.keyedCount
    result.errors = scores.errors
    result.systems = results(of: scores, bootstrap)
    let anyOrder = replay.anyOrder(of: .score, engine: engine, beam: options.beam)
    result.anyOrder = anyOrder.requests > 0 ? anyOrder : nil
    if options.ablates { result.ablation = ablation(engine, bootstrap) }
    if options.calibrates {
      result.calibration = CalibrationReport(
        [CompletionSystem.index, .full].map {
          ($0.rawValue, replay.calibration(of: .score, $0, engine: engine))
        } + [("lines", replay.lineCalibration(of: .score, engine: engine))])
    }
    return result
  }

  /// Checks that there is something to learn from and to score.
  ///
  /// - Throws: `PipelineError.tooSmall` if there is not.
  func checkSize() throws {
    guard partSizes().learn > 0, replay.requestCount(of: .score) > 0 else {
      if options.usesTyped, replay.typedCount(of: .score) == 0 { throw PipelineError.nothingTyped }
      throw PipelineError.tooSmall(observations: log.observations.count)
    }
  }

  /// The part of the log from which the index is learned.
  func learningSet() -> TrainingSet {
    TrainingSet(log, profile: options.profile, split: split, parts: [.learn])
  }

  /// The content of an index of `set`, without a ranker, and an engine on it that ranks by the
  /// index alone.
  func learn(from set: TrainingSet) throws -> (content: IndexContent, engine: CompletionEngine) {
    let progress = progress
    let builder = IndexBuilder(settings: options.settings) { progress($0.rawValue, $1) }
    var content = try builder.build(set)
    content.provenance = try provenance(rankerRequests: 0)
    let index = try LabelIndex(bytes: IndexWriter.serialize(content))
    return (content, try CompletionEngine(index: index, weights: RankerFeature.indexOnly))
  }

  func partSizes() -> PartSizes {
    var sizes = PartSizes()
    for i in log.observations.indices {
      sizes.learn += Int(split.count(i, in: .learn))
      sizes.fit += Int(split.count(i, in: .fit))
      sizes.score += Int(split.count(i, in: .score))
    }
    return sizes
  }

  /// Checks that other systems were measured on these requests.
  private func checkExternal() throws {
    if options.external.isEmpty { return }
    let digest = RequestExport.digest(RequestExport.requests(.score, replay))
    let count = replay.requestCount(of: .score)
    for system in options.external { try system.check(digest: digest, count: count) }
  }

  private func provenance(rankerRequests: Int) throws -> String {
    let last = log.observations.indices.last { split.count($0, in: .learn) > 0 }
    return try IndexPipeline.json(
      Provenance(
        program: IndexPipeline.program, logs: options.logNames, now: log.report.now,
        observations: partSizes().learn, lastTime: last.map { log.observations[$0].time } ?? 0,
        rankerRequests: rankerRequests, seed: options.settings.seed,
        settings: options.settings.recorded))
  }

  /// An engine like `raw` with a ranker fitted on the replay's fit part.
  func fitted(_ raw: CompletionEngine) -> FittedRanker {
    progress("fit", 0)
    return RankerFit.fit(raw, on: .fit, of: replay, fewest: 1)
      ?? FittedRanker(engine: raw, requests: 0)
  }

  /// The answers of the options' systems to the requests of `part`.
  func score(
    _ engine: CompletionEngine, learnedFrom set: TrainingSet, part: LogSplit.Part = .score
  ) -> ReplayScores {
    let counts = options.systems.contains(where: \.isSimple) ? baselines(set) : nil
    let overlay = replay.overlay(of: engine.index)
    let runners = options.systems.map {
      SystemRunner(
        $0, engine: engine, baselines: counts, overlay: $0 == .full ? overlay : nil,
        beam: options.beam, corrects: options.corrects)
    }
    let uncorrected =
      options.typos > 0 && options.corrects
      ? SystemRunner(
        .full, engine: engine, baselines: nil, overlay: overlay, beam: options.beam,
        corrects: false) : nil
    let view = engine.index.view
    return replay.scores(
      of: part, runners: runners, baselines: counts, keys: options.keys, uncorrected: uncorrected,
      isSeen: { query in query.withUnsafeBufferPointer { view.label(of: $0) != nil } },
      progress: { progress("score", $0) })
  }

  /// The counts of the simple systems. They also learn the examples of `set` beyond the
  /// observations.
  private func baselines(_ set: TrainingSet) -> Baselines {
    let baselines = Baselines(
      log, split: split, halfLife: options.settings.halfLife)
    let observed = log.observations.indices.lazy.filter { split.count($0, in: .learn) > 0 }.count
    for example in set.examples.dropFirst(observed) {
      baselines.record(
        Observation(
          query: example.query, previous: example.previous, session: 0, user: 0, time: 0,
          count: example.count), times: example.count)
    }
    return baselines
  }
}
