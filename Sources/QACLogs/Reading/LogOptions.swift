// The formats of logs and the settings for reading them.

public import QACText

/// The formats in which logs are read, plain or packed with gzip or zstd.
public enum LogFormat: String, Sendable, CaseIterable {
  /// The format is told from the first lines of each file.
  case auto
  /// `session TAB time TAB query`; the time is in seconds since 1970, or in milliseconds,
  /// microseconds or nanoseconds (`TimeUnit`), and may have decimals.
  case events
  /// `previous TAB next TAB count`; an empty `previous` starts a session.
  case pairs
  /// `query TAB count`.
  case queries
  /// `session TAB time TAB place TAB query`: events that say where they were submitted.
  case places
  /// One JSON object per line, with a session (`session`, `session_id`, `user`, `user_id`), a time
  /// (`time`, `timestamp`, `at`, `ts`: a number as in `events`, or ISO 8601) and a `query` (or
  /// `q`).
  case jsonl
  /// AOL's five columns, with or without the header line: AnonID, Query, QueryTime
  /// (`2006-03-01 07:17:12`, read as UTC), ItemRank, ClickURL.
  case aol

  /// Whether lines of this format have a session and a time.
  public var isTimed: Bool {
    switch self {
    case .events, .places, .jsonl, .aol: return true
    case .auto, .pairs, .queries: return false
    }
  }
}

/// How logs are read, normalised and cut into sessions.
public struct LogReadOptions: Sendable {
  /// Half an hour in seconds, the default of `sessionGap`.
  public static let defaultSessionGap: Int64 = 1800

  /// The format of all files.
  public var format: LogFormat
  /// How queries are normalised.
  public var profile: NormalizationProfile
  /// Seconds without a query of its user after which a session ends.
  public var sessionGap: Int64
  /// Whether a query that repeats the one before it in its session is dropped.
  public var dropsImmediateRepeats: Bool
  /// The share of bad lines above which reading fails.
  public var maximumBadShare: Double
  /// The number of bad lines that is never too large, however short the log is.
  public var toleratedBadLines: Int
  /// The factor by which counts of pairs and query lists are multiplied before they are rounded.
  public var countScale: Double
  /// The largest count of one observation.
  public var countCap: UInt32
  /// The most bytes of a query, as typed and normalised; a line with a longer one is bad.
  public var longestQuery: Int
  /// The time at which the log is read, in unix seconds; events more than a day later are bad
  /// lines. Nil for no such bound.
  public var now: Int64?
  /// The least number of people who typed a spelling that is shown for its query; if no spelling
  /// has as many, the normal form is shown. Uses are counted if the log does not tell people apart.
  /// At 1 nothing is held back.
  public var minimumSpellingUsers: Int
  /// Whether queries with a secret of a known shape in them (a key, a token, a password) are read.
  public var keepsSecrets: Bool

  /// Makes options; the defaults suit timed logs of searches.
  public init(
    format: LogFormat = .auto, profile: NormalizationProfile = .search,
    sessionGap: Int64 = LogReadOptions.defaultSessionGap,
    dropsImmediateRepeats: Bool = true, maximumBadShare: Double = 0.01,
    toleratedBadLines: Int = 5, countScale: Double = 1, countCap: UInt32 = .max,
    longestQuery: Int = .max, now: Int64? = nil, minimumSpellingUsers: Int = 1,
    keepsSecrets: Bool = false
  ) {
    self.format = format
    self.profile = profile
    self.sessionGap = sessionGap
    self.dropsImmediateRepeats = dropsImmediateRepeats
    self.maximumBadShare = maximumBadShare
    self.toleratedBadLines = toleratedBadLines
    self.countScale = countScale
    self.countCap = countCap
    self.longestQuery = longestQuery
    self.now = now
    self.minimumSpellingUsers = minimumSpellingUsers
    self.keepsSecrets = keepsSecrets
  }

  /// The latest time of an event that is not a bad line: a day after `now`, because clocks may be
  /// fast.
  package var latestTime: Int64 {
    guard let now else { return .max }
    let (time, overflow) = now.addingReportingOverflow(86_400)
    return overflow ? .max : time
  }
}
