// Working memory of one thread, and the result of its last completion.
//
// It grows to the size its requests need and is then reused: a completion allocates nothing.
// It belongs to one thread at a time and to one engine; it is not Sendable, and the compiler holds
// callers to that. A completion touches its parts some thousand times and calls nothing that could
// come back to them, so accesses are not checked for overlap at run time: some 5 % of its time.

import QACBinary
import QACIndex
import QACText

/// Where a suggestion came from.
public enum SuggestionSource: UInt8, Sendable, CaseIterable {
  /// The session's own earlier queries.
  case session = 0
  /// What followed the previous query before.
  case followers = 1
  /// The hybrid index.
  case index = 2
  /// Popular labels that match the prefix.
  case popular = 3
  /// Queries submitted by several sessions since the index was built.
  case recent = 4
  /// What was typed with an ending of several people's queries.
  case composed = 5
  /// What was typed with words of the session's own queries.
  case words = 6
  /// Labels that the prefix begins but for typing errors.
  case corrected = 7

  /// The name on the wire and in reports.
  public var name: StaticString {
    switch self {
    case .session: return "session"
    case .followers: return "followers"
    case .index: return "index"
    case .popular: return "popular"
    case .recent: return "recent"
    case .composed: return "composed"
    case .words: return "words"
    case .corrected: return "corrected"
    }
  }
}

/// Working memory of one thread, and the result of its last completion.
public final class CompletionScratch {
  @exclusivity(unchecked) var prefix: [UInt8] = []
  @exclusivity(unchecked) var features = SparseVector()
  @exclusivity(unchecked) var tree: TreeSearch
  @exclusivity(unchecked) var popular: PopularSearch
  @exclusivity(unchecked) var followers = TopLabels()
  @exclusivity(unchecked) var recent = TopLabels()
  /// The overlay's chunks that promise most.
  @exclusivity(unchecked) var promising = TopLabels()
  @exclusivity(unchecked) var typos: TypoSearch
  @exclusivity(unchecked) var corrected = CorrectedMasses()
  /// Whether what was typed holds a whole word that no query has, and corrections were found.
  @exclusivity(unchecked) var isHeadDoubtful = false
  /// Uses since the index was built of what matches the prefix.
  @exclusivity(unchecked) var liveUses: UInt64 = 0
  @exclusivity(unchecked) var labels = LabelCache()
  @exclusivity(unchecked) var words = WordCache()
  @exclusivity(unchecked) var steps: [ContextStep] = []
  @exclusivity(unchecked) var composer: Composer
  /// Where the unfinished word of the prefix begins.
  @exclusivity(unchecked) var tailStart = 0
  /// The key of the word before that.
  @exclusivity(unchecked) var lastWord = WordKey.begin
  @exclusivity(unchecked) var composedText: [UInt8] = []
  @exclusivity(unchecked) var candidates = CandidateTable()
  /// `RankerFeature.count` values a candidate, in the candidates' order before ranking.
  @exclusivity(unchecked) var values: [Double] = []
  /// Positions of `candidates`, best first, at most the limit.
  @exclusivity(unchecked) var ranking: [Int] = []
  /// Positions of `candidates` that are not ranked yet, as a heap.
  @exclusivity(unchecked) var heap: [Int] = []
  /// What near-duplicates of the suggestions so far would share with them, in the order of `ranking`.
  @exclusivity(unchecked) var folds: [FoldKeys] = []
  /// What is left to spend on comparing with rules before the candidates are ranked, and while they are.
  @exclusivity(unchecked) var gatheringWork = BlockWork()
  @exclusivity(unchecked) var rankingWork = BlockWork()
  @exclusivity(unchecked) var entryFollowed: [Int32] = []
  /// What each entry of the session promises.
  @exclusivity(unchecked) var entryValues: [Double] = []
  /// The session's entries that match.
  @exclusivity(unchecked) var own = TopLabels()
  @exclusivity(unchecked) var trigrams = TrigramFilter()
  /// Where the words of the previous query lie in it.
  @exclusivity(unchecked) var previousWords: [Range<Int>] = []
  /// The index that the last result refers to.
  @exclusivity(unchecked) var index: LabelIndex

  /// Makes working memory for completions of `engine`.
  public init(engine: CompletionEngine) {
    tree = TreeSearch(arity: engine.index.view.greatestArity, summaries: engine.nodeSummaries)
    popular = PopularSearch(labelCount: engine.index.labelCount)
    composer = Composer(suffixCount: engine.index.view.suffixes.count)
    typos = TypoSearch(labelCount: engine.index.labelCount, trie: engine.trie)
    index = engine.index
  }

  /// Overwrites what the last completions left of anybody's text; there is no result any more.
  public func wipe() {
    ranking.removeAll(keepingCapacity: true)
    prefix.wipe()
    composedText.wipe()
    candidates.wipe()
    typos.wipe()
  }

  /// The number of suggestions of the last completion.
  public var count: Int { ranking.count }

  /// Calls `body` with the display text of suggestion `i` as UTF-8.
  ///
  /// - Precondition: `0 <= i < count`.
  public func withText<R>(_ i: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    let candidate = candidates[ranking[i]]
    if candidate.label != Candidate.noLabel {
      return body(index.view.surface(of: candidate.label))
    }
    return candidates.withSurface(of: candidate, body)
  }

  /// The display text of suggestion `i`, copied.
  public func text(_ i: Int) -> [UInt8] { withText(i) { Array($0) } }

  /// The label of suggestion `i`, or nil for a query that no index has.
  public func label(_ i: Int) -> UInt32? {
    let label = candidates[ranking[i]].label
    return label == Candidate.noLabel ? nil : label
  }

  /// The score of suggestion `i`; greater is better.
  public func score(_ i: Int) -> Double { candidates[ranking[i]].score }

  /// The first of the sources that brought suggestion `i`, in the order of `SuggestionSource`.
  public func source(_ i: Int) -> SuggestionSource {
    let bits = candidates[ranking[i]].sources
    return SuggestionSource(rawValue: UInt8(bits.trailingZeroBitCount)) ?? .index
  }

  /// Whether suggestion `i` begins with the prefix only once typing errors are corrected.
  public func isCorrected(_ i: Int) -> Bool { candidates[ranking[i]].correction > 0 }

  /// The features and their weights behind suggestion `i` of the last completion, in the order of
  /// `RankerFeature`.
  public func explain(
    _ i: Int, engine: CompletionEngine
  ) -> [(name: String, value: Double, weight: Double)] {
    let row = ranking[i] * RankerFeature.count
    return RankerFeature.allCases.map { feature in
      (feature.name, values[row + feature.rawValue], engine.weights[feature.rawValue])
    }
  }
}

extension CompletionScratch {
  /// The features of suggestion `i`, in the order of `RankerFeature`.
  public func featureValues(_ i: Int) -> ArraySlice<Double> {
    let row = ranking[i] * RankerFeature.count
    return values[row..<row + RankerFeature.count]
  }

  /// The normalised text of suggestion `i`.
  public func normalizedText(_ i: Int) -> [UInt8] {
    withNormalizedText(of: candidates[ranking[i]], index.view) { Array($0) }
  }

  /// Calls `body` with the normalised text of `candidate`, of the index that `view` shows.
  @inline(__always)
  func withNormalizedText<R>(
    of candidate: Candidate, _ view: IndexView, _ body: (UnsafeBufferPointer<UInt8>) -> R
  ) -> R {
    candidate.label != Candidate.noLabel
      ? body(view.text(of: candidate.label)) : candidates.withText(of: candidate, body)
  }
}
