// Completes prefixes from one index: candidates from several sources, then one linear ranker.
//
//     prefix, context --> Completion --> SourceList --> CandidateTable --> FeatureTable --> Ranking
//                         normalise,     each source     each text once,    a row per      score,
//                         range [lo,hi)  adds its own    findings           candidate      order, fold
//
// Invariants: every suggestion's normalised text begins with the normalised prefix, but perhaps for
// accents, or is marked as corrected. No suggestion is blocked. Where a label matches that is not
// blocked, the answer is not empty. No text occurs twice. The order is total (`Ranking`).
// Cost: that of its sources, plus O(candidates x features).
// Source: docs/design.md, "QACEngine".

public import QACIndex
import QACText

/// Completes prefixes from one index.
public final class CompletionEngine: Sendable {
  /// The index that this serves.
  public let index: LabelIndex
  /// The ranker's weights, in the order of `RankerFeature`.
  public let weights: [Double]
  /// Says which composed lines are shown; all if it is nil.
  public let lines: LineModel?
  let nodeSummaries: NodeSummaries
  let trie: LabelTrie
  /// The words of the labels; nil if they have none.
  let words: LabelWords?
  let meanings: QueryMeanings
  let filter: LabelFilter
  let heads: LabelHeads
  let variants: VariantLabels
  /// Near-duplicates are folded where texts are for searching.
  let foldsDuplicates: Bool
  let normalizer: Normalizer

  /// Verifies `index` and makes an engine that serves it.
  ///
  /// - Parameters:
  ///   - index: The index; every byte of it is read and checked.
  ///   - weights: Ranker weights to use in place of the index's own, in the order of
  ///     `RankerFeature`.
  /// - Throws: `EngineError`.
  public init(index: LabelIndex, weights: [Double]? = nil) throws(EngineError) {
    do {
      try index.verify()
      let stored = try IndexRanker(index)
      self.weights = CorrectionPenalty.bounding(weights ?? stored.weights)
      // The model of lines belongs to the ranker that it was fitted with.
      lines = weights == nil ? stored.lines : nil
    } catch let error as IndexError {
      throw .index(error)
    } catch let error as EngineError {
      throw error
    } catch {
      preconditionFailure("verification throws IndexError or EngineError alone")
    }
    self.index = index
    normalizer = Normalizer(index.profile)
    Normalizer.prepare()
    foldsDuplicates = index.profile != .verbatim
    nodeSummaries = index.view.nodeSummaries()
    trie = LabelTrie(index.view)
    words = LabelWords(index.view)
    meanings = QueryMeanings(index.view, index.profile)
    filter = LabelFilter(index.view)
    heads = LabelHeads(index.view)
    variants = VariantLabels(index.view, profile: index.profile)
  }

  /// An engine that serves what `engine` does, with another ranker.
  ///
  /// - Parameters:
  ///   - engine: The engine.
  ///   - weights: The ranker's weights, in the order of `RankerFeature`.
  ///   - lines: Says which composed lines are shown; all if it is nil.
  public init(_ engine: CompletionEngine, weights: [Double], lines: LineModel? = nil) {
    self.weights = CorrectionPenalty.bounding(weights)
    self.lines = lines
    index = engine.index
    nodeSummaries = engine.nodeSummaries
    trie = engine.trie
    words = engine.words
    meanings = engine.meanings
    filter = engine.filter
    heads = engine.heads
    variants = engine.variants
    foldsDuplicates = engine.foldsDuplicates
    normalizer = engine.normalizer
  }

  /// Finds the best completions of `prefix` into `scratch`, best first.
  ///
  /// - Parameters:
  ///   - prefix: UTF-8 as typed; not yet normalised.
  ///   - context: The session's earlier queries.
  ///   - overlay: What was submitted since the index was built.
  ///   - blocks: What must not be suggested. A list that blocks nothing is the same as none.
  ///   - rules: What is pinned and boosted.
  ///   - time: Now, in unix seconds: decides which queries are context and which are history.
  ///   - situation: The conversation whose queries are context, and the place.
  ///   - limit: The most suggestions, with near-duplicates folded. Nil keeps every candidate.
  ///   - options: Sources and beam.
  ///   - scratch: Working memory of this engine, and the result.
  /// - Precondition: `overlay`, `blocks`, `rules` and `scratch` were made for this engine's index.
  public func complete(
    prefix: UnsafeBufferPointer<UInt8>, context: borrowing SessionContext,
    overlay: LiveOverlay? = nil, blocks: BlockedLabels? = nil, rules: RankingRules? = nil,
    at time: Int64, in situation: Situation = .unknown, limit: Int?,
    options: CompletionOptions = .standard, scratch: CompletionScratch
  ) {
    precondition(scratch.index === index, "working memory of another index")
    precondition(overlay == nil || overlay?.index === index, "an overlay of another index")
    precondition(blocks == nil || blocks?.index === index, "blocked labels of another index")
    precondition(rules == nil || rules?.index === index, "rules of another index")
    normalizer.normalize(prefix, as: .prefix, into: &scratch.prefix)
    scratch.prefix.withUnsafeBufferPointer { prefix in
      let completion = completion(
        of: prefix, context: context, overlay: overlay, blocks: blocks, rules: rules, at: time,
        in: situation, limit: limit, options: options, steps: &scratch.steps,
        cache: &scratch.meanings)
      scratch.table.reset()
      scratch.features.reset()
      if !completion.isCovered {
        scratch.sources.gather(into: &scratch.table, for: completion)
        read(completion, limit: limit, scratch: scratch)
      }
      // Lists without a model of lines are learned from, and rules and synonyms look at all scores:
      // there every row is needed.
      let defers =
        limit != nil && lines != nil && completion.rules == nil
        && scratch.table.findings.synonymUses == 0
      scratch.features.compute(
        scratch.table, defers: defers ? .init(weights) : .none, for: completion)
      scratch.ranking.score(
        scratch.features, with: weights, hasPlace: situation.place != 0)
      if scratch.table.findings.synonymUses > 0 {
        SynonymOrder.apply(
          to: &scratch.ranking, &scratch.features, scratch.table,
          weight: weights[RankerFeature.synonym.rawValue])
      }
      scratch.lifts.reset()
      if let rules = completion.rules {
        scratch.lifts.apply(rules, to: &scratch.ranking, scratch.table, for: completion)
      }
      scratch.ranking.rank(
        scratch.table, for: completion, features: &scratch.features, weights: weights,
        lines: lines, limit: limit, folding: options.foldsDuplicates && foldsDuplicates)
    }
  }

  /// What stays the same for all stages of the completion of `prefix`, which is normalised.
  func completion(
    of prefix: UnsafeBufferPointer<UInt8>, context: borrowing SessionContext,
    overlay: LiveOverlay?, blocks: BlockedLabels?, rules: RankingRules?, at time: Int64,
    in situation: Situation, limit: Int?, options: CompletionOptions,
    steps: inout [ContextStep], cache: inout MeaningCache
  ) -> Completion {
    let view = index.view
    let blocks = blocks.flatMap { $0.isEmpty ? nil : $0 }
    // A prefix rule that covers what was typed covers all that could follow: there is nothing to
    // search and nothing to correct.
    let isCovered = blocks?.list.prefixes.covers(prefix) == true
    let range = isCovered ? 0..<0 : view.range(ofPrefix: prefix)
    context.steps(
      at: time, in: situation.threadKey, view: view, range: range, overlay: overlay,
      meanings: meanings, cache: &cache, into: &steps)
    let tailStart = view.breaker.tailStart(of: prefix)
    return Completion(
      view: view, filter: filter, prefix: prefix, tailStart: tailStart,
      lastWord: WordKey.last(
        of: UnsafeBufferPointer(rebasing: prefix[..<tailStart]), view.breaker),
      range: range, context: copy context, steps: steps,
      previousEntry: context.previousEntry(at: time, in: situation.threadKey) ?? -1,
      situation: situation,
      places: PlaceUses(view, overlay, situation, labels: range), overlay: overlay, blocks: blocks,
      rules: rules.flatMap { $0.isEmpty ? nil : $0 }, time: time,
      wanted: max(limit ?? 0, options.candidatesPerSource),
      isCovered: isCovered, mayCorrect: range.count < CorrectedSource.fewMatches,
      options: options)
  }
}
