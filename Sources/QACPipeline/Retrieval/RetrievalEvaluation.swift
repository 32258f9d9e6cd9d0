// Scores how well items are found for queries that were not learned.
//
//     P@1         whether the first item is relevant
//     recall@k    the share of the relevant items among the first k
//     MRR         one over the place of the first relevant item among the first 100
//
// All are means over the queries. A query's relevant items are all that it led to. Systems: `full`,
// all arms and the ranker; and `tree`, `lexical` and `neighbours`, each arm by itself.
// Invariant: equal sets, settings and seeds give equal figures.
// Cost: that of a build and of four retrievals per query.
// Source: docs/retrieval.md.

import QACIndex
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

    /// The default options.
    public init() {}
  }

  /// A query that is asked, and the items that it means.
  public struct Question: Sendable, Equatable {
    /// The query's normal form.
    public var query: [UInt8]
    /// Indices of the items of the set that is learned, each once.
    public var relevant: [UInt32]

    /// Makes a question.
    public init(query: [UInt8], relevant: [UInt32]) {
      self.query = query
      self.relevant = relevant
    }
  }

  /// Divides `set`: the queries of one tenth, by a hash, are asked; the others are learned.
  public static func divided(
    _ set: ItemSet, seed: UInt64
  ) -> (learned: ItemSet, questions: [Question]) {
    let isAsked = set.queries.map {
      ItemSet.part(of: $0, parts: RetrievalFit.parts, seed: ~seed) == 0
    }
    return (set.filtered { !isAsked[$0] }, questions(set) { isAsked[$0] })
  }

  /// The queries of `set` for which `isAsked` is true, as questions.
  public static func questions(
    _ set: ItemSet, where isAsked: (Int) -> Bool = { _ in true }
  ) -> [Question] {
    let offsets = set.pairOffsets
    return set.queries.indices.filter(isAsked).map { query in
      Question(
        query: set.queries[query],
        relevant: set.pairs[offsets[query]..<offsets[query + 1]].map(\.item))
    }
  }

  /// Learns `set`, and asks `questions`.
  public static func run(
    _ set: ItemSet, questions: [Question], options: Options,
    progress: @Sendable (String, Double) -> Void = { _, _ in }
  ) throws(PipelineError) -> RetrievalReport {
    do {
      progress("items: ranker", 0)
      let ranker = try RetrievalFit.ranker(set, settings: options.settings)
      progress("items: tree", 0)
      let content = ItemContentBuilder(set, settings: options.settings).build()
      var engine = try ItemIndex.engine(of: content)
      if let ranker { engine = RetrievalEngine(engine, ranker: ranker) }
      progress("items: ask", 0)
      var report = RetrievalReport(
        items: set.items.count, learnedQueries: set.queries.count, ranker: engine.weights)
      let isNew = content.uses.map { $0 == 0 }
      for system in RetrievalReport.System.allCases {
        var asked = RetrievalOptions(beam: options.beam)
        if let arm = system.arm {
          asked = RetrievalOptions(arms: [arm], beam: options.beam, rankedBy: arm)
        }
        let scores = ask(engine, questions, asked, threads: options.settings.tree.threads)
        report.add(
          scores, of: system, questions: questions, isNew: isNew, uses: content.uses,
          resamples: options.resamples, seed: options.settings.tree.seed)
      }
      return report
    } catch {
      throw PipelineError(error)
    }
  }

  /// Asks all questions.
  private static func ask(
    _ engine: RetrievalEngine, _ questions: [Question], _ options: RetrievalOptions, threads: Int
  ) -> [RetrievalScore] {
    let pieces = 64
    let parts = Parallel.map(pieces, threads: threads) { piece in
      let scratch = RetrievalScratch(engine: engine)
      return stride(from: piece, to: questions.count, by: pieces).map { i in
        questions[i].query.withUnsafeBufferPointer {
          engine.retrieve(query: $0, limit: 100, options: options, scratch: scratch)
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

/// The figures of one question.
public struct RetrievalScore: Sendable, Equatable {
  /// 1 if the first item is relevant, else 0.
  public var p1 = 0.0
  /// The share of the relevant items among the first 10.
  public var recall10 = 0.0
  /// The share of the relevant items among the first 100.
  public var recall100 = 0.0
  /// One over the place of the first relevant item, or 0.
  public var reciprocalRank = 0.0

  /// Compares what was found, best first, with what is relevant, which is not empty.
  public init(found: [UInt32], relevant: [UInt32]) {
    let wanted = Set(relevant)
    for (i, item) in found.enumerated() where wanted.contains(item) {
      if i == 0 { p1 = 1 }
      if i < 10 { recall10 += 1 / Double(wanted.count) }
      if i < 100 { recall100 += 1 / Double(wanted.count) }
      if reciprocalRank == 0 { reciprocalRank = 1 / Double(i + 1) }
    }
  }
}
