// How logs are read: formats and settings.

public import QACText

/// The formats in which logs are read, plain or compressed with gzip or zstd.
public enum LogFormat: String, Sendable, CaseIterable {
  /// One of the others, told from the first lines of each file.
  case auto
  /// `session TAB unix-seconds TAB query`; the seconds may have decimals.
  case events
  /// `previous TAB next TAB count`; an empty `previous` starts a session.
  case pairs
  /// `query TAB count`.
  case queries
  /// One JSON object a line with a session (`session`, `session_id`, `user`, `user_id`), a time
  /// (`time`, `timestamp`, `at`, `ts`: unix seconds or ISO 8601) and a `query` (or `q`).
  case jsonl
  /// AOL's five columns, with or without the header line: AnonID, Query, QueryTime
  /// (`2006-03-01 07:17:12`, read as UTC), ItemRank, ClickURL.
  case aol

  /// Whether lines of this format carry a session and a time.
  public var isTimed: Bool {
    switch self {
    case .events, .jsonl, .aol: return true
    case .auto, .pairs, .queries: return false
    }
  }
}

/// How logs are read, normalised and cut into sessions.
public struct LogReadOptions: Sendable {
  /// The format of all files.
  public var format: LogFormat
  /// How queries are normalised.
  public var profile: NormalizationProfile
  /// A session ends where its user submits nothing for more than so many seconds.
  public var sessionGap: Int64
  /// Whether a query that repeats the one before it in its session is dropped.
  public var dropsImmediateRepeats: Bool
  /// The share of bad lines above which reading fails.
  public var maximumBadShare: Double
  /// So many bad lines are never too many, however short the log.
  public var toleratedBadLines: Int
  /// What counts of pairs and query lists are multiplied with before they are rounded.
  public var countScale: Double
  /// The largest count of one observation.
  public var countCap: UInt32
  /// Lines whose query has more bytes, as typed or normalised, are bad.
  public var longestQuery: Int

  /// Makes options; the defaults suit timed logs of searches.
  public init(
    format: LogFormat = .auto, profile: NormalizationProfile = .search, sessionGap: Int64 = 1800,
    dropsImmediateRepeats: Bool = true, maximumBadShare: Double = 0.01,
    toleratedBadLines: Int = 5, countScale: Double = 1, countCap: UInt32 = .max,
    longestQuery: Int = .max
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
  }
}
