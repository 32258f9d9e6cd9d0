// The ranks under several weight vectors, from one pass over the candidates.
//
// The candidates and their features do not depend on the weights. So each request is completed
// once, with every candidate kept, and the query's rank is counted again for each vector: the
// candidates with a greater score, and of those with an equal score the ones that come first by
// label or text. The engine merges near-duplicates after scoring, which is not done here, so
// compare these ranks with each other and not with those of a served index.
//
// Cost: one completion per request, and O(candidates x features) per vector.

public import QACEngine

extension LogReplay {
  /// The rank of every request's query under each of `weights`; 0 if it is beyond ten.
  ///
  /// - Parameters:
  ///   - part: The part of the log.
  ///   - engine: Finds the candidates; its own weights do not matter.
  ///   - options: Sources and beam.
  ///   - weights: Vectors in the order of `RankerFeature`.
  /// - Returns: The ranks of all requests, one list per vector.
  public func ranks(
    of part: LogSplit.Part, engine: CompletionEngine, options: CompletionOptions = .standard,
    underEach weights: [[Double]]
  ) -> [[UInt8]] {
    let weights = weights.map(CorrectionPenalty.bounding)
    var ranks = [[UInt8]](repeating: [], count: weights.count)
    let asker = EngineAsker(engine, options, overlay: overlay(of: engine.index))
    forEachRequest(of: part, submitted: { asker.record($0, of: log) }) { request in
      asker.complete(request.prefix, of: request, limit: nil)
      guard let target = asker.place(ofTargetOf: request) else {
        for w in weights.indices { ranks[w].append(0) }
        return
      }
      let scratch = asker.scratch
      for (w, vector) in weights.enumerated() {
        let own = Self.score(scratch, target, vector)
        var rank = 1
        for i in 0..<scratch.count where i != target && rank <= 10 {
          let other = Self.score(scratch, i, vector)
          if other > own || (other == own && Self.precedes(scratch, i, target)) { rank += 1 }
        }
        ranks[w].append(rank <= 10 ? UInt8(rank) : 0)
      }
    }
    return ranks
  }

  private static func score(
    _ scratch: CompletionScratch, _ i: Int, _ weights: [Double]
  ) -> Double {
    var score = 0.0
    for (value, weight) in zip(scratch.featureValues(i), weights) { score += weight * value }
    return score
  }

  /// Whether suggestion `i` comes before `j` at equal score.
  private static func precedes(_ scratch: CompletionScratch, _ i: Int, _ j: Int) -> Bool {
    let (a, b) = (scratch.label(i), scratch.label(j))
    if a != b { return (a ?? .max) < (b ?? .max) }
    return scratch.normalizedText(i).lexicographicallyPrecedes(scratch.normalizedText(j))
  }
}
