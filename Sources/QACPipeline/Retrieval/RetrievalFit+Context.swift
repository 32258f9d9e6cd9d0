// Fits what the session's previous query is worth, after all other weights.
//
// Most examples say nothing of a previous query. So the other weights are fitted without one, and
// stay: a query without context is answered as if there were no context at all. The one weight that
// is left is fitted by Newton's method on requests with a previous query, where all else is given.
//
// Cost: one retrieval per context, and O(candidates) per round.
// Source: docs/retrieval.md.

import QACRetrieval
import QACTraining

#if canImport(Glibc)
  import Glibc
#endif

extension RetrievalFit {
  /// More contexts than this change one weight by little.
  private static let mostContexts = 1_500
  /// The most rounds of Newton's method.
  private static let rounds = 20

  /// What `engine` proposes for the chosen queries after their sessions' previous ones.
  func contextRequests(_ engine: RetrievalEngine) -> [Request] {
    if set.contexts.isEmpty { return [] }
    var isChosen = [Bool](repeating: false, count: set.queries.count)
    for query in chosen { isChosen[query] = true }
    let contexts = set.contexts.filter { isChosen[Int($0.query)] }
    let scratch = RetrievalScratch(engine: engine)
    var requests: [Request] = []
    for i in 0..<min(contexts.count, Self.mostContexts) {
      let context = contexts[i * contexts.count / min(contexts.count, Self.mostContexts)]
      set.queries[Int(context.query)].withUnsafeBufferPointer { query in
        context.previous.withUnsafeBufferPointer {
          engine.retrieve(query: query, limit: nil, previous: $0, scratch: scratch)
        }
      }
      guard let target = (0..<scratch.count).first(where: { scratch.item($0) == context.item })
      else { continue }
      requests.append(
        Request(
          rows: (0..<scratch.count).flatMap { scratch.features($0) }, target: target,
          item: Int(context.item), weight: 1))
    }
    return requests
  }

  /// `ranker` with the weight of the previous query that fits `requests`; unchanged if these are
  /// too few.
  static func ranker(_ ranker: RetrievalRanker, context requests: [Request]) -> RetrievalRanker {
    if requests.count < fewestQueries { return ranker }
    let feature = RetrievalFeature.previousCover.rawValue
    let count = RetrievalFeature.count
    var result = ranker
    result.weights[feature] = 0
    let given = requests.map { request in
      (0..<request.rows.count / count).map { row in
        var score = 0.0
        for f in 0..<count { score += result.weights[f] * Double(request.rows[row * count + f]) }
        return score
      }
    }
    var weight = 0.0
    for _ in 0..<rounds {
      // The term of the L2 norm keeps the curvature above 0.
      var (gradient, curvature) = (weight, 1.0)
      for (request, scores) in zip(requests, given) {
        let values = scores.indices.map { Double(request.rows[$0 * count + feature]) }
        let sums = zip(scores, values).map { $0 + weight * $1 }
        let greatest = sums.max() ?? 0
        let shares = sums.map { exp($0 - greatest) }
        let total = shares.reduce(0, +)
        let mean = zip(shares, values).reduce(0) { $0 + $1.0 * $1.1 } / total
        let square = zip(shares, values).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } / total
        gradient += mean - values[request.target]
        curvature += square - mean * mean
      }
      let step = gradient / curvature
      weight -= min(max(step, -2), 2)
      if abs(step) < 1e-6 { break }
    }
    result.weights[feature] = weight
    return result
  }
}
