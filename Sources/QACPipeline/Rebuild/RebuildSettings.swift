// What a rebuild reads, learns, demands and keeps.

public import QACLogs
public import QACText
public import QACTraining

/// The settings of a rebuild.
public struct RebuildSettings: Sendable {
  /// Where versions, reports and what was read are kept.
  public var directory: String
  /// Patterns of the files that hold the logs.
  public var logs: [String] = []
  /// A daemon's database, read besides; nil for none.
  public var database: String?
  /// The format of the logs, always one with sessions and times.
  public var format = LogFormat.auto
  /// How texts are normalised.
  public var profile = NormalizationProfile.search
  /// The hyper-parameters of the index.
  public var build = BuildSettings()

  /// Unix seconds that count as now.
  public var now: Int64
  /// Events that are older are not learned.
  public var lookBackDays = 90.0
  /// Days in which an event's chance to be learned halves; 0 for no decay.
  public var decayDays = 0.0
  /// Seconds without a query after which a new session begins.
  public var sessionGap: Int64 = 1800
  /// Distinct users who must have submitted a label.
  public var minimumUsers = 3
  /// How often a label must have been submitted.
  public var minimumCount = 1
  /// Bytes of the longest label.
  public var longestQuery = 128
  /// Whether texts that look like personal data are left out.
  public var findsPersonalData = true
  /// Whether secrets of known shapes are learned where texts that look like personal data are.
  public var keepsSecrets = false
  /// Queries in a minute above which a session is a robot's; 0 for no bound.
  public var robotMinute = 30
  /// Queries in a session above which it is a robot's; 0 for no bound.
  public var robotSession = 300
  /// Seconds within which a beginning of the next query is half-typed; -1 for never.
  public var foldSeconds: Int64 = 4
  /// A file of block rules; nil for none.
  public var blockList: String?
  /// The share of bad lines above which a file is left out.
  public var maximumBadShare = 0.01

  /// The share of the newest events, of those that the served index does not know, to judge by.
  public var heldOutShare = 0.5
  /// Fewer held-out queries than this say nothing of the quality: then nothing is published, but a first
  /// index, where none is served, which is better than none.
  public var minimumRequests = 100
  /// Queries at the most that are typed to judge.
  public var maximumRequests = 4000
  /// What may be lost of MRR@10 and of keystrokes saved, as a share of what the served index has.
  public var margin = 0.01
  /// The least label coverage, as a share of that of the served index.
  public var coverageFloor = 0.8
  /// By which factor the number of labels may change.
  public var sizeFactor = 3.0
  /// The most bytes of an index; 0 for no bound.
  public var maximumBytes = 0
  /// A file of completions that are expected; nil for none.
  public var canaries: String?

  /// Versions that are kept.
  public var keep = 7
  /// The socket of the daemon that is told; nil for none.
  public var socket: String?
  /// How long the daemon is waited for that is told, and the database that is read, all in all.
  public var patience = DaemonNotice.patience
  /// Whether to publish what is not judged, or does not meet a demand, too.
  public var forces = false
  /// Whether to judge and report without publishing.
  public var isDryRun = false
  /// Bytes that reading and sorting may take.
  public var memory = 2 << 30

  /// Makes the default settings of a rebuild in `directory` at `now`.
  public init(directory: String, now: Int64) {
    self.directory = directory
    self.now = now
  }
}
