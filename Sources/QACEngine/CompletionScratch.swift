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

  /// The name on the wire and in reports.
  public var name: StaticString {
    switch self {
    case .session: return "session"
    case .followers: return "followers"
    case .index: return "index"
    case .popular: return "popular"
    }
  }
}

/// A suggestion before and after ranking.
struct Candidate {
  static let noLabel = UInt32.max

  /// The label, or `noLabel` for a query of the session that no index has.
  var label: UInt32
  /// The session's entry of this text, or -1.
  var entry: Int32
  /// Bit s is set where source s brought it.
  var sources: UInt8
  /// ln P by the index, where the index returned it; else NaN.
  var indexLog: Double
  /// The ranker's score.
  var score: Double = 0
}

/// Working memory of one thread, and the result of its last completion.
public final class CompletionScratch {
  var prefix: [UInt8] = []
  var features = SparseVector()
  var tree: TreeSearch
  var popular: PopularSearch
  var followers = TopLabels()
  var candidates: [Candidate] = []
  /// `RankerFeature.count` values a candidate, in the candidates' order before ranking.
  var values: [Double] = []
  /// Positions of `candidates`, best first, at most the limit.
  var ranking: [Int] = []
  var entryFollowed: [Int32] = []
  var slots: [UInt32] = []
  var slotStamps: [UInt32] = []
  var stamp: UInt32 = 0
  /// The text of session entries lies here, so that a result needs no context.
  var sessionText: [UInt8] = []
  var sessionRanges: [Range<Int>] = []
  /// The index that the last result refers to.
  var index: LabelIndex

  /// Makes working memory for completions of `engine`.
  public init(engine: CompletionEngine) {
    tree = TreeSearch(arity: engine.greatestArity)
    popular = PopularSearch(labelCount: engine.index.labelCount)
    index = engine.index
    slots = [UInt32](repeating: 0, count: 512)
    slotStamps = [UInt32](repeating: 0, count: 512)
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
    return sessionText.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[sessionRanges[ranking[i]]]))
    }
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

  /// The normalised text of suggestion `i`, which came from `context` or is a label.
  public func normalizedText(_ i: Int, _ context: borrowing SessionContext) -> [UInt8] {
    let candidate = candidates[ranking[i]]
    if candidate.label != Candidate.noLabel {
      return Array(index.view.text(of: candidate.label))
    }
    return context.withText(of: Int(candidate.entry)) { Array($0) }
  }
}
