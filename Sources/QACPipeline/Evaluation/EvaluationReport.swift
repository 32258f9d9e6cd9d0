// An evaluation's result as one JSON object; docs/evaluation.md lists its keys.

import Foundation
public import QACReplay
import QACTraining

/// The figures of an evaluation, in the shape of `qac-index evaluate --json`.
public struct EvaluationReport: Codable, Sendable, Equatable {
  /// The figures of a set of requests.
  public struct Figures: Codable, Sendable, Equatable {
    /// Mean reciprocal rank among the first ten.
    public var mrr10: Double
    /// The 95 % interval of `mrr10`, if it was computed.
    public var interval: Interval?
    /// The share of requests whose query came first.
    public var success1: Double
    /// The share of requests whose query was among the first three.
    public var success3: Double
    /// The share of requests whose query was among the first ten.
    public var success10: Double
    /// The mean of the suggestions' BLEU weighted by reciprocal rank, if their texts are known.
    public var bleuRR: Double?
    /// The number of requests.
    public var requests: Int
    /// The number of requests without any suggestion.
    public var empty: Int

    init(_ tally: Tally, knowsTexts: Bool, interval: Interval? = nil) {
      mrr10 = tally.mrr10
      self.interval = interval
      (success1, success3, success10) = tally.success
      bleuRR = knowsTexts ? tally.bleuRR : nil
      requests = tally.requests
      empty = tally.empty
    }
  }

  /// What suggestions save a person who types queries key by key and looks at the first few of
  /// them.
  public struct Typing: Codable, Sendable, Equatable {
    /// The share of all keys that need not be pressed.
    public var keystrokesSaved: Double
    /// The mean share of a query that need not be typed, if picking costs nothing.
    public var eSaved: Double
    /// The share of queries that are picked before they are typed in full.
    public var pSaved: Double
    /// The share of queries that are shown at some prefix.
    public var shown: Double
    /// The mean length in characters of the shortest prefix at which a query is shown, over the
    /// queries that are shown at all.
    public var shortestPrefix: Double
    /// The mean recoverable length in characters.
    public var recoverableLength: Double

    init(_ depth: KeyTally.Depth) {
      keystrokesSaved = depth.keystrokesSaved
      eSaved = depth.eSaved
      pSaved = depth.pSaved
      shown = depth.share
      shortestPrefix = depth.shortestPrefix
      recoverableLength = depth.recoverableLength
    }
  }

  /// A difference of MRR@10 over the same requests.
  public struct Gain: Codable, Sendable, Equatable {
    /// The difference.
    public var mrr10: Double
    /// Its 95 % interval.
    public var interval: Interval

    init(_ difference: Difference) {
      mrr10 = difference.mean
      interval = difference.interval
    }
  }

  /// The figures of one system, overall and by kind of request.
  public struct System: Codable, Sendable, Equatable {
    /// The mean reciprocal rank among the first ten, over all requests.
    public var mrr10: Double
    /// The figures over all requests.
    public var overall: Figures
    /// By the length of the prefix in scalars (`RequestKind.lengthClasses`); class 0 is of the
    /// requests that are typed key by key.
    public var byPrefixLength: [String: Figures]
    /// With and without a previous query.
    public var byContext: [String: Figures]
    /// Of queries that are labels of the index, and of others.
    public var bySeen: [String: Figures]
    /// Of queries that are first in their session, and of later ones.
    public var bySession: [String: Figures]
    /// Of queries that the same session or user submitted before (own), and of others (new).
    public var byHistory: [String: Figures]
    /// Typed key by key, looking at the first suggestions: top1, top3 and top10
    /// (`KeyTally.depths`).
    public var keys: [String: Typing]?
    /// Of queries that are not labels, by what was still to come (`EndingKind`).
    public var byEnding: [String: Ending]?
    /// What people see of the lists, if their texts are known.
    public var seen: Seen?
    /// By how much the system `full` is better.
    public var fullGains: Gain?

    init(_ result: SystemResult) {
      let metrics = result.metrics
      let knowsTexts = result.knowsTexts
      // Classes without a request are there too, so that keys do not come and go.
      func figures(_ names: [String], _ tallies: [String: Tally]) -> [String: Figures] {
        Dictionary(
          names.map { ($0, Figures(tallies[$0] ?? Tally(), knowsTexts: knowsTexts)) },
          uniquingKeysWith: { $1 })
      }
      mrr10 = metrics.overall.mrr10
      overall = Figures(metrics.overall, knowsTexts: knowsTexts, interval: result.interval)
      byPrefixLength = figures(RequestKind.lengthClasses, metrics.byPrefixLength)
      for (name, interval) in result.byPrefixLength { byPrefixLength[name]?.interval = interval }
      byContext = figures(["with", "without"], metrics.byContext)
      bySeen = figures(["seen", "unseen"], metrics.bySeen)
      bySession = figures(["first", "later"], metrics.bySession)
      byHistory = figures(["own", "new"], metrics.byHistory)
      if metrics.keys.requests > 0 {
        keys = Dictionary(
          zip(KeyTally.depths, metrics.keys.byDepth).map { ("top\($0)", Typing($1)) },
          uniquingKeysWith: { $1 })
      }
      seen = knowsTexts ? Seen(result) : nil
      let unseen = metrics.byEnding.values.reduce(0) { $0 + $1.requests }
      if unseen > 0 {
        byEnding = Dictionary(
          EndingKind.allCases.map { kind in
            (
              kind.rawValue,
              Ending(
                metrics.byEnding[kind] ?? Tally(), metrics.seenByEnding[kind], of: unseen)
            )
          }, uniquingKeysWith: { $1 })
      }
      fullGains = result.advantage.map(Gain.init)
    }
  }

  /// What errors of one kind take from the full system, over the prefixes that have one.
  public struct MistypedFigures: Codable, Sendable, Equatable {
    /// MRR@10 of the prefixes without their errors.
    public var right: Double
    /// MRR@10 with the errors, without corrections.
    public var uncorrected: Double
    /// MRR@10 with the errors, with corrections.
    public var corrected: Double
    /// The share of what the errors take that corrections bring back; nil if they take nothing.
    public var back: Double?
    /// The number of prefixes.
    public var requests: Int

    init(_ tally: TypingErrorTally) {
      (right, uncorrected, corrected) = (tally.right, tally.uncorrected, tally.corrected)
      back = tally.back
      requests = tally.requests
    }
  }

  /// The full system without a part of it.
  public struct Ablated: Codable, Sendable, Equatable {
    /// The source or feature that was taken out.
    public var without: String
    /// The mean reciprocal rank among the first ten.
    public var mrr10: Double
    /// By how much the whole is better.
    public var loss: Gain

    init(_ row: AblationRow) {
      without = row.name
      mrr10 = row.mrr10
      loss = Gain(row.loss)
    }
  }

  /// The full system without each of its parts, greatest loss first.
  public struct Ablation: Codable, Sendable, Equatable {
    /// MRR@10 of the whole, measured in the same way.
    public var mrr10: Double
    /// Without each source.
    public var sources: [Ablated]
    /// Without each ranker feature.
    public var features: [Ablated]
  }

  /// How far the probabilities of first suggestions can be trusted.
  public struct Reliability: Codable, Sendable, Equatable {
    /// A tenth of the predictions.
    public struct Decile: Codable, Sendable, Equatable {
      /// The mean predicted probability.
      public var predicted: Double
      /// The share of first suggestions that were submitted.
      public var observed: Double
      /// The number of requests.
      public var requests: Int
    }

    /// The expected calibration error, 0 to 1.
    public var error: Double
    /// By predicted probability, ascending.
    public var deciles: [Decile]

    init(_ calibration: Calibration) {
      error = calibration.error
      deciles = calibration.bins.map {
        Decile(predicted: $0.predicted, observed: $0.observed, requests: $0.requests)
      }
    }
  }

  /// How often labels of two words and more are found by their words, with half of the last one.
  public struct AnyOrderShares: Codable, Sendable, Equatable {
    /// The number of labels that were asked for.
    public var requests: Int
    /// The share among the first ten, asked from the second word on.
    public var fromSecondWord: Double
    /// The same with the words in reverse order.
    public var reversed: Double

    init(_ counts: AnyOrder) {
      requests = counts.requests
      fromSecondWord = Double(counts.fromSecondWord) / Double(max(1, counts.requests))
      reversed = Double(counts.reversed) / Double(max(1, counts.requests))
    }
  }

  /// How confidence intervals were computed.
  public struct Resampling: Codable, Sendable, Equatable {
    /// What was drawn.
    public var unit: ResamplingUnit
    /// How many of them there are.
    public var clusters: Int
    /// How often they were drawn.
    public var resamples: Int
  }

  /// `offline` or `replay`.
  public var `protocol`: String
  /// `time` or `hash`.
  public var split: String
  /// Seed of split, prefixes, training and resampling.
  public var seed: UInt64
  /// The share of scored prefixes with a typing error.
  public var typos: Double
  /// The settings of the index by name.
  public var settings: [String: Double]
  /// The number of labels of the index.
  public var labels: Int
  /// The bytes of the index file.
  public var indexBytes: Int
  /// The number of observations by part: learn, fit, score.
  public var observations: [String: Int]
  /// The number of requests.
  public var requests: Int
  /// The number of those that were typed key by key.
  public var keyedRequests: Int
  /// How intervals were computed.
  public var resampling: Resampling
  /// The fitted ranker's weights by feature.
  public var ranker: [String: Double]
  /// The systems by name.
  public var systems: [String: System]
  /// The systems' names in the order in which they are shown.
  public var order: [String]
  /// How often labels are found by their words, if there is one to ask for.
  public var anyOrder: AnyOrderShares?
  /// What typing errors take from the full system, by kind (`TypingError`) and over `all`, if
  /// there are any and they are corrected.
  public var errors: [String: MistypedFigures]?
  /// What each part of the full system is worth, if that was measured.
  public var ablation: Ablation?
  /// The calibration of the systems that predict, by name, if that was measured.
  public var calibration: [String: Reliability]?

  /// Makes the report of `result`.
  public init(_ result: EvaluationResult, options: EvaluationOptions) {
    `protocol` = options.rule.rawValue
    split = result.split.rawValue
    seed = options.seed
    typos = options.typos
    settings = options.settings.recorded
    labels = result.labels
    indexBytes = result.indexBytes
    observations = [
      "learn": result.observations.learn, "fit": result.observations.fit,
      "score": result.observations.score,
    ]
    requests = result.requests
    keyedRequests = result.keyedRequests
    resampling = Resampling(
      unit: result.resampling.unit, clusters: result.resampling.clusters,
      resamples: result.resampling.resamples)
    ranker = Dictionary(
      result.rankerWeights.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    systems = Dictionary(
      result.systems.map { ($0.name, System($0)) }, uniquingKeysWith: { $1 })
    order = result.systems.map(\.name)
    anyOrder = result.anyOrder.map(AnyOrderShares.init)
    if result.errors.all.requests > 0 {
      var figures = ["all": MistypedFigures(result.errors.all)]
      for (kind, tally) in result.errors.byKind {
        figures[kind.rawValue] = MistypedFigures(tally)
      }
      errors = figures
    }
    ablation = result.ablation.map { ablation in
      Ablation(
        mrr10: ablation.mrr10, sources: ablation.sources.map(Ablated.init),
        features: ablation.features.map(Ablated.init))
    }
    calibration = result.calibration.map { report in
      Dictionary(
        report.systems.map { ($0.name, Reliability($0.calibration)) }, uniquingKeysWith: { $1 })
    }
  }

  /// The report as a JSON object with sorted keys.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
