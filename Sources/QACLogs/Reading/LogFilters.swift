// What of a log is learned, and the counts of what is not.

/// Which events of a log are learned.
public struct LogFilters: Sendable {
  /// Seconds without a query after which a new session begins.
  public var sessionGap: Int64 = 1800
  /// Distinct users who must have submitted a query, and a spelling that is shown for it; at least 1.
  public var minimumUsers = 3
  /// How often a query must have been submitted, at least 1.
  public var minimumCount = 1
  /// Bytes of the longest normalised query.
  public var longestQuery = 128
  /// Whether texts are looked through for personal data, secrets among it.
  public var findsPersonalData = true
  /// Whether texts with secrets of known shapes are learned where nobody looks for personal data.
  public var keepsSecrets = false
  /// A session with more queries in a minute is a robot's; 0 for no such bound.
  public var robotMinute = 30
  /// A session with more queries is a robot's; 0 for no such bound.
  public var robotSession = 300
  /// Seconds within which a query that begins the next one is its half-typed beginning; -1 for none.
  public var foldSeconds: Int64 = 4
  /// Days in which an event's chance to be learned halves; 0 for no decay.
  public var decayDays = 0.0
  /// Decides which of the older events are learned.
  public var seed: UInt64 = 1
  /// Whether a normalised query is on the block list.
  public var isBlocked: @Sendable ([UInt8]) -> Bool = { _ in false }

  /// Makes the default filters.
  public init() {}
}

/// What became of the events of a log. Invariant: `events` is the sum of all other counts of events.
public struct LogCounts: Sendable, Equatable, Codable {
  /// Events within the window.
  public var events = 0
  /// Events that are learned.
  public var learned = 0
  /// Events whose text must not be learned, by `TextFault`'s name.
  public var faultyTexts: [String: Int] = [:]
  /// Events of robots' sessions.
  public var robots = 0
  /// Half-typed beginnings of the query after them.
  public var folded = 0
  /// Repeats of the query before them.
  public var repeats = 0
  /// Events of queries of too few users.
  public var fewUsers = 0
  /// Events of queries that were submitted too few times.
  public var fewUses = 0
  /// Older events that the decay leaves out.
  public var decayed = 0

  /// Events before the window; in no sum.
  public var tooOld = 0
  /// Events after the window; in no sum.
  public var tooNew = 0
  /// Distinct users within the window.
  public var users = 0
  /// Sessions within the window.
  public var sessions = 0
  /// Sessions of robots.
  public var robotSessions = 0
  /// Distinct queries within the window that pass the filters of texts and robots.
  public var queries = 0
  /// Distinct queries that are learned.
  public var learnedQueries = 0

  /// Makes counts of nothing.
  public init() {}
}
