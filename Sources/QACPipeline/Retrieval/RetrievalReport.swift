// The figures of retrieval, as a table and as JSON.

import Foundation
public import QACReplay
import QACRetrieval

/// How well items are found.
public struct RetrievalReport: Sendable, Codable {
  /// What is asked.
  public enum System: String, CaseIterable, Sendable {
    case full, tree, lexical, neighbours

    /// The arm that ranks alone; nil for all of them with the ranker.
    var arm: RetrievalOptions.Arm? {
      switch self {
      case .full: return nil
      case .tree: return .tree
      case .lexical: return .lexical
      case .neighbours: return .neighbours
      }
    }
  }

  /// Means over queries.
  public struct Figures: Sendable, Codable, Equatable {
    /// The number of queries.
    public var queries = 0
    /// How often the first item is relevant.
    public var p1 = 0.0
    /// The share of the relevant items among the first 10.
    public var recall10 = 0.0
    /// The share of the relevant items among the first 100.
    public var recall100 = 0.0
    /// The mean of one over the place of the first relevant item.
    public var mrr = 0.0

    /// The means of `scores`.
    init(_ scores: some Collection<RetrievalScore>) {
      queries = scores.count
      let n = Double(max(1, queries))
      for score in scores {
        p1 += score.p1 / n
        recall10 += score.recall10 / n
        recall100 += score.recall100 / n
        mrr += score.reciprocalRank / n
      }
    }
  }

  /// The figures of one system.
  public struct SystemFigures: Sendable, Codable {
    /// The number of queries.
    public var queries: Int
    /// How often the first item is relevant.
    public var p1: Double
    /// The interval of `p1`.
    public var p1Interval: Interval?
    /// The share of the relevant items among the first 10.
    public var recall10: Double
    /// The interval of `recall10`.
    public var recall10Interval: Interval?
    /// The share of the relevant items among the first 100.
    public var recall100: Double
    /// The mean of one over the place of the first relevant item.
    public var mrr: Double
    /// The same by whether one of the relevant items has examples: `seen` and `new`; and by the
    /// number of examples of the relevant item that has most.
    public var classes: [String: Figures]
  }

  /// The number of items.
  public let items: Int
  /// The number of queries that were learned.
  public let learnedQueries: Int
  /// The figures by name of the system.
  public private(set) var systems: [String: SystemFigures] = [:]
  /// The ranker's weights by name.
  public let ranker: [String: Double]

  init(items: Int, learnedQueries: Int, ranker: [Double]) {
    self.items = items
    self.learnedQueries = learnedQueries
    self.ranker = Dictionary(
      uniqueKeysWithValues: zip(RetrievalFeature.allCases, ranker).map { ("\($0.name)", $1) })
  }

  /// The classes by number of examples, in order.
  static let useClasses = ["0", "1-4", "5-19", "20+"]

  private static func useClass(_ uses: Float) -> String {
    uses < 1 ? "0" : uses < 5 ? "1-4" : uses < 20 ? "5-19" : "20+"
  }

  mutating func add(
    _ scores: [RetrievalScore], of system: System,
    questions: [RetrievalEvaluation.Question], isNew: [Bool], uses: [Float], resamples: Int,
    seed: UInt64
  ) {
    let all = Figures(scores)
    let bootstrap = Bootstrap(
      clusters: scores.indices.map { UInt32($0) }, resamples: resamples, seed: seed)
    var classes: [String: [RetrievalScore]] = [:]
    for (score, question) in zip(scores, questions) {
      let isSeen = question.relevant.contains { !isNew[Int($0)] }
      classes[isSeen ? "seen" : "new", default: []].append(score)
      let most = question.relevant.reduce(Float(0)) { max($0, uses[Int($1)]) }
      classes[Self.useClass(most), default: []].append(score)
    }
    systems[system.rawValue] = SystemFigures(
      queries: all.queries, p1: all.p1, p1Interval: bootstrap.interval(of: scores.map(\.p1)),
      recall10: all.recall10, recall10Interval: bootstrap.interval(of: scores.map(\.recall10)),
      recall100: all.recall100, mrr: all.mrr, classes: classes.mapValues { Figures($0) })
  }

  /// The report as one JSON object.
  public func json() throws -> String {
    String(decoding: try PipelineJSON.encode(self).dropLast(), as: UTF8.self)
  }

  /// The report for a terminal.
  public var table: String {
    var rows = [["system", "queries", "P@1", "95 %", "recall@10", "recall@100", "MRR"]]
    var classes = [["full, by examples of the item", "queries", "P@1", "recall@10", "recall@100"]]
    for system in System.allCases {
      guard let figures = systems[system.rawValue] else { continue }
      let interval = figures.p1Interval.map { String(format: "%.3f to %.3f", $0.low, $0.high) }
      rows.append([
        system.rawValue, "\(figures.queries)", Self.fixed(figures.p1), interval ?? "-",
        Self.fixed(figures.recall10), Self.fixed(figures.recall100), Self.fixed(figures.mrr),
      ])
      if system != .full { continue }
      for name in ["seen", "new"] + Self.useClasses {
        guard let own = figures.classes[name] else { continue }
        classes.append([
          name, "\(own.queries)", Self.fixed(own.p1), Self.fixed(own.recall10),
          Self.fixed(own.recall100),
        ])
      }
    }
    return "\(items) items, \(learnedQueries) queries learned\n\n" + ReportTable.align(rows)
      + "\n\n" + ReportTable.align(classes)
  }

  private static func fixed(_ value: Double) -> String { String(format: "%.3f", value) }
}
