// Sets labels that match by synonyms alone behind all that matches as typed.
//
// Among themselves they keep the ranker's order. How far they are set back becomes part of the value
// of their feature, so the features of a suggestion still make its score. Because they stand behind
// everything, texts that are merely composed leave them the last places of a list.
//
// Cost: O(candidates), where a synonym has brought one; else one comparison.

/// How labels that match by synonyms stand to others.
struct SynonymOrder {
  /// The greatest weight of `RankerFeature.synonym`.
  static let greatestWeight = -6.0
  /// The most places of a list that composed texts leave, and the share of the list that they are
  /// at most.
  static let places = 2
  static let share = 4
  /// What the best of them stands below the last that matches as typed.
  private static let gap = 1.0

  /// Sets them back in `ranking`, and notes it in `features`.
  static func apply(
    to ranking: inout Ranking, _ features: inout FeatureTable, _ table: borrowing CandidateTable,
    weight: Double
  ) {
    var (least, best) = (Double.infinity, -Double.infinity)
    for i in 0..<table.count {
      switch table[i].match {
      case .prefix: least = min(least, ranking.scores[i])
      case .synonyms: best = max(best, ranking.scores[i])
      case .words, .corrected: break
      }
    }
    let excess = best - (least - gap)
    guard excess > 0, excess.isFinite else { return }
    for i in 0..<table.count where table[i].isSynonym {
      ranking.lift(i, by: -excess)
      features.add(-excess / weight, to: .synonym, of: i)
    }
  }

  /// The places of a list of `limit` that composed texts leave to what synonyms brought.
  static func reserved(_ table: borrowing CandidateTable, limit: Int?) -> Int {
    guard table.findings.synonymUses > 0, let limit else { return 0 }
    var count = 0
    for i in 0..<table.count where table[i].isSynonym && count < places { count += 1 }
    return min(count, limit / share)
  }
}
