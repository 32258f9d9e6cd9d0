// What a rebuild did and why, as it is kept beside the index: JSON, and the page made of it.
//
// It holds no text but that of labels, which have users enough. Labels that are gone are counted and
// not named: one may be gone because somebody asked for that.

public import QACLogs

/// The report of a rebuild.
public struct RebuildReport: Codable, Sendable {
  /// How a rebuild ended.
  public enum Decision: String, Codable, Sendable {
    /// A new version is served from now on.
    case published
    /// The new index is not published.
    case refused
    /// There is too little that is new to judge by; the served index stays.
    case unchanged
    /// The judgement was made, and nothing published as asked for.
    case dryRun
  }

  /// What the daemon that was to be told does.
  public enum Daemon: String, Codable, Sendable {
    /// It has not been told yet, or has not loaded the index for another reason than the index.
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
    /// Its name without its directory.
    public var name: String
    /// Its lines.
    public var lines = 0
    /// Lines that cannot be used, by reason.
    public var badLines: [String: Int] = [:]
    /// Events in it.
    public var events = 0
    /// Whether something of it was read now.
    public var isNew = false
    /// Why it was left out; nil where it was read.
    public var failure: String?
  }

  /// The figures of one system on the held-out queries.
  public struct System: Codable, Sendable {
    /// The name of the system: `new`, `served`, or a simple one.
    public var name: String
    /// Mean reciprocal rank over all prefixes.
    public var mrr10: Double
    /// The share of keys that need not be pressed, with ten suggestions looked at.
    public var keystrokesSaved: Double
    /// MRR@10 by class of prefix length.
    public var byPrefixLength: [String: Double] = [:]
  }

  /// A demand and whether it is met.
  public struct Check: Codable, Sendable, Equatable {
    /// The name of the demand.
    public var name: String
    /// Whether it is met.
    public var passed: Bool
    /// What was found and what is demanded.
    public var text: String
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
    /// The share of held-out queries that are labels, by index.
    public var coverage: [String: Double] = [:]
    /// What is demanded, and whether it is met.
    public var checks: [Check] = []
  }

  /// A label with how often it is learned now, and was before.
  public struct LabelChange: Codable, Sendable, Equatable {
    /// The label as it is shown.
    public var text: String
    /// Its weight now.
    public var now: Int
    /// Its weight before.
    public var before: Int
  }

  /// The labels beside those of the served index.
  public struct Labels: Codable, Sendable {
    /// The labels of the new index.
    public var count = 0
    /// Those that the served index lacks.
    public var added = 0
    /// Those of the served index that the new one lacks.
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

  /// When, in unix seconds.
  public var now: Int64 = 0
  /// The version that was published, or would have been.
  public var version: String?
  /// The version that was served before.
  public var previous: String?
  /// What was decided.
  public var decision = Decision.refused
  /// Why, in sentences.
  public var reasons: [String] = []
  /// What deserves a look, whatever was decided.
  public var warnings: [String] = []
  /// The logs, in the order of their paths.
  public var files: [File] = []
  /// Logs that were named and are not learned: files that were left out, and patterns that no file fits or
  /// that lead where nothing can be read. Nil in older reports.
  public var lostLogs: Int?
  /// Whether a log that was named is not learned.
  public var hasLostLogs: Bool { lostLogs ?? 0 > 0 }
  /// What the daemon does; nil where none was to be told.
  public var daemon: Daemon?
  /// Events of the daemon's database; nil where none was read.
  public var databaseEvents: Int?
  /// What became of the events.
  public var counts = LogCounts()
  /// Unix seconds of the first and the last moment that is looked at.
  public var window: [Int64] = []
  /// The judgement; nil where it came to none.
  public var judgement: Judgement?
  /// The labels; nil where no index was built.
  public var labels: Labels?
  /// The bytes of the new index.
  public var indexBytes = 0
  /// The identity of the new index.
  public var identity: String?
  /// The phases, in order.
  public var phases: [Phase] = []
  /// The settings that decide the index, by name.
  public var settings: [String: Double] = [:]
}
