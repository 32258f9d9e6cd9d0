// What each part of retrieval is worth: the figures without it, the ranker fitted anew.
//
// Taking out an arm changes the candidates, and taking out a feature only the weights: for both,
// the engines on which rankers are fitted are learned once. Taking out a kind of terms or some of
// the data changes the index, so that all is learned anew. Losses are paired with the whole.
//
// The last table is the paper's: kinds of n-grams, here with the tree alone beside the full system.
// Cost: three builds for each row of terms, data and n-grams.
// Source: Chang et al., KDD 2021 (arXiv:2106.12657), §5 (ablation of n-grams).

public import QACReplay
import QACRetrieval
import QACText
import QACTraining

/// What taking out each part did.
public struct RetrievalAblation: Sendable, Codable {
  /// A difference of two means over the same questions.
  public struct Loss: Sendable, Codable, Equatable {
    /// The difference: above 0 if the whole is better.
    public var mean: Double
    /// Its 95 % interval.
    public var interval: Interval

    init?(
      _ whole: [RetrievalScore], _ part: [RetrievalScore], _ bootstrap: Bootstrap,
      _ value: (RetrievalScore) -> Double
    ) {
      let difference = Evaluation.difference(whole.map(value), part.map(value), bootstrap)
      guard let difference else { return nil }
      (mean, interval) = (difference.mean, difference.interval)
    }
  }

  /// The figures without a part.
  public struct Row: Sendable, Codable {
    /// What was taken out or changed.
    public var name: String
    /// What is left of it.
    public var figures: RetrievalReport.Figures
    /// By how much the whole is better in P@1.
    public var p1Loss: Loss?
    /// By how much the whole is better in recall@10.
    public var recall10Loss: Loss?
  }

  /// The figures of a choice of n-grams.
  public struct GramRow: Sendable, Codable {
    /// The kinds.
    public var name: String
    /// The tree alone.
    public var tree: RetrievalReport.Figures
    /// All arms and the ranker.
    public var full: RetrievalReport.Figures
    /// The bytes of the tree.
    public var treeBytes: Int
  }

  /// All parts together.
  public let whole: RetrievalReport.Figures
  /// Without each arm.
  public private(set) var arms: [Row] = []
  /// Without each kind of terms.
  public private(set) var terms: [Row] = []
  /// With less of the data.
  public private(set) var data: [Row] = []
  /// Without each feature of the ranker.
  public private(set) var features: [Row] = []
  /// By kinds of n-grams.
  public private(set) var grams: [GramRow] = []

  /// Takes each part out of what `learned` is, in turn.
  init(
    _ set: ItemSet, _ questions: [RetrievalEvaluation.Question], _ learned: LearnedItems,
    _ options: RetrievalEvaluation.Options, progress: (String, Double) -> Void
  ) throws {
    let bootstrap = Bootstrap(
      clusters: questions.indices.map { UInt32($0) }, resamples: options.resamples,
      seed: options.settings.tree.seed)
    let scores = RetrievalEvaluation.ask(learned.engine, questions, .full, options)
    whole = RetrievalReport.Figures(scores, bootstrap)
    let trial = Trial(
      set: set, questions: questions, options: options, whole: scores, bootstrap: bootstrap)
    (arms, features) = try trial.rankers(learned.engine, progress)
    let terms = Self.changes.filter { $0.isOfTerms }
    for (i, change) in Self.changes.enumerated() {
      progress("ablation: learning", Double(i) / Double(Self.changes.count))
      let row = try trial.row(change)
      if i < terms.count { self.terms.append(row) } else { data.append(row) }
    }
    for (i, choice) in Self.choices.enumerated() {
      progress("ablation: n-grams", Double(i) / Double(Self.choices.count))
      grams.append(try trial.row(choice.name, choice.kinds))
    }
  }

  /// Something that is learned in another way.
  struct Change: Sendable {
    var name: String
    /// Whether it is about kinds of terms, and not about data.
    var isOfTerms = false
    var apply: @Sendable (inout ItemSet, inout ItemSettings) -> Void
  }

  /// What is learned in another way; changes of terms first.
  private static let changes: [Change] =
    [
      ("words", ItemTerms.Kind.word), ("pairs of words", .bigram), ("stems", .stem),
      ("trigrams of characters", .characters),
    ].map { name, kind in
      Change(name: "without " + name, isOfTerms: true) { $1.kinds.remove(kind) }
    } + [
      Change(name: "with three words in a row", isOfTerms: true) { $1.kinds.insert(.trigram) },
      Change(name: "texts no examples of the tree") { $1.learnsTexts = false },
      Change(name: "titles without further texts") { set, _ in
        set = set.reduced(keepsTexts: false)
      },
      Change(name: "every example counted once") { set, _ in
        set = set.reduced(keepsCounts: false)
      },
      Change(name: "counts in the tree as well") { $1.tree.countsExamples = true },
      Change(name: "minimum of 3 people") { $1.minimumPeople = 3 },
      Change(name: "minimum of 10 people") { $1.minimumPeople = 10 },
    ]

  /// The kinds of n-grams that are compared; stems, which only the ranker knows, are always there.
  private static let choices: [(name: String, kinds: Set<ItemTerms.Kind>)] = [
    ("words", [.word]), ("words, pairs", [.word, .bigram]),
    ("words, pairs, triples", [.word, .bigram, .trigram]), ("characters", [.characters]),
    ("words, characters", [.word, .characters]),
    ("words, pairs, characters", [.word, .bigram, .characters]),
    ("all", [.word, .bigram, .trigram, .characters]),
  ]

  /// The figures for a terminal.
  var table: String {
    func rows(_ name: String, _ rows: [Row]) -> String {
      ReportTable.align(
        [[name, "P@1", "loss", "95 %", "recall@10", "loss", "95 %", "recall@100"]]
          + rows.map { row in
            [row.name, ReportTable.short(row.figures.p1)] + ReportTable.cells(row.p1Loss)
              + [ReportTable.short(row.figures.recall10)] + ReportTable.cells(row.recall10Loss)
              + [ReportTable.short(row.figures.recall100)]
          })
    }
    let whole = Row(name: "nothing", figures: whole)
    let gramRows = grams.map { row in
      [row.name]
        + [row.tree, row.full].flatMap {
          [ReportTable.short($0.p1), ReportTable.short($0.recall10)]
        } + ["\(row.treeBytes)"]
    }
    return [
      rows("without arm", [whole] + arms), rows("terms", terms), rows("data", data),
      rows("without feature", features),
      ReportTable.align(
        [["n-grams", "tree P@1", "recall@10", "full P@1", "recall@10", "tree, bytes"]]
          + gramRows),
    ].joined(separator: "\n\n")
  }
}
