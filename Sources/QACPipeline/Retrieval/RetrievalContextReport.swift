// What the session's previous query is worth: the same questions with it and without.
//
// A question is a query with the one before and an item that it led to after that one.
// Cost: two retrievals per question.

import QACReplay
import QACRetrieval
import QACTraining

/// Figures of questions that have a context.
public struct RetrievalContextReport: Sendable, Codable {
  /// With the previous query.
  public let with: RetrievalReport.Figures
  /// Without it.
  public let without: RetrievalReport.Figures
  /// By how much P@1 is lower without it.
  public let p1Loss: RetrievalAblation.Loss?
  /// By how much recall@10 is lower without it.
  public let recall10Loss: RetrievalAblation.Loss?

  init(
    _ engine: RetrievalEngine, _ questions: [RetrievalEvaluation.Question],
    _ options: RetrievalEvaluation.Options
  ) {
    var alone = questions
    for i in alone.indices { alone[i].previous = [] }
    let whole = RetrievalEvaluation.ask(engine, questions, .full, options)
    let part = RetrievalEvaluation.ask(engine, alone, .full, options)
    // Questions of one query depend on each other; they stand side by side.
    var clusters: [UInt32] = []
    for (i, question) in questions.enumerated() {
      let isSame = i > 0 && questions[i - 1].query == question.query
      clusters.append((clusters.last ?? 0) + (i == 0 || isSame ? 0 : 1))
    }
    let bootstrap = Bootstrap(
      clusters: clusters, resamples: options.resamples, seed: options.settings.tree.seed)
    with = RetrievalReport.Figures(whole, bootstrap)
    without = RetrievalReport.Figures(part, bootstrap)
    p1Loss = RetrievalAblation.Loss(whole, part, bootstrap, \.p1)
    recall10Loss = RetrievalAblation.Loss(whole, part, bootstrap, \.recall10)
  }

  /// The figures for a terminal.
  var table: String {
    func row(
      _ name: String, _ figures: RetrievalReport.Figures, _ p1: RetrievalAblation.Loss?,
      _ recall10: RetrievalAblation.Loss?
    ) -> [String] {
      [name, "\(figures.queries)", ReportTable.short(figures.p1)] + ReportTable.cells(p1)
        + [ReportTable.short(figures.recall10)] + ReportTable.cells(recall10)
    }
    return ReportTable.align([
      ["previous query", "questions", "P@1", "loss", "95 %", "recall@10", "loss", "95 %"],
      row("with", with, nil, nil), row("without", without, p1Loss, recall10Loss),
    ])
  }
}
