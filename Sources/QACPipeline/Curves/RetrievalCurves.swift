// How retrieval changes with the beam of the tree and with the threshold below which its weights
// are dropped: quality, time and size over the grid of both.
//
// Like the curves of a log they are one JSON object (`qac-index curves measure --items --out`), so
// that several sets can be drawn together. docs/retrieval.md shows them.

import Foundation
import QACBinary
import QACReplay
import QACRetrieval
public import QACTraining

/// The grid of one set of items.
public struct RetrievalCurves: Codable, Sendable {
  /// The settings that vary.
  public enum Setting: String, CaseIterable, Sendable {
    /// The most nodes that are expanded on each level of the tree; 0 stands for all.
    case beam
    /// Weights of smaller magnitude are dropped.
    case threshold

    /// The values that are tried if none are named.
    public var values: [Double] {
      switch self {
      case .beam: [1, 2, 5, 10, 20, 50, 100]
      case .threshold: [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5]
      }
    }

    /// Whether `value` is one that it may have.
    public func allows(_ value: Double) -> Bool {
      switch self {
      case .beam: value == value.rounded() && (0...1e6).contains(value)
      case .threshold: (0...10).contains(value)
      }
    }
  }

  /// The figures of one beam and one threshold.
  public struct Point: Codable, Sendable {
    /// The beam; 0 for all nodes.
    public var beam: Int
    /// The threshold.
    public var threshold: Double
    /// The tree alone.
    public var tree: RetrievalReport.Figures
    /// All arms and the ranker.
    public var full: RetrievalReport.Figures
    /// Times of the tree alone.
    public var treeMilliseconds: RetrievalCost.Milliseconds
    /// Times of all arms and the ranker.
    public var fullMilliseconds: RetrievalCost.Milliseconds
    /// The bytes of the tree.
    public var treeBytes: Int
    /// The bytes of all that the index has for items.
    public var itemBytes: Int
  }

  /// What the set is called.
  public var name: String
  /// The seed of everything random.
  public var seed: UInt64
  /// The number of items.
  public var items: Int
  /// The number of queries that were learned.
  public var learned: Int
  /// The number of queries that were asked.
  public var questions: Int
  /// The points, by threshold and then by beam.
  public var points: [Point] = []

  /// Reads curves from JSON.
  ///
  /// - Throws: `PipelineError.malformedCurves`.
  public init(reading path: String) throws(PipelineError) {
    do {
      let data = Data(try RegularFile.contents(path))
      self = try JSONDecoder().decode(RetrievalCurves.self, from: data)
    } catch {
      throw .malformedCurves(path: path)
    }
  }

  /// Measures the grid. The ranker is fitted once per threshold, with the beam that is served.
  ///
  /// - Parameters:
  ///   - set: What is learned.
  ///   - questions: What is asked.
  ///   - name: What the set is called.
  ///   - options: The settings to start from.
  ///   - beams: The beams; 0 for all nodes.
  ///   - thresholds: The thresholds.
  ///   - progress: Called with a phase and the share done, 0 to 1.
  /// - Throws: `PipelineError`.
  public init(
    _ set: ItemSet, questions: RetrievalEvaluation.Questions, name: String,
    options: RetrievalEvaluation.Options, beams: [Double], thresholds: [Double],
    progress: (String, Double) -> Void = { _, _ in }
  ) throws(PipelineError) {
    self.name = name
    seed = options.settings.tree.seed
    items = set.items.count
    learned = set.queries.count
    self.questions = questions.queries.count
    let bootstrap = Bootstrap(
      clusters: questions.queries.indices.map { UInt32($0) }, resamples: options.resamples,
      seed: seed)
    let thresholds = Set(thresholds).sorted()
    for (i, threshold) in thresholds.enumerated() {
      progress("thresholds", Double(i) / Double(thresholds.count))
      var own = options
      own.settings.tree.threshold = Float(threshold)
      let learned: LearnedItems
      do {
        learned = try LearnedItems(set, settings: own.settings)
      } catch {
        throw PipelineError(error)
      }
      for beam in Self.ordered(beams) {
        own.beam = beam == 0 ? Int.max : Int(beam)
        func figures(_ system: RetrievalReport.System) -> RetrievalReport.Figures {
          RetrievalReport.Figures(
            RetrievalEvaluation.ask(learned.engine, questions.queries, system, own), bootstrap)
        }
        func times(_ system: RetrievalReport.System) -> RetrievalCost.Milliseconds {
          RetrievalCost.times(learned.engine, questions.queries, system.options(beam: own.beam))
        }
        points.append(
          Point(
            beam: Int(beam), threshold: threshold, tree: figures(.tree), full: figures(.full),
            treeMilliseconds: times(.tree), fullMilliseconds: times(.full),
            treeBytes: learned.treeBytes, itemBytes: learned.itemBytes))
      }
    }
  }

  /// `beams` without repetition, ascending; all nodes count as the widest.
  private static func ordered(_ beams: [Double]) -> [Double] {
    let distinct = Set(beams).sorted()
    return distinct.filter { $0 != 0 } + distinct.filter { $0 == 0 }
  }

  /// The curves as a JSON object with sorted keys.
  public func json() throws -> String {
    String(decoding: try PipelineJSON.encode(self).dropLast(), as: UTF8.self)
  }

  /// The curves as a table.
  public var table: String {
    let head =
      "\(name), seed \(seed): \(items) items learned from \(learned) queries, \(questions) asked.\n"
      + "Milliseconds are of processor time, the search alone."
    return head + "\n\n"
      + ReportTable.align(
        [
          [
            "threshold", "beam", "tree P@1", "recall@10", "ms p50", "p99", "bytes", "full P@1",
            "recall@10", "ms p50", "p99",
          ]
        ]
          + points.map { point in
            [
              "\(point.threshold)", Self.label(beam: point.beam),
              ReportTable.short(point.tree.p1), ReportTable.short(point.tree.recall10),
              ReportTable.short(point.treeMilliseconds.search.p50),
              ReportTable.short(point.treeMilliseconds.search.p99), "\(point.treeBytes)",
              ReportTable.short(point.full.p1), ReportTable.short(point.full.recall10),
              ReportTable.short(point.fullMilliseconds.search.p50),
              ReportTable.short(point.fullMilliseconds.search.p99),
            ]
          })
  }

  /// `beam` in words.
  static func label(beam: Int) -> String { beam == 0 ? "all" : "\(beam)" }
}
