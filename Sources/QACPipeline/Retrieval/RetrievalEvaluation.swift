// Scores how well items are found for queries that were not learned.
//
//     P@1         whether the first item is relevant
//     recall@k    the share of the relevant items among the first k
//     MRR         one over the place of the first relevant item among the first 100
//
// All are means over the queries. A query's relevant items are all that it led to. Systems: `full`,
// all arms and the ranker; and `tree`, `lexical` and `neighbours`, each arm by itself.
// Invariant: equal sets, settings and seeds give equal figures; times differ.
// Cost: that of a build and of four retrievals per query.
// Source: docs/retrieval.md.

import QACReplay
import QACRetrieval
import QACText
public import QACTraining

/// Scores retrieval.
public enum RetrievalEvaluation {
  /// What is asked, and with which settings.
  public struct Options: Sendable {
    /// How items are learned.
    public var settings = ItemSettings()
    /// The beam of the tree.
    public var beam = RetrievalOptions.standard.beam
    /// How often queries are drawn for the intervals.
    public var resamples = 1_000
    /// Whether each part is taken out to show what it is worth.
    public var ablates = false
    /// Whether times are measured.
    public var measuresTimes = false

    /// The default options.
    public init() {}
  }

  /// A query that is asked, and the items that it means.
  public struct Question: Sendable, Equatable {
    /// The query's normal form.
    public var query: [UInt8]
    /// Indices of the items of the set that is learned, each once.
    public var relevant: [UInt32]
    /// The normal form of the session's query before, or nothing.
    public var previous: [UInt8]

    /// Makes a question.
    public init(query: [UInt8], relevant: [UInt32], previous: [UInt8] = []) {
      self.query = query
      self.relevant = relevant
      self.previous = previous
    }
  }

  /// What is asked of items that were learned.
  public struct Questions: Sendable, Equatable {
    /// The distinct queries.
    public var queries: [Question]
    /// Queries with the one before, each with an item that it led to after that one; of many, an
    /// even sample.
    public var inContext: [Question] = []
    /// More contexts than this narrow the intervals by little.
    private static let mostContexts = 5_000

    /// Makes questions without context.
    public init(_ queries: [Question]) { self.queries = queries }

    /// The queries of `set` for which `isAsked` is true.
    public init(_ set: ItemSet, where isAsked: (Int) -> Bool = { _ in true }) {
      let offsets = set.pairOffsets
      queries = set.queries.indices.filter(isAsked).map { query in
        Question(
          query: set.queries[query],
          relevant: set.pairs[offsets[query]..<offsets[query + 1]].map(\.item))
      }
      let contexts = set.contexts.filter { isAsked(Int($0.query)) }
      inContext = (0..<min(contexts.count, Self.mostContexts)).map { i in
        let context = contexts[i * contexts.count / min(contexts.count, Self.mostContexts)]
        return Question(
          query: set.queries[Int(context.query)], relevant: [context.item],
          previous: context.previous)
      }
    }
  }

  /// Divides `set`: the queries of one tenth, by a hash, are asked; the others are learned.
  public static func divided(
    _ set: ItemSet, seed: UInt64
  ) -> (learned: ItemSet, questions: Questions) {
    let isAsked = set.queries.map {
      ItemSet.part(of: $0, parts: RetrievalFit.parts, seed: ~seed) == 0
    }
    return (set.filtered { !isAsked[$0] }, Questions(set) { isAsked[$0] })
  }

  /// Learns `set`, and asks `questions`.
  public static func run(
    _ set: ItemSet, questions: Questions, options: Options,
    progress: @Sendable (String, Double) -> Void = { _, _ in }
  ) throws(PipelineError) -> RetrievalReport {
    do {
      let learned = try LearnedItems(set, settings: options.settings, progress: progress)
      progress("items: ask", 0)
      var report = RetrievalReport(
        learned, queries: set.queries.count, questions: questions.queries,
        resamples: options.resamples, seed: options.settings.tree.seed)
      for system in RetrievalReport.System.allCases {
        report.add(ask(learned.engine, questions.queries, system, options), of: system)
      }
      if !questions.inContext.isEmpty {
        report.context = RetrievalContextReport(learned.engine, questions.inContext, options)
      }
      if options.measuresTimes {
        progress("items: times", 0)
        try report.addTimes(learned, set, questions.queries, options)
      }
      if options.ablates {
        report.ablation = try RetrievalAblation(
          set, questions.queries, learned, options, progress: progress)
      }
      return report
    } catch {
      throw PipelineError(error)
    }
  }

  /// Asks `system` all questions.
  static func ask(
    _ engine: RetrievalEngine, _ questions: [Question], _ system: RetrievalReport.System,
    _ options: Options
  ) -> [RetrievalScore] {
    ask(
      engine, questions, system.options(beam: options.beam),
      threads: options.settings.tree.threads)
  }

  /// Asks all questions.
  static func ask(
    _ engine: RetrievalEngine, _ questions: [Question], _ options: RetrievalOptions, threads: Int
  ) -> [RetrievalScore] {
    let pieces = 64
    let parts = Parallel.map(pieces, threads: threads) { piece in
      let scratch = RetrievalScratch(engine: engine)
      return stride(from: piece, to: questions.count, by: pieces).map { i in
        questions[i].query.withUnsafeBufferPointer { query in
          questions[i].previous.withUnsafeBufferPointer {
            engine.retrieve(
              query: query, limit: 100, previous: $0, options: options, scratch: scratch)
          }
        }
        return (
          i,
          RetrievalScore(
            found: (0..<scratch.count).compactMap { scratch.item($0) },
            relevant: questions[i].relevant)
        )
      }
    }
    return parts.flatMap { $0 }.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
