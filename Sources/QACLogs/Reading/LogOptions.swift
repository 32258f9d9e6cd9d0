// The settings for reading logs.

import QACBinary
public import QACText

/// How logs are read, normalised and cut into sessions.
public struct LogReadOptions: Sendable {
  /// Half an hour in seconds, the default of `sessionGap`.
  public static let defaultSessionGap: Int64 = 1800

  /// The format of all files.
  public var format: LogFormat
  /// What is said about the columns of all files.
  public var columns = LogColumns()
  /// The encoding of all files.
  public var encoding = LogEncoding.utf8
  /// With what the addresses and agents of access logs are hashed to sessions. A log that is read
  /// again needs the same salt for the same sessions.
  public var salt = LogReadOptions.saltOfThisMachine
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

  /// A salt that stays the same on this machine and that others do not know: its machine id
  /// (machine-id(5)); if it has none, a text that is the same everywhere.
  public static let saltOfThisMachine: String = {
    let id = try? RegularFile.contents("/etc/machine-id", limit: 64)
    return "qacd " + String(decoding: id ?? [], as: UTF8.self)
  }()
}
