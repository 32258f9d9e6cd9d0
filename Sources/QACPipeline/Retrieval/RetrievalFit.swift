// Fits the items' ranker on queries that the arms have not seen.
//
// The arms learn from the queries of all but one tenth; the ranker is fitted on that tenth. Twice:
// once as it is, and once with the examples of some items hidden from the arms, so that these are
// new. Without that the ranker would learn that items without examples are never meant: in the log
// it is fitted on, none is. How much queries for hidden items count in the fit is what their share
// will be: that of items without examples in the catalogue, if that is more than comes by itself.
//
// Invariant: equal sets, settings and seeds give equal weights.
// Cost: that of two builds of nine tenths, and of the fit.
// Source: docs/retrieval.md.

import QACBinary
import QACRetrieval
import QACText
import QACTraining

/// Fits rankers of items.
enum RetrievalFit {
  /// The parts by which queries are divided; the ranker is fitted on the last.
  static let parts: UInt64 = 10
  /// Fewer queries than this would fit noise.
  static let fewestQueries = 50
  /// More queries than this change nothing.
  static let mostQueries = 3_000
  /// The greatest share of new items that is believed.
  static let mostNew = 0.8

  /// A ranker fitted on `set`; nil if the set has too few queries.
  static func ranker(_ set: ItemSet, settings: ItemSettings) throws -> RetrievalRanker? {
    let seed = settings.tree.seed
    let isFit = set.queries.map {
      ItemSet.part(of: $0, parts: parts, seed: seed) == Int(parts) - 1
    }
    var chosen = set.queries.indices.filter { isFit[$0] }
    if chosen.count < fewestQueries { return nil }
    if chosen.count > mostQueries {
      var random = SplitMix64(seed: seed)
      for i in 0..<mostQueries { chosen.swapAt(i, i + random.below(chosen.count - i)) }
      chosen = chosen.prefix(mostQueries).sorted()
    }
    var uses = [Int](repeating: 0, count: set.items.count)
    for pair in set.pairs { uses[Int(pair.item)] += 1 }
    let new = Double(uses.count { $0 == 0 }) / Double(uses.count)
    // The greater their share, the more items without examples there are to learn from.
    let hiddenShare = new > 0.3 ? 0.5 : 0.2
    let isHidden = set.items.map { item in
      Double(StableHash.of(item.id, seed: seed ^ 0x6869_6465) >> 11) * 0x1p-53 < hiddenShare
    }
    let seen = try requests(
      set, chosen, learned: set.filtered { !isFit[$0] }, settings: settings)
    let unseen = try requests(
      set, chosen,
      learned: set.filtered(isKept: { !isFit[$0] }, isShown: { !isHidden[$0] }),
      settings: settings)
    var examples = RankerExamples(featureCount: RetrievalFeature.count)
    let ofHidden = unseen.count { isHidden[$0.item] }
    let natural = Double(ofHidden) / Double(max(1, seen.count + unseen.count))
    let wanted = max(natural, min(new, mostNew))
    let raised = natural > 0 && natural < 1 ? wanted / natural : 1
    let others = natural > 0 && natural < 1 ? (1 - wanted) / (1 - natural) : 1
    for request in seen { examples.append(request, weight: others) }
    for request in unseen {
      examples.append(request, weight: isHidden[request.item] ? raised : others)
    }
    if examples.count < fewestQueries { return nil }
    var trainer = RankerTrainer()
    trainer.regularization = 1 / Double(examples.count)
    return RetrievalRanker(
      weights: trainer.fit(examples),
      earlyWeights: trainer.fit(examples, isUsed: RetrievalFeature.allCases.map(\.isEarly)))
  }

  /// A request for one relevant item.
  struct Request: Sendable {
    /// The candidates' features.
    var rows: [Float]
    /// The candidate that is relevant.
    var target: Int
    /// Its item.
    var item: Int
    /// One over the number of relevant items among the candidates.
    var weight: Double
  }

  /// What the arms that learned `learned` propose for the chosen queries of `set`.
  private static func requests(
    _ set: ItemSet, _ chosen: [Int], learned: ItemSet, settings: ItemSettings
  ) throws -> [Request] {
    let content = ItemContentBuilder(learned, settings: settings).build()
    let engine = try ItemIndex.engine(of: content)
    let offsets = set.pairOffsets
    let pieces = 64
    return Parallel.map(pieces, threads: settings.tree.threads) { piece -> [Request] in
      let scratch = RetrievalScratch(engine: engine)
      var requests: [Request] = []
      for query in stride(from: piece, to: chosen.count, by: pieces).map({ chosen[$0] }) {
        set.queries[query].withUnsafeBufferPointer {
          engine.retrieve(query: $0, limit: nil, scratch: scratch)
        }
        let relevant = Set(set.pairs[offsets[query]..<offsets[query + 1]].map(\.item))
        let found = (0..<scratch.count).filter { scratch.item($0).map(relevant.contains) == true }
        if found.isEmpty { continue }
        let rows = (0..<scratch.count).flatMap { scratch.features($0) }
        for target in found {
          requests.append(
            Request(
              rows: rows, target: target, item: scratch.item(target).map { Int($0) } ?? 0,
              weight: 1 / Double(found.count)))
        }
      }
      return requests
    }.flatMap { $0 }
  }
}

extension RankerExamples {
  fileprivate mutating func append(_ request: RetrievalFit.Request, weight: Double) {
    append(rows: request.rows, target: request.target, weight: request.weight * weight)
  }
}
