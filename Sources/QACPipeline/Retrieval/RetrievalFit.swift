// Fits the items' ranker on queries that the arms have not seen.
//
// The arms learn from the queries of all but one tenth; the ranker is fitted on that tenth. Twice:
// once as it is, and once with the examples of some items hidden from the arms, so that these are
// new. Without that the ranker would learn that items without examples are never meant: in the log
// it is fitted on, none is. How much queries for hidden items count in the fit is what their share
// will be: that of items without examples in the catalogue, if that is more than comes by itself.
//
// Invariant: equal sets, settings and seeds give equal weights.
// Cost: that of two builds of nine tenths, and of each fit.
// Source: docs/retrieval.md.

import QACBinary
import QACRetrieval
import QACText
import QACTraining

/// Fits rankers of items.
struct RetrievalFit: Sendable {
  /// The parts by which queries are divided; the ranker is fitted on the last.
  static let parts: UInt64 = 10
  /// Fewer queries than this would fit noise.
  static let fewestQueries = 50
  /// More queries than this change nothing.
  static let mostQueries = 3_000
  /// The greatest share of new items that is believed.
  static let mostNew = 0.8

  let set: ItemSet
  /// The queries on which rankers are fitted.
  let chosen: [Int]
  /// Whether each query is of the tenth that the arms do not learn.
  private let isFit: [Bool]
  /// Whether the examples of each item are hidden the second time.
  private let isHidden: [Bool]
  /// The share of items without examples.
  private let new: Double
  private let settings: ItemSettings

  /// A ranker fitted on `set`; nil if the set has too few queries.
  static func ranker(_ set: ItemSet, settings: ItemSettings) throws -> RetrievalRanker? {
    guard let fit = RetrievalFit(set, settings: settings) else { return nil }
    // One engine at a time, since each takes as much memory as an index.
    func known() throws -> (seen: [Request], context: [Request]) {
      let engine = try fit.engine(hides: false)
      return (fit.requests(engine), fit.contextRequests(engine))
    }
    let (seen, context) = try known()
    let unseen = fit.requests(try fit.engine(hides: true))
    return fit.examples(seen, unseen).map { Self.ranker(Self.ranker($0), context: context) }
  }

  /// Divides `set`; nil if it has too few queries.
  init?(_ set: ItemSet, settings: ItemSettings) {
    let seed = settings.tree.seed
    let isFit = set.queries.map {
      ItemSet.part(of: $0, parts: Self.parts, seed: seed) == Int(Self.parts) - 1
    }
    var chosen = set.queries.indices.filter { isFit[$0] }
    if chosen.count < Self.fewestQueries { return nil }
    if chosen.count > Self.mostQueries {
      var random = SplitMix64(seed: seed)
      for i in 0..<Self.mostQueries { chosen.swapAt(i, i + random.below(chosen.count - i)) }
      chosen = chosen.prefix(Self.mostQueries).sorted()
    }
    var uses = [Int](repeating: 0, count: set.items.count)
    for pair in set.pairs { uses[Int(pair.item)] += 1 }
    let new = Double(uses.count { $0 == 0 }) / Double(uses.count)
    // The greater their share, the more items without examples there are to learn from.
    let hiddenShare = new > 0.3 ? 0.5 : 0.2
    let isHidden = set.items.map { item in
      Double(StableHash.of(item.id, seed: seed ^ 0x6869_6465) >> 11) * 0x1p-53 < hiddenShare
    }
    (self.set, self.chosen, self.isHidden, self.new) = (set, chosen, isHidden, new)
    (self.isFit, self.settings) = (isFit, settings)
  }

  /// An engine that learned the other queries; with `hides`, without the examples of some items.
  func engine(hides: Bool) throws -> RetrievalEngine {
    let learned = set.filtered(isKept: { !isFit[$0] }, isShown: { !hides || !isHidden[$0] })
    return try ItemIndex.engine(of: ItemContentBuilder(learned, settings: settings).build())
  }

  /// The ranker that fits `examples`, with weights for the features that are used; nil uses all.
  static func ranker(_ examples: RankerExamples, isUsed: [Bool]? = nil) -> RetrievalRanker {
    var trainer = RankerTrainer()
    trainer.regularization = 1 / Double(examples.count)
    let isEarly = RetrievalFeature.allCases.map { $0.isEarly && isUsed?[$0.rawValue] != false }
    return RetrievalRanker(
      weights: trainer.fit(examples, isUsed: isUsed),
      earlyWeights: trainer.fit(examples, isUsed: isEarly))
  }

  /// What a ranker is fitted on, from what an engine proposed that knows all items, and one from
  /// which some are hidden; nil if that is too little.
  func examples(_ seen: [Request], _ unseen: [Request]) -> RankerExamples? {
    var examples = RankerExamples(featureCount: RetrievalFeature.count)
    let ofHidden = unseen.count { isHidden[$0.item] }
    let natural = Double(ofHidden) / Double(max(1, seen.count + unseen.count))
    let wanted = max(natural, min(new, Self.mostNew))
    let raised = natural > 0 && natural < 1 ? wanted / natural : 1
    let others = natural > 0 && natural < 1 ? (1 - wanted) / (1 - natural) : 1
    for request in seen { examples.append(request, weight: others) }
    for request in unseen {
      examples.append(request, weight: isHidden[request.item] ? raised : others)
    }
    return examples.count < Self.fewestQueries ? nil : examples
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

  /// What `engine` proposes for the chosen queries.
  func requests(
    _ engine: RetrievalEngine, _ options: RetrievalOptions = .standard
  ) -> [Request] {
    let offsets = set.pairOffsets
    let pieces = 64
    return Parallel.map(pieces, threads: settings.tree.threads) { piece -> [Request] in
      let scratch = RetrievalScratch(engine: engine)
      var requests: [Request] = []
      for query in stride(from: piece, to: chosen.count, by: pieces).map({ chosen[$0] }) {
        set.queries[query].withUnsafeBufferPointer {
          engine.retrieve(query: $0, limit: nil, options: options, scratch: scratch)
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
