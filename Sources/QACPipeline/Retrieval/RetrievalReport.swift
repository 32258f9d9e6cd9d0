// The figures of retrieval, as they go into JSON; RetrievalReport+Table.swift shows them as tables.

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

    /// How it is asked.
    func options(beam: Int) -> RetrievalOptions {
      guard let arm else { return RetrievalOptions(beam: beam) }
      return RetrievalOptions(arms: [arm], beam: beam, rankedBy: arm)
    }
  }

  /// Means over queries, with their 95 % intervals.
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
    /// The interval of `p1`.
    public var p1Interval: Interval?
    /// The interval of `recall10`.
    public var recall10Interval: Interval?
    /// The interval of `recall100`.
    public var recall100Interval: Interval?

    /// The means of those of `scores` for which `isCounted` is true.
    init(
      _ scores: [RetrievalScore], _ bootstrap: Bootstrap,
      where isCounted: (Int) -> Bool = { _ in true }
    ) {
      let counted = scores.indices.filter(isCounted)
      queries = counted.count
      let n = Double(max(1, queries))
      for i in counted {
        p1 += scores[i].p1 / n
        recall10 += scores[i].recall10 / n
        recall100 += scores[i].recall100 / n
        mrr += scores[i].reciprocalRank / n
      }
      func interval(_ value: (RetrievalScore) -> Double) -> Interval? {
        bootstrap.interval(of: scores.map(value), where: isCounted)
      }
      p1Interval = interval(\.p1)
      recall10Interval = interval(\.recall10)
      recall100Interval = interval(\.recall100)
    }
  }

  /// The figures of one system.
  public struct SystemFigures: Sendable, Codable {
    /// Over all queries.
    public var all: Figures
    /// The same by whether one of the relevant items has examples: `seen` and `new`; and by the
    /// number of examples of the relevant item that has most.
    public var classes: [String: Figures]
    /// What it costs, if that was measured.
    public var cost: RetrievalCost?

    /// The figures over all queries stand beside the classes, not below a key of their own.
    private enum CodingKeys: String, CodingKey { case classes }

    init(all: Figures, classes: [String: Figures]) {
      self.all = all
      self.classes = classes
    }

    /// Reads the figures.
    public init(from decoder: any Decoder) throws {
      all = try Figures(from: decoder)
      classes = try decoder.container(keyedBy: CodingKeys.self).decode(
        [String: Figures].self, forKey: .classes)
      cost = try? RetrievalCost(from: decoder)
    }

    /// Writes the figures.
    public func encode(to encoder: any Encoder) throws {
      try all.encode(to: encoder)
      try cost?.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(classes, forKey: .classes)
    }
  }

  /// The number of items.
  public let items: Int
  /// The number of queries that were learned.
  public let learnedQueries: Int
  /// The bytes of the tree.
  public let treeBytes: Int
  /// The bytes of all that the index has for items.
  public let itemBytes: Int
  /// The figures by name of the system.
  public var systems: [String: SystemFigures] = [:]
  /// What the session's previous query is worth; nil if the examples do not tell it.
  public var context: RetrievalContextReport?
  /// What each part is worth, if that was asked for.
  public var ablation: RetrievalAblation?
  /// The ranker's weights by name.
  public let ranker: [String: Double]

  /// The classes of each question, and how questions are drawn; not a part of the JSON.
  private var names: [[String]] = []
  private var bootstrap = Bootstrap(clusters: [], seed: 0)

  private enum CodingKeys: String, CodingKey {
    case items, learnedQueries, treeBytes, itemBytes, systems, context, ablation, ranker
  }

  init(
    _ learned: LearnedItems, queries: Int, questions: [RetrievalEvaluation.Question],
    resamples: Int, seed: UInt64
  ) {
    items = learned.engine.itemCount
    learnedQueries = queries
    treeBytes = learned.treeBytes
    itemBytes = learned.itemBytes
    ranker = Dictionary(
      uniqueKeysWithValues: zip(RetrievalFeature.allCases, learned.engine.weights).map {
        ("\($0.name)", $1)
      })
    names = questions.map { question in
      let most = question.relevant.reduce(Float(0)) { max($0, learned.uses[Int($1)]) }
      return [most == 0 ? "new" : "seen", Self.useClass(most)]
    }
    bootstrap = Bootstrap(
      clusters: questions.indices.map { UInt32($0) }, resamples: resamples, seed: seed)
  }

  /// The classes by number of examples, in order.
  static let useClasses = ["0", "1-4", "5-19", "20+"]

  private static func useClass(_ uses: Float) -> String {
    uses < 1 ? "0" : uses < 5 ? "1-4" : uses < 20 ? "5-19" : "20+"
  }

  /// Adds what `system` found, a score per question.
  mutating func add(_ scores: [RetrievalScore], of system: System) {
    var classes: [String: Figures] = [:]
    for name in Set(names.flatMap { $0 }) {
      classes[name] = Figures(scores, bootstrap) { names[$0].contains(name) }
    }
    systems[system.rawValue] = SystemFigures(all: Figures(scores, bootstrap), classes: classes)
  }

  /// The report as one JSON object.
  public func json() throws -> String {
    String(decoding: try PipelineJSON.encode(self).dropLast(), as: UTF8.self)
  }
}
