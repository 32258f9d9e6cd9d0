// What a rebuild did and why. It is kept beside the index, as JSON and as a page made from it.
//
// The only texts in it are labels, which enough people have submitted. Labels that are gone are
// counted but not named, because one may be gone at somebody's request.

public import QACLogs

/// The report of a rebuild.
public struct RebuildReport: Codable, Sendable {
  /// How a rebuild ended.
  public enum Decision: String, Codable, Sendable {
    /// A new version is served from now on.
    case published
    /// The new index is not published.
    case refused
    /// There is too little new to judge by, or the new index is the served one; that stays.
    case unchanged
    /// The judgement was made, and nothing was published, as requested.
    case dryRun
  }

  /// What the daemon that should be told does.
  public enum Daemon: String, Codable, Sendable {
    /// It has not been told yet, or has not loaded the index for a reason other than the index.
    case untold
    /// It serves the version.
    case serves
    /// It serves another file.
    case servesAnother
    /// It cannot load the version, and serves what it served.
    case refuses
  }

  /// A log that was read.
  public struct File: Codable, Sendable {
    /// Its name, without its directory.
    public var name: String
    /// Its lines.
    public var lines = 0
    /// The number of lines that cannot be used, by reason.
    public var badLines: [String: Int] = [:]
    /// The number of its events.
    public var events = 0
    /// Whether some of it was read now.
    public var isNew = false
    /// Why it was left out; nil if it was read.
    public var failure: String?
  }

  /// A system that completes the held-out queries.
  public enum Contender: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
    /// The new index.
    case new
    /// The served index.
    case served
    /// The most popular completions.
    case popular
    /// What followed the previous query, then the most popular completions.
    case followers
    /// The new index under the operator's rules.
    case ruled
    /// The new index's items by the words alone, in the order of BM25.
    case words
  }

  /// The figures of one system on the held-out queries.
  public struct System: Codable, Sendable {
    /// Which system.
    public var name: Contender
    /// Mean reciprocal rank over all prefixes.
    public var mrr10: Double
    /// The share of keys that need not be pressed, with ten suggestions looked at.
    public var keystrokesSaved: Double
    /// MRR@10 by class of prefix length.
    public var byPrefixLength: [String: Double] = [:]
    /// What people see of its lists; nil in older reports.
    public var seen: EvaluationReport.Seen?
  }

  /// What can be demanded of an index.
  public enum Demand: String, Codable, Sendable {
    /// Enough held-out queries to judge by.
    case queries
    /// MRR@10 no worse than before, less a margin.
    case mrr10 = "MRR@10"
    /// Keystrokes saved no worse than before, less a margin.
    case keystrokesSaved = "keystrokes saved"
    /// The share of answers with a useful line among three no worse than before, less a margin.
    case usefulAmong3 = "useful among three"
    /// The share of characters that useful lines save no worse than before, less a margin.
    case savedCharacters = "characters saved"
    /// Coverage of the held-out queries about that of the served index.
    case coverageNow = "coverage now"
    /// Coverage of the held-out queries about that of the served index when that was judged.
    case coverageBefore = "coverage before"
    /// Items not shown to be worse than before by recall@10, less a margin.
    case itemRecall = "recall@10 of items"
    /// Items not shown to be worse than before by the mean reciprocal rank, less a margin.
    case itemMRR = "MRR of items"
    /// About as many items as the served index has.
    case items
    /// About as many labels as the served index has.
    case labels
    /// No more bytes than are allowed.
    case bytes
    /// All completions of the list of canaries.
    case canaries
  }

  /// A demand and whether it is met.
  public struct Check: Codable, Sendable, Equatable {
    /// What is demanded.
    public var name: Demand
    /// Whether it is met.
    public var passed: Bool
    /// What was found and what is demanded, with figures.
    public var text: String
  }

  /// What the operator's rules cost on the held-out queries.
  public struct Rules: Codable, Sendable, Equatable {
    /// The number of pins.
    public var pins: Int
    /// The number of boosts.
    public var boosts: Int
    /// The number of block rules, those of the block list among them.
    public var blocks: Int
    /// MRR@10 of the new index without rules.
    public var mrr10Without: Double
    /// MRR@10 of the new index under the rules.
    public var mrr10With: Double
  }

  /// The judgement of the new index.
  public struct Judgement: Codable, Sendable {
    /// Queries that were typed.
    public var requests = 0
    /// People who submitted them.
    public var users = 0
    /// Unix seconds of the first of the held-out events.
    public var from: Int64 = 0
    /// Unix seconds of the last of the held-out events.
    public var to: Int64 = 0
    /// The figures of each system.
    public var systems: [System] = []
    /// The share of held-out queries that are labels of the new and of the served index.
    public var coverage: [Contender: Double] = [:]
    /// What the operator's rules cost; nil if there are none.
    public var rules: Rules?
    /// What is demanded, and whether it is met.
    public var checks: [Check] = []
  }

  /// A label, and how often it was submitted in the new and in the served index.
  public struct LabelChange: Codable, Sendable, Equatable {
    /// The label as it is shown.
    public var text: String
    /// Its weight now.
    public var now: Int
    /// Its weight before.
    public var before: Int
  }

  /// The labels, compared with those of the served index.
  public struct Labels: Codable, Sendable {
    /// The number of labels of the new index.
    public var count = 0
    /// The number of those that the served index lacks.
    public var added = 0
    /// The number of labels of the served index that the new one lacks.
    public var gone = 0
    /// New labels by weight.
    public var newest: [LabelChange] = []
    /// Labels whose share has grown most.
    public var rising: [LabelChange] = []
    /// Labels whose share has shrunk most.
    public var falling: [LabelChange] = []
  }

  /// A phase and how long it took.
  public struct Phase: Codable, Sendable {
    /// The name of the phase.
    public var name: String
    /// How long it took.
    public var seconds: Double
  }

  /// The time of the rebuild, in unix seconds.
  public var now: Int64 = 0
  /// The version that was published, or would have been.
  public var version: String?
  /// The version that was served before.
  public var previous: String?
  /// What was decided.
  public var decision = Decision.refused
  /// Why, in sentences.
  public var reasons: [String] = []
  /// What somebody should look at, whatever was decided.
  public var warnings: [String] = []
  /// The logs, in the order of their paths.
  public var files: [File] = []
  /// The number of named logs that were not learned: files that were left out, patterns that no
  /// file fits, and patterns with a directory on the way that cannot be read. Nil in older reports.
  public var lostLogs: Int?
  /// Whether a named log was not learned.
  public var hasLostLogs: Bool { lostLogs ?? 0 > 0 }
  /// What the daemon does; nil if there was none to tell.
  public var daemon: Daemon?
  /// The number of events of the daemon's database; nil if none was read.
  public var databaseEvents: Int?
  /// Whether suggestions are used; nil if no client said it, and in older reports.
  public var use: Use?
  /// What became of the events.
  public var counts = LogCounts()
  /// The first and the last moment of the window, in unix seconds.
  public var window: [Int64] = []
  /// The judgement; nil if there was none.
  public var judgement: Judgement?
  /// The labels; nil if no index was built.
  public var labels: Labels?
  /// The items; nil if there are none, and in older reports.
  public var items: Items?
  /// What became of the synonyms; nil if there are none.
  public var synonyms: SynonymReport?
  /// The bytes of the new index.
  public var indexBytes = 0
  /// The identity of the new index.
  public var identity: String?
  /// The phases, in order.
  public var phases: [Phase] = []
  /// The settings that decide the index, by name (`ListedSettings.recorded`).
  public var settings: [String: Double] = [:]
}
