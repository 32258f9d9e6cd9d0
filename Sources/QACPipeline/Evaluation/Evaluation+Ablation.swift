// Measures what each source and each ranker feature is worth: MRR@10 without it, the ranker fitted
// anew.
//
// Taking out a source changes the candidates, so it costs two passes over the log, one to fit and
// one to score. Taking out a feature changes only the weights: the examples are collected once, and
// all weight vectors are tried on the same candidates. Losses are paired with the whole system,
// measured in the same way.

import QACEngine
import QACReplay
import QACTraining

extension Evaluation {
  /// The most requests on which each of the many rankers is fitted, including that of the whole
  /// system. The weights need no more, and it takes a third of the time of fitting a ranker to
  /// serve with.
  private static let fittedRequests = 6_000

  /// Takes each source and each feature in turn out of an engine like `engine`.
  func ablation(_ engine: CompletionEngine, _ bootstrap: Bootstrap) -> AblationResult {
    var result = AblationResult()
    let standard = CompletionOptions(beam: options.beam)
    let features = RankerFeature.allCases
    let examples = examples(engine, standard)
    var weights = [RankerFit.weights(examples)]
    for feature in features {
      progress("ablation: features", Double(weights.count - 1) / Double(features.count))
      weights.append(RankerFit.weights(examples, isUsed: features.map { $0 != feature }))
    }
    let ranks = reciprocalRanks(engine, standard, weights)
    result.mrr10 = Self.mean(ranks[0])
    result.features = Self.rows(
      features.map(\.name), whole: ranks[0], parts: Array(ranks.dropFirst()), bootstrap)

    let sources = SuggestionSource.allCases.filter { !$0.isOfRules }
    var without: [[Double]] = []
    for (i, source) in sources.enumerated() {
      progress("ablation: sources", Double(i) / Double(sources.count))
      var options = standard
      options.sources.remove(source)
      let weights = RankerFit.weights(self.examples(engine, options))
      without += reciprocalRanks(engine, options, [weights])
    }
    result.sources = Self.rows(
      sources.map { "\($0.name)" }, whole: ranks[0], parts: without, bootstrap)
    return result
  }

  private func examples(
    _ engine: CompletionEngine, _ options: CompletionOptions
  ) -> RankerExamples {
    replay.rankerExamples(
      of: .fit, engine: engine, options: options, limit: Self.fittedRequests)
  }

  private func reciprocalRanks(
    _ engine: CompletionEngine, _ options: CompletionOptions, _ weights: [[Double]]
  ) -> [[Double]] {
    replay.ranks(of: .score, engine: engine, options: options, underEach: weights).map { ranks in
      ranks.map { $0 == 0 ? 0 : 1 / Double($0) }
    }
  }

  static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }

  /// One row per name, the greatest loss first, equal losses by name.
  private static func rows(
    _ names: [String], whole: [Double], parts: [[Double]], _ bootstrap: Bootstrap
  ) -> [AblationRow] {
    zip(names, parts).compactMap { name, values in
      difference(whole, values, bootstrap).map {
        AblationRow(name: name, mrr10: mean(values), loss: $0)
      }
    }.sorted { ($1.loss.mean, $0.name) < ($0.loss.mean, $1.name) }
  }
}
