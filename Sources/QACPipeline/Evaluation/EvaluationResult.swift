// What an evaluation found; `EvaluationReport` is made from it.

public import QACReplay

/// The number of observations in each part of a log.
public struct PartSizes: Sendable, Equatable {
  /// Those to learn from.
  public var learn = 0
  /// Those to fit the ranker on.
  public var fit = 0
  /// Those to score.
  public var score = 0
}

/// A difference of two means over the same requests, with its 95 % interval.
public struct Difference: Sendable, Equatable {
  /// The difference.
  public var mean: Double
  /// Its 95 % interval.
  public var interval: Interval
}

/// The figures of one system.
public struct SystemResult: Sendable {
  /// Its name.
  public var name: String
  /// Its figures.
  public var metrics: SystemMetrics
  /// Whether the texts of its suggestions are known, and not only their ranks.
  public var knowsTexts = true
  /// The 95 % interval of its MRR@10.
  public var interval: Interval?
  /// The 95 % intervals by class of prefix length.
  public var byPrefixLength: [String: Interval] = [:]
  /// The 95 % interval of the share of useful lines, if their texts are known.
  public var usefulInterval: Interval?
  /// The 95 % interval of the share of characters that useful lines save, if their texts are known.
  public var savedInterval: Interval?
  /// By how much `full` is better in MRR@10.
  public var advantage: Difference?
}

/// What is lost in MRR@10 without a part of the full system.
public struct AblationRow: Sendable, Equatable {
  /// The source or feature that was taken out.
  public var name: String
  /// MRR@10 without it.
  public var mrr10: Double
  /// By how much the whole is better.
  public var loss: Difference
}

/// What taking out each part did, greatest loss first.
public struct AblationResult: Sendable {
  /// MRR@10 of the whole, ranked as for the features.
  public var mrr10 = 0.0
  /// Without each source, the ranker fitted anew.
  public var sources: [AblationRow] = []
  /// Without each feature, the ranker fitted anew.
  public var features: [AblationRow] = []
}

/// What is drawn to find how much figures vary.
public enum ResamplingUnit: String, Codable, Sendable {
  /// All requests of a user.
  case user
  /// All requests of a session.
  case session
  /// All requests of a line of the log.
  case line
}

/// How confidence intervals were computed.
public struct ResamplingResult: Sendable, Equatable {
  /// What is drawn.
  public var unit = ResamplingUnit.line
  /// How many there are.
  public var clusters = 0
  /// How often they are drawn.
  public var resamples = 0
}

/// What an evaluation found.
public struct EvaluationResult: Sendable {
  /// The figures of each system asked.
  public var systems: [SystemResult] = []
  /// The number of labels of the index.
  public var labels = 0
  /// The bytes of the index file.
  public var indexBytes = 0
  /// The fitted ranker's weights by feature.
  public var rankerWeights: [(name: String, value: Double)] = []
  /// How the log was divided.
  public var split = SplitRule.time
  /// The sizes of the log's parts.
  public var observations = PartSizes()
  /// The number of requests.
  public var requests = 0
  /// The number of those that were typed key by key.
  public var keyedRequests = 0
  /// How intervals were computed.
  public var resampling = ResamplingResult()
  /// The content of the index file with its ranker; nil if it was not asked for.
  public var index: [UInt8]?
  /// How often labels are found by their words; nil if there is none to ask for.
  public var anyOrder: AnyOrder?
  /// What typing errors take from the full system, and what it brings back.
  public var errors = TypingErrorTallies()
  /// What each part of the full system is worth; nil if it was not asked for.
  public var ablation: AblationResult?
  /// The calibration of the index and of the full system; nil if it was not asked for.
  public var calibration: CalibrationReport?
}
