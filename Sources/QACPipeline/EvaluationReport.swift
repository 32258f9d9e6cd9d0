// An evaluation's result as one JSON object and as a table.

import Foundation
import QACReplay

/// The figures of an evaluation, in the shape of `qac-index evaluate --json`.
public struct EvaluationReport: Codable, Sendable, Equatable {
  /// The figures of a set of requests.
  public struct Figures: Codable, Sendable, Equatable {
    /// Mean reciprocal rank among the first ten.
    public var mrr10: Double
    /// Share of requests whose query came first.
    public var success1: Double
    /// Share of requests whose query was among three.
    public var success3: Double
    /// Share of requests whose query was among ten.
    public var success10: Double
    /// Requests.
    public var requests: Int
    /// Requests without any suggestion.
    public var empty: Int

    init(_ tally: Tally) {
      mrr10 = tally.mrr10
      (success1, success3, success10) = tally.success
      requests = tally.requests
      empty = tally.empty
    }
  }

  /// The figures of one system, overall and by kind of request.
  public struct System: Codable, Sendable, Equatable {
    /// Mean reciprocal rank among the first ten, over all requests.
    public var mrr10: Double
    /// Over all requests.
    public var overall: Figures
    /// By scalars of the prefix: 1, 2, 3, 4-6, 7+.
    public var byPrefixLength: [String: Figures]
    /// With and without a previous query.
    public var byContext: [String: Figures]
    /// Queries that the index has as labels, and others.
    public var bySeen: [String: Figures]

    init(_ metrics: SystemMetrics) {
      mrr10 = metrics.overall.mrr10
      overall = Figures(metrics.overall)
      byPrefixLength = metrics.byPrefixLength.mapValues(Figures.init)
      byContext = metrics.byContext.mapValues(Figures.init)
      bySeen = metrics.bySeen.mapValues(Figures.init)
    }
  }

  /// `offline` or `replay`.
  public var `protocol`: String
  /// `time` or `hash`.
  public var split: String
  /// Seed of split, prefixes and training.
  public var seed: UInt64
  /// The settings of the index by name.
  public var settings: [String: Double]
  /// Labels of the index.
  public var labels: Int
  /// Bytes of the index file.
  public var indexBytes: Int
  /// Observations by part: learn, fit, score.
  public var observations: [String: Int]
  /// The fitted ranker's weights by feature.
  public var ranker: [String: Double]
  /// The systems by name.
  public var systems: [String: System]

  /// Makes the report of `result`.
  public init(_ result: EvaluationResult, options: EvaluationOptions) {
    `protocol` = options.rule.rawValue
    split = result.split.rawValue
    seed = options.seed
    settings = options.settings.named
    labels = result.labels
    indexBytes = result.indexBytes
    observations = [
      "learn": result.observations.learn, "fit": result.observations.fit,
      "score": result.observations.score,
    ]
    ranker = Dictionary(
      result.rankerWeights.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    systems = Dictionary(
      result.systems.map { ($0.system.rawValue, System($0.metrics)) }, uniquingKeysWith: { $1 })
  }

  /// The report as a JSON object with sorted keys.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The report as a table for terminals.
  public var table: String {
    let lengths = ["1", "2", "3", "4-6", "7+"]
    var rows = [
      ["system", "MRR@10", "top 1", "top 3", "top 10", "empty"] + lengths
        + ["context", "none", "seen"]
    ]
    for system in CompletionSystem.allCases {
      guard let figures = systems[system.rawValue] else { continue }
      let overall = figures.overall
      rows.append(
        [system.rawValue, Self.fixed(overall.mrr10)]
          + [overall.success1, overall.success3, overall.success10].map(Self.percent)
          + [Self.percent(Double(overall.empty) / Double(max(1, overall.requests)))]
          + lengths.map { Self.fixed(figures.byPrefixLength[$0]?.mrr10) }
          + ["with", "without"].map { Self.fixed(figures.byContext[$0]?.mrr10) }
          + [Self.fixed(figures.bySeen["seen"]?.mrr10)])
    }
    let requests = systems.values.first?.overall.requests ?? 0
    let head =
      "\(`protocol`), split by \(split), seed \(seed): learned from "
      + "\(observations["learn"] ?? 0) queries (\(labels) labels, \(indexBytes) bytes), ranker "
      + "fitted on \(observations["fit"] ?? 0), scored on \(requests) requests.\n"
      + "MRR@10 overall, then by characters typed, by previous query, and of queries seen before.\n\n"
    return head + Self.align(rows)
  }

  private static func fixed(_ value: Double?) -> String {
    value.map { String(format: "%.4f", $0) } ?? "-"
  }

  private static func percent(_ value: Double) -> String {
    String(format: "%.1f%%", value * 100)
  }

  private static func align(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let pad = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + pad : pad + cell
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
