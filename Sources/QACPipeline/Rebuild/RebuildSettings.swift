// What a rebuild reads, learns, demands and keeps.
//
// Setting.swift of QACTraining says what to touch to add a number. The filters of the log and the
// hyper-parameters of the index are the types of QACLogs and QACTraining themselves, so their
// numbers and defaults are declared there.
//
// What a setting decides, and what depends on it:
//
//     profile, format, columns, encoding, maximumBadShare
//                                         what is kept of the logs: `LogState.Content.settings`
//     filters, build, lookBackDays, synonyms, titles, background, items, examples, kindWeights
//                                         the index: `numbers` says which of them reports record
//     all others                          whether the index is published, and what becomes of it

public import QACLogs
public import QACText
public import QACTraining

/// The settings of a rebuild.
public struct RebuildSettings: Sendable {
  /// Where versions, reports and what was read are kept.
  public var directory: String
  /// Patterns of the files that hold the logs.
  public var logs: [String] = []
  /// A daemon's database, whose events are read too; nil for none.
  public var database: String?
  /// The format of the logs, always one with sessions and times.
  public var format = LogFormat.auto
  /// What is said about the columns of the logs.
  public var columns = LogColumns()
  /// The encoding of the logs.
  public var encoding = LogEncoding.utf8
  /// How texts are normalised.
  public var profile = NormalizationProfile.search
  /// Unix seconds that count as now.
  public var now: Int64
  /// Older events are not learned.
  public var lookBackDays = 90.0
  /// Which events are learned. The seed and the block list are not read here: the rebuild sets them
  /// from `build` and `blockList`.
  public var filters = LogFilters()
  /// A file of block rules; nil for none.
  public var blockList: String?
  /// A file of synonyms to compile into the index; nil for none.
  public var synonyms: String?
  /// Files of published texts that are completed before anybody submits them (`TitleFile`).
  public var titles: [String] = []
  /// Logs of others, whose queries are completed like titles.
  public var background: [String] = []
  /// The share of bad lines above which a file is left out.
  public var maximumBadShare = LogReadOptions().maximumBadShare
  /// Files of the items that queries are to find; none for an index without items, except for
  /// those that were added to the daemon.
  public var items: [String] = []
  /// Patterns of the files of queries that led to items.
  public var examples: [String] = []
  /// What an event of each kind weighs as an example.
  public var kindWeights = ItemKindWeights()
  /// The hyper-parameters of the index. The rebuild itself counts people and uses, before the
  /// decay, so the minima of labels here stay at 1.
  public var build = BuildSettings()

  /// The share of the newest events, among those that the served index does not know, to judge by.
  public var heldOutShare = 0.5
  /// Fewer held-out queries than this say nothing about quality. Then nothing is published, except
  /// a first index where none is served, because that is better than none.
  public var minimumRequests = 100
  /// The most queries that are typed to judge.
  public var maximumRequests = 4000
  /// How much of MRR@10, of keystrokes saved, of answers with a useful line among three, and of the
  /// characters that useful lines save may be lost, as a share of the served index's figure.
  public var margin = 0.01
  /// The least label coverage, as a share of that of the served index.
  public var coverageFloor = 0.8
  /// The factor by which the number of labels may change, up or down.
  public var sizeFactor = 3.0
  /// The most bytes of an index; 0 for no bound.
  public var maximumBytes = 0
  /// A file of completions that are expected; nil for none.
  public var canaries: String?
  /// Whether to publish an index that is not judged or does not meet a demand.
  public var forces = false
  /// Whether to judge and report without publishing.
  public var isDryRun = false

  /// How many versions are kept.
  public var keep = 7
  /// The socket of the daemon that is told; nil for none.
  public var socket: String?
  /// How long to wait, in all, for the daemon that is told, and for the database that is read.
  public var patience = DaemonNotice.patience
  /// Bytes that reading and sorting may take.
  public var memory = 2 << 30

  /// Makes the default settings of a rebuild in `directory` at `now`.
  public init(directory: String, now: Int64) {
    self.directory = directory
    self.now = now
    filters.minimumUsers = BuildSettings.enoughPeople
  }

  /// Finds a number that is out of range, here or in `build`.
  ///
  /// - Throws: `PipelineError.setting`.
  public func check() throws(PipelineError) {
    if let setting = outOfRange { throw .setting(name: setting.name, values: setting.values) }
    if maximumRequests < minimumRequests {
      throw .setting(name: "maximumRequests", values: .atLeast(Double(minimumRequests)))
    }
    if let setting = build.outOfRange {
      throw .setting(name: setting.name, values: setting.values)
    }
  }
}

extension RebuildSettings: ListedSettings {
  /// Every number of the settings.
  public static let numbers: [Setting<RebuildSettings>] = [
    Setting("lookBackDays", \.lookBackDays, .range(0.01...36_500), record: .asNamed),
    Setting("decayDays", \.filters.decayDays, .range(0...36_500), record: .asNamed),
    Setting("sessionGap", \.filters.sessionGap, .range(0...31_536_000), record: .asNamed),
    Setting("minimumUsers", \.filters.minimumUsers, .range(1...1e6), record: .asNamed),
    Setting("minimumCount", \.filters.minimumCount, .range(0...1e9), record: .asNamed),
    Setting("longestQuery", \.filters.longestQuery, .range(1...2048), record: .asNamed),
    Setting("robotMinute", \.filters.robotMinute, .atLeast(0), record: .asNamed),
    Setting("robotSession", \.filters.robotSession, .atLeast(0), record: .asNamed),
    Setting("foldSeconds", \.filters.halfTypedSeconds, .range(-1...3600), record: .asNamed),
    Setting("clickWeight", \.kindWeights.click, .range(0...1e6), record: .asNamed),
    Setting("cartWeight", \.kindWeights.cart, .range(0...1e6), record: .asNamed),
    Setting("purchaseWeight", \.kindWeights.purchase, .range(0...1e6), record: .asNamed),
    Setting("maximumBadShare", \.maximumBadShare, .range(0...1)),
    // Listed in `build` too, where provenance knows it under an older name.
    Setting(
      "minimumEndingUsers", \.build.minimumEndingUsers, .range(1...1e6), record: .asNamed),
    Setting("heldOutShare", \.heldOutShare, .above(0, through: 0.9)),
    Setting("minimumRequests", \.minimumRequests, .atLeast(1)),
    Setting("maximumRequests", \.maximumRequests, .atLeast(1)),
    Setting("margin", \.margin, .range(0...1)),
    Setting("coverageFloor", \.coverageFloor, .range(0...1)),
    Setting("sizeFactor", \.sizeFactor, .atLeast(1)),
    Setting("maximumBytes", \.maximumBytes, .atLeast(0)),
    Setting("keep", \.keep, .range(1...10_000)),
  ]
}
