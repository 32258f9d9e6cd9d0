// What an evaluation found, before it is told.

public import QACReplay

/// Observations in each part of a log.
public struct PartSizes: Sendable, Equatable {
  /// To learn from.
  public var learn = 0
  /// To fit the ranker on.
  public var fit = 0
  /// To score.
  public var score = 0
}

/// A difference of two means over the same requests, with its 95 % interval.
public struct Difference: Sendable, Equatable {
  /// The difference.
  public var mean: Double
  /// Where it lies.
  public var interval: Interval
}

/// The figures of one system.
public struct SystemResult: Sendable {
  /// Its name.
  public var name: String
  /// Its figures.
  public var metrics: SystemMetrics
  /// Whether the texts of its suggestions are known and not their ranks alone.
  public var knowsTexts = true
  /// The 95 % interval of its MRR@10.
  public var interval: Interval?
  /// The same by class of prefix length.
  public var byPrefixLength: [String: Interval] = [:]
  /// What `full` has more in MRR@10.
  public var advantage: Difference?
}

/// What is lost in MRR@10 without a part of the full system.
public struct AblationRow: Sendable, Equatable {
  /// The source or feature that was taken out.
  public var name: String
  /// MRR@10 without it.
  public var mrr10: Double
  /// What the whole has more.
  public var loss: Difference
}

/// What taking out each part did, greatest loss first.
public struct AblationResult: Sendable {
  /// MRR@10 of the whole, as it is re-ranked for the features.
  public var mrr10 = 0.0
  /// Without each source, the ranker fitted anew.
  public var sources: [AblationRow] = []
  /// Without each feature, the ranker fitted anew.
  public var features: [AblationRow] = []
}

/// How confidence intervals were found.
public struct ResamplingResult: Sendable, Equatable {
  /// What is drawn: `user`, `session` or `line` of the log.
  public var unit = ""
  /// How many there are.
  public var clusters = 0
  /// How often they are drawn.
  public var resamples = 0
}

/// What an evaluation found.
public struct EvaluationResult: Sendable {
  /// The figures of each system asked.
  public var systems: [SystemResult] = []
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
  /// Requests that were asked.
  public var requests = 0
  /// Of these, requests that were typed key by key.
  public var keyedRequests = 0
  /// How intervals were found.
  public var resampling = ResamplingResult()
  /// The content of the index file with its ranker, where it was to be kept.
  public var index: [UInt8]?
  /// What each part of the full system is worth; nil where it was not asked for.
  public var ablation: AblationResult?
  /// The calibration of the index and of the full system, where it was asked for.
  public var calibration: CalibrationReport?
}
