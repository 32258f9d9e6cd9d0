// A search over everything that a session submitted, and what it finds.
//
// Texts are compared as `Normalizer(.search)` writes them, whatever index is served: without regard
// to case, accents and punctuation. A text is found if it holds all words of the search, in any
// order; of the last one a beginning is enough, unless white space follows it.
//
// Each distinct text is found once. Texts are ranked by the time of their last use, and each
// doubling of the number of uses counts like `secondsPerDoubling`. A search without words ranks by
// time alone.

import QACText

/// What to look for.
public struct HistorySearch: Sendable {
  /// By how many seconds each doubling of the uses makes a text newer.
  public static let secondsPerDoubling: Int64 = 24 * 60 * 60

  /// The session's name.
  public var session: [UInt8]
  /// The words as typed, UTF-8; none finds everything.
  public var query: [UInt8]
  /// The most hits.
  public var limit: Int
  /// Where to go on; nil to begin with the best hit.
  public var after: Position?
  /// Only what was submitted at this place counts; nil for every place.
  public var place: [UInt8]?

  /// Makes a search.
  public init(
    session: [UInt8], query: [UInt8], limit: Int, after: Position? = nil, place: [UInt8]? = nil
  ) {
    self.session = session
    self.query = query
    self.limit = limit
    self.after = after
    self.place = place
  }

  /// Where a hit stands among all hits of its search. The greatest position is the best one.
  public struct Position: Sendable, Hashable, Comparable {
    /// Unix seconds: the time of the last use, and what the number of uses adds to it.
    public var rank: Int64
    /// Unix seconds: the time of the last use.
    public var time: Int64
    /// The number of the last use within that second.
    public var sequence: Int64

    /// Makes a position.
    public init(rank: Int64, time: Int64, sequence: Int64) {
      self.rank = rank
      self.time = time
      self.sequence = sequence
    }

    /// Whether `a` comes after `b` in the list of hits.
    public static func < (a: Position, b: Position) -> Bool {
      (a.rank, a.time, a.sequence) < (b.rank, b.time, b.sequence)
    }

    /// The rank of a text that was used `uses` times (at least once), last at `time`.
    static func rank(uses: UInt32, time: Int64) -> Int64 {
      if uses == 1 { return time }
      let bonus = Int64(logarithm(uses) * Double(HistorySearch.secondsPerDoubling))
      let (sum, overflow) = time.addingReportingOverflow(bonus)
      return overflow ? .max : sum
    }
  }
}

/// A text that a search found.
public struct HistoryHit: Sendable, Equatable {
  /// The text as submitted, UTF-8.
  public var query: [UInt8]
  /// Unix seconds: when it was last submitted.
  public var time: Int64
  /// How often it was submitted; with a place, there.
  public var uses: Int
  /// Where it was last submitted, UTF-8.
  public var place: [UInt8]?
  /// How its last use ended.
  public var outcome: StoredCircumstances.Outcome?

  /// Makes a hit.
  public init(
    query: [UInt8], time: Int64, uses: Int, place: [UInt8]? = nil,
    outcome: StoredCircumstances.Outcome? = nil
  ) {
    self.query = query
    self.time = time
    self.uses = uses
    self.place = place
    self.outcome = outcome
  }
}

/// Hits of a search, best first.
public struct HistoryHits: Sendable, Equatable {
  /// The hits.
  public var hits: [HistoryHit] = []
  /// The position of the last hit if there are more; else nil.
  public var next: HistorySearch.Position?
}
