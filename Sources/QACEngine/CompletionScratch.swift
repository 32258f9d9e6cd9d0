// Working memory of one thread, and the result of its last completion.
//
// It grows to the size its requests need and is then reused: a completion allocates nothing.
// It belongs to one thread at a time and to one engine; it is not Sendable, and the compiler holds
// callers to that.

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
  var prefix: [UInt8] = []
  var features = SparseVector()
  var tree: TreeSearch
  var popular: PopularSearch
  var followers = TopLabels()
  var recent = TopLabels()
  var typos: TypoSearch
  var corrected = CorrectedMasses()
  /// Whether what was typed holds a whole word that no query has, and corrections were found.
  var isHeadDoubtful = false
  /// Uses since the index was built of what matches the prefix.
  var liveUses: UInt64 = 0
  var steps: [ContextStep] = []
  var composer: Composer
  /// Where the unfinished word of the prefix begins.
  var tailStart = 0
  /// The key of the word before that.
  var lastWord = WordKey.begin
  var composedText: [UInt8] = []
  var candidates = CandidateTable()
  /// `RankerFeature.count` values a candidate, in the candidates' order before ranking.
  var values: [Double] = []
  /// Positions of `candidates`, best first, at most the limit.
  var ranking: [Int] = []
  /// Positions of `candidates` that are not ranked yet, as a heap.
  var heap: [Int] = []
  /// What near-duplicates of the suggestions so far would share with them, in the order of `ranking`.
  var folds: [FoldKeys] = []
  var entryFollowed: [Int32] = []
  var trigrams = TrigramFilter()
  /// The index that the last result refers to.
  var index: LabelIndex

  /// Makes working memory for completions of `engine`.
  public init(engine: CompletionEngine) {
    tree = TreeSearch(arity: engine.greatestArity)
    popular = PopularSearch(labelCount: engine.index.labelCount)
    composer = Composer(suffixCount: engine.index.view.suffixes.count)
    typos = TypoSearch(labelCount: engine.index.labelCount)
    index = engine.index
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
    let candidate = candidates[ranking[i]]
    if candidate.label != Candidate.noLabel {
      return Array(index.view.text(of: candidate.label))
    }
    return candidates.withText(of: candidate) { Array($0) }
  }
}
