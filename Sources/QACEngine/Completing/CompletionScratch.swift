// Working memory of one thread, and the result of its last completion.
//
//     sources --> table --> features --> ranking
//
// Each stage owns its memory, which grows to the size that its requests need and is then reused: a
// completion allocates nothing. It belongs to one thread at a time and to one index; it is not
// Sendable, and the compiler holds callers to that. A completion touches its parts some thousand
// times and calls nothing that could come back to them, so accesses are not checked for overlap at
// run time: some 5 % of its time.

import QACBinary
import QACIndex
import QACText

/// Working memory of one thread, and the result of its last completion.
public final class CompletionScratch {
  /// The normalised prefix.
  @exclusivity(unchecked) var prefix: [UInt8] = []
  /// The context's queries.
  @exclusivity(unchecked) var steps: [ContextStep] = []
  /// What the context's queries mean.
  @exclusivity(unchecked) var meanings = MeaningCache()
  @exclusivity(unchecked) var sources: SourceList
  /// What may have been meant by the prefix, and the context's queries for that.
  @exclusivity(unchecked) var reading: PrefixReading
  @exclusivity(unchecked) var readingSteps: [ContextStep] = []
  @exclusivity(unchecked) var table = CandidateTable()
  @exclusivity(unchecked) var features = FeatureTable()
  @exclusivity(unchecked) var ranking = Ranking()
  /// What pins and boosts add to scores.
  @exclusivity(unchecked) var lifts = RuleLifts()
  /// The index that the last result refers to.
  let index: LabelIndex

  /// Makes working memory for completions of `engine`.
  public init(engine: CompletionEngine) {
    sources = SourceList(engine)
    reading = PrefixReading(engine)
    index = engine.index
  }

  /// Overwrites what the last completions left of anybody's text; there is no result any more.
  public func wipe() {
    ranking.reset()
    prefix.wipe()
    sources.wipe()
    reading.wipe()
    table.wipe()
  }

  /// The number of suggestions of the last completion.
  public var count: Int { ranking.order.count }

  /// The candidate that became suggestion `i`.
  private func candidate(_ i: Int) -> Candidate { table[ranking.order[i]] }

  /// Calls `body` with the display text of suggestion `i` as UTF-8.
  ///
  /// - Precondition: `0 <= i < count`.
  public func withText<R>(_ i: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let candidate = candidate(i)
    return candidate.isLabel
      ? body(index.view.surface(of: candidate.label)) : table.withSurface(of: candidate, body)
  }

  /// The display text of suggestion `i`, copied.
  public func text(_ i: Int) -> [UInt8] { withText(i) { Array($0) } }

  /// The label of suggestion `i`, or nil for a query that no index has.
  public func label(_ i: Int) -> UInt32? {
    let candidate = candidate(i)
    return candidate.isLabel ? candidate.label : nil
  }

  /// The score of suggestion `i`; greater is better.
  public func score(_ i: Int) -> Double { ranking.scores[ranking.order[i]] }

  /// The first of the sources that brought suggestion `i`, in the order of `SuggestionSource`; a
  /// label is never told as composed.
  public func source(_ i: Int) -> SuggestionSource { candidate(i).source }

  /// How suggestion `i` matches the prefix.
  public func match(_ i: Int) -> SuggestionMatch { candidate(i).match }

  /// The normalised text of suggestion `i`.
  public func normalizedText(_ i: Int) -> [UInt8] {
    table.withText(of: candidate(i), index.view) { Array($0) }
  }

  /// The features of suggestion `i`, in the order of `RankerFeature`.
  public func featureValues(_ i: Int) -> ArraySlice<Double> { features.row(ranking.order[i]) }

  /// Whether suggestion `i` is composed: nobody is known to have submitted it.
  public func isComposed(_ i: Int) -> Bool { candidate(i).isComposed }

  /// Whether suggestion `i` of the last completion, which was made in `context`, is a query of the
  /// session whose last use failed.
  ///
  /// - Complexity: O(1) if nothing of the session failed; else O(entries of the session) for a
  ///   suggestion that is not known as the session's own.
  public func hasFailed(_ i: Int, in context: borrowing SessionContext) -> Bool {
    if context.failedCount == 0 { return false }
    let candidate = candidate(i)
    if candidate.entry >= 0 { return context.entries[Int(candidate.entry)].hasFailed }
    return table.withText(of: candidate, index.view) { context.hasFailed($0) }
  }

  /// What `LineModel` reads of suggestion `i`: the ranker's features, then `LineFeature`. It is asked
  /// for of engines without such a model: one with a model does not score every candidate.
  ///
  /// - Complexity: O(candidates).
  public func lineValues(_ i: Int) -> [Double] {
    let typed = prefix.withUnsafeBufferPointer { UTF8Scalars.count($0) }
    let place = ranking.softmax().place(score(i), typed: typed)
    return Array(featureValues(i)) + LineFeature.allCases.map { place[$0.rawValue] }
  }

  /// What boosts and pins add to the score of suggestion `i`.
  func lift(_ i: Int) -> (boost: Double, pin: Double) {
    (lifts.boost(ranking.order[i]), lifts.pin(ranking.order[i]))
  }

  /// The features and their weights behind suggestion `i` of the last completion, in the order of
  /// `RankerFeature`; behind them what rules add, if any does: `boost`, ln of the factor, and `pin`.
  public func explain(
    _ i: Int, engine: CompletionEngine
  ) -> [(name: String, value: Double, weight: Double)] {
    let row = featureValues(i)
    // What belongs to places is told where one is known.
    let hasPlace = row.suffix(RankerFeature.count - RankerFeature.countWithoutPlace)
      .contains { $0 != 0 }
    var features: [(name: String, value: Double, weight: Double)] = []
    for (feature, value) in zip(RankerFeature.allCases, row) where hasPlace || !feature.isOfPlace {
      features.append((feature.name, value, engine.weights[feature.rawValue]))
    }
    let lift = lift(i)
    if lift.boost != 0 { features.append(("boost", lift.boost, 1)) }
    if lift.pin != 0 { features.append(("pin", 1, lift.pin)) }
    return features
  }
}
