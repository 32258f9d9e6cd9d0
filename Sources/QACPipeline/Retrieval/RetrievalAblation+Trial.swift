// Learns and asks the variants of an ablation.

import QACReplay
import QACRetrieval
import QACText
import QACTraining

extension RetrievalAblation {
  /// What all variants are compared with.
  struct Trial {
    let set: ItemSet
    let questions: [RetrievalEvaluation.Question]
    let options: RetrievalEvaluation.Options
    /// What the whole scored.
    let whole: [RetrievalScore]
    let bootstrap: Bootstrap

    private func row(_ name: String, _ part: [RetrievalScore]) -> Row {
      Row(
        name: name, figures: RetrievalReport.Figures(part, bootstrap),
        p1Loss: Loss(whole, part, bootstrap, \.p1),
        recall10Loss: Loss(whole, part, bootstrap, \.recall10))
    }

    /// The figures with a change.
    func row(_ change: Change) throws -> Row {
      var (set, settings) = (set, options.settings)
      change.apply(&set, &settings)
      let learned = try LearnedItems(set, settings: settings)
      return row(
        change.name, RetrievalEvaluation.ask(learned.engine, questions, .full, options))
    }

    /// The figures with other kinds of n-grams; stems are as they were.
    func row(_ name: String, _ kinds: Set<ItemTerms.Kind>) throws -> GramRow {
      var settings = options.settings
      settings.kinds = kinds.union(settings.kinds.intersection([.stem]))
      let learned = try LearnedItems(set, settings: settings)
      func figures(_ system: RetrievalReport.System) -> RetrievalReport.Figures {
        RetrievalReport.Figures(
          RetrievalEvaluation.ask(learned.engine, questions, system, options), bootstrap)
      }
      return GramRow(
        name: name, tree: figures(.tree), full: figures(.full), treeBytes: learned.treeBytes)
    }

    /// The figures of `engine` without each arm, and without each feature; greatest loss of P@1
    /// and recall@10 together first. Both are empty if no ranker can be fitted.
    func rankers(
      _ engine: RetrievalEngine, _ progress: (String, Double) -> Void
    ) throws -> (arms: [Row], features: [Row]) {
      guard let fit = RetrievalFit(set, settings: options.settings) else { return ([], []) }
      progress("ablation: arms", 0)
      let (seen, unseen) = (try fit.engine(hides: false), try fit.engine(hides: true))
      func examples(_ asked: RetrievalOptions) -> RankerExamples? {
        fit.examples(fit.requests(seen, asked), fit.requests(unseen, asked))
      }
      func scores(_ ranker: RetrievalRanker, _ asked: RetrievalOptions) -> [RetrievalScore] {
        RetrievalEvaluation.ask(
          RetrievalEngine(engine, ranker: ranker), questions, asked,
          threads: options.settings.tree.threads)
      }
      let arms = RetrievalOptions.Arm.allCases.compactMap { arm -> Row? in
        let left = Set(RetrievalOptions.Arm.allCases).subtracting([arm])
        let asked = RetrievalOptions(arms: left, beam: options.beam)
        return examples(asked).map {
          row("\(RetrievalReport.System(arm).rawValue)", scores(RetrievalFit.ranker($0), asked))
        }
      }
      let standard = RetrievalOptions(beam: options.beam)
      guard let all = examples(standard) else { return (arms, []) }
      let features = RetrievalFeature.allCases
      let rows = Parallel.map(features.count, threads: options.settings.tree.threads) { i in
        RetrievalFit.ranker(all, isUsed: features.map { $0 != features[i] })
      }.enumerated().map { i, ranker in row("\(features[i].name)", scores(ranker, standard)) }
      func loss(_ row: Row) -> Double {
        (row.p1Loss?.mean ?? 0) + (row.recall10Loss?.mean ?? 0)
      }
      return (arms, rows.sorted { (loss($1), $0.name) < (loss($0), $1.name) })
    }
  }
}

extension RetrievalReport.System {
  /// The system that is `arm` alone.
  init(_ arm: RetrievalOptions.Arm) {
    switch arm {
    case .tree: self = .tree
    case .lexical: self = .lexical
    case .neighbours: self = .neighbours
    }
  }
}
