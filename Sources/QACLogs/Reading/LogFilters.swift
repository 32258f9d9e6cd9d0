// Which events of a log are learned, and the counts of those that are not.

/// The conditions under which events of a log are learned.
public struct LogFilters: Sendable {
  /// Seconds without a query after which a new session begins.
  public var sessionGap = LogReadOptions.defaultSessionGap
  /// The least number of distinct users who submitted a query, and a spelling that is shown for it;
  /// at least 1.
  public var minimumUsers = 3
  /// The least number of times a query was submitted, at least 1.
  public var minimumCount = 1
  /// The length of the longest normalised query in bytes.
  public var longestQuery = 128
  /// Whether texts are searched for personal data, including secrets.
  public var findsPersonalData = true
  /// Whether texts with secrets of known shapes are learned if they are not searched for personal
  /// data.
  public var keepsSecrets = false
  /// The most queries in a minute of a person's session; one with more is a robot's. 0 for no
  /// bound.
  public var robotMinute = 30
  /// The most queries of a person's session; one with more is a robot's. 0 for no bound.
  public var robotSession = 300
  /// Seconds within which a query that begins the next one counts as half-typed; -1 for never.
  public var halfTypedSeconds: Int64 = 4
  /// Days in which an event's probability of being learned halves; 0 for no decay.
  public var decayDays = 0.0
  /// Seed of the choice of older events that are learned.
  public var seed: UInt64 = 1
  /// Whether a normalised query is on the block list.
  public var isBlocked: @Sendable ([UInt8]) -> Bool = { _ in false }

  /// Makes the default filters.
  public init() {}
}

/// What became of the events of a log.
///
/// Invariant: `events` is the sum of all other counts of events within the window.
public struct LogCounts: Sendable, Equatable, Codable {
  /// Events within the window.
  public var events = 0
  /// Events that are learned.
  public var learned = 0
  /// Events with a text that must not be learned, by `TextFault.name`.
  public var faultyTexts: [String: Int] = [:]
  /// Events of robots' sessions.
  public var robots = 0
  /// Half-typed beginnings of the query after them.
  public var halfTyped = 0
  /// Events that failed, and those of queries that failed for more people than not.
  public var failed: Int {
    get { failures ?? 0 }
    set { failures = newValue }
  }
  /// Nil in reports of versions that knew no failures.
  private var failures: Int?
  /// Repeats of the query before them.
  public var repeats = 0
  /// Events of queries that too few users submitted.
  public var fewUsers = 0
  /// Events of queries that were submitted too few times.
  public var fewUses = 0
  /// Older events that the decay left out.
  public var decayed = 0

  /// Events before the window; not part of `events`.
  public var tooOld = 0
  /// Events after the window; not part of `events`.
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

  /// Makes counts of 0.
  public init() {}

  // The names in reports.
  private enum CodingKeys: String, CodingKey {
    case events, learned, faultyTexts, robots
    case halfTyped = "folded"
    case failures = "failed"
    case repeats, fewUsers, fewUses, decayed, tooOld, tooNew, users, sessions
    case robotSessions, queries, learnedQueries
  }
}
