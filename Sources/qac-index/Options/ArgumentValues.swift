// Types of other modules as command-line values, each value with a line of help.

public import ArgumentParser
public import QACLogs
public import QACReplay
import QACText

extension LogFormat: ExpressibleByArgument {
  /// What each format looks like.
  public static var allValueDescriptions: [String: String] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.help) })
  }

  /// What its lines look like.
  fileprivate var help: String {
    switch self {
    case .auto: "recognised from the first lines of each file"
    case .events: "session TAB time TAB query; the time in unix seconds or finer"
    case .places: "session TAB time TAB place TAB query"
    case .pairs: "previous query TAB query TAB count"
    case .queries: "query TAB count"
    case .jsonl: "one JSON object per line, with a session, a time and a query"
    case .aol: "the five columns of the AOL log"
    }
  }
}

/// A format whose lines have a session and a time, or `auto`: all that a rebuild reads.
struct TimedFormat: ExpressibleByArgument, CaseIterable {
  let format: LogFormat

  static let allCases = LogFormat.allCases.filter { $0 == .auto || $0.isTimed }
    .map(TimedFormat.init)

  init(_ format: LogFormat) {
    self.format = format
  }

  init?(argument: String) {
    guard let known = Self.allCases.first(where: { $0.format.rawValue == argument }) else {
      return nil
    }
    self = known
  }

  var defaultValueDescription: String { format.rawValue }
  static var allValueStrings: [String] { allCases.map(\.format.rawValue) }
  static var allValueDescriptions: [String: String] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.format.rawValue, $0.format.help) })
  }
}

/// A profile by its name. The profile itself has the numbers of index files as raw values, and help
/// would show these.
struct ProfileName: ExpressibleByArgument, CaseIterable {
  let profile: NormalizationProfile

  static let allCases = NormalizationProfile.current.map(ProfileName.init)

  init(_ profile: NormalizationProfile) {
    self.profile = profile
  }

  init?(argument: String) {
    guard let profile = NormalizationProfile(name: argument) else { return nil }
    self.profile = profile
  }

  var defaultValueDescription: String { profile.name }
  static var allValueStrings: [String] { allCases.map(\.profile.name) }
  static var allValueDescriptions: [String: String] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.profile.name, $0.help) })
  }

  private var help: String {
    switch profile {
    case .search, .plainSearch:
      "for search boxes: case, punctuation and repeated spaces do not matter"
    case .verbatim: "for shells and code: every character matters"
    }
  }
}

extension ReplayProtocol: ExpressibleByArgument {
  /// What each protocol lets a request know.
  public static var allValueDescriptions: [String: String] {
    Dictionary(
      uniqueKeysWithValues: allCases.map { rule in
        switch rule {
        case .offline: (rule.rawValue, "the index, and the session so far")
        case .replay: (rule.rawValue, "also all that was submitted before it, as in the daemon")
        }
      })
  }
}

extension SplitRule: ExpressibleByArgument {
  /// What each rule does.
  public static var allValueDescriptions: [String: String] {
    Dictionary(
      uniqueKeysWithValues: allCases.map { rule in
        switch rule {
        case .time: (rule.rawValue, "the oldest queries to learn from, the newest to score")
        case .hash: (rule.rawValue, "by a seeded hash, whatever the times")
        }
      })
  }
}

/// A setting that is on or off, and may stand in a configuration file.
enum Switch: String, ExpressibleByArgument, CaseIterable {
  case on, off
}
