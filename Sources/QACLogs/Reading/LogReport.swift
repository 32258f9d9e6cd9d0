// The result of reading a log: counts, and where the bad lines are, but never their text.

/// A line that could not be used: where it is and why, without its text.
public struct BadLine: Sendable, Equatable, CustomStringConvertible {
  /// Why a line could not be used.
  public enum Reason: String, Error, Sendable, CaseIterable {
    /// The number of tab-separated columns is not the format's.
    case columns = "wrong number of columns"
    /// The time is neither a number nor a date.
    case time = "no readable time"
    /// The time is a number in another unit than those of the file's beginning (`TimeUnit`).
    case timeUnit = "a time in another unit than most of the file's"
    /// The time is later than `LogReadOptions.now` by more than a day.
    case future = "a time more than a day ahead"
    /// The count is not a positive number.
    case count = "no positive count"
    /// The session or user is empty.
    case session = "no session"
    /// The query is empty, or normalising leaves nothing of it.
    case query = "no text in the query"
    /// The query, or the one before it, is longer than `LogReadOptions.longestQuery`.
    case longQuery = "a query longer than asked for"
    /// The line of a history belongs to no entry of it.
    case entry = "outside any entry"
    /// The line is not a JSON object.
    case json = "not a JSON object"
    /// Text follows a closing quote of CSV.
    case quote = "text after a closing quote"
    /// The line is not one of an access log.
    case request = "not a request of an access log"
    /// The entry is longer than `LogReader.maximumLineLength`.
    case length = "longer than 64 KiB"

    /// Whether the entry is only too long. It is left out and counted, but it does not speak
    /// against the file.
    public var isLength: Bool { self == .length || self == .longQuery }
  }

  /// The file's path.
  public var path: String
  /// The line's number, from 1.
  public var line: Int
  /// Why it could not be used.
  public var reason: Reason

  /// Makes a description of a bad line.
  public init(path: String, line: Int, reason: Reason) {
    self.path = path
    self.line = line
    self.reason = reason
  }

  /// `PATH:LINE: reason`.
  public var description: String { "\(path):\(line): \(reason.rawValue)" }
}

/// The result of reading one or more log files, in counts.
public struct LogReport: Sendable, Equatable, CustomStringConvertible {
  /// One file that was read.
  public struct File: Sendable, Equatable {
    /// The file's path.
    public var path: String
    /// What it was taken for; the format is `auto` only if the file holds no line.
    public var layout: LogLayout
    /// What else was found out about it, such as the names of its columns; may be empty.
    public var detail = ""
    /// Whether its first lines hold text that is not UTF-8.
    public var isNotUTF8 = false
    /// Its first records, at most `LogReport.keptRecords`. They hold text of the log: show them to
    /// nobody else than the person who named the file.
    public var firstRecords: [RawEvent] = []

    /// Its format.
    public var format: LogFormat { layout.format }
    /// The unit in which its times were read.
    public var unit: TimeUnit { layout.unit }
  }

  /// How many records of each file are kept in `File.firstRecords`.
  public static let keptRecords = 3

  /// How many bad lines are kept in `firstBad`.
  public static let keptBadLines = 20

  /// The files, in the order in which they were read.
  public internal(set) var files: [File] = []
  /// All lines.
  public internal(set) var lines = 0
  /// Lines without content: blank ones, headers, and AOL's `-` for a query that was withheld.
  public internal(set) var emptyLines = 0
  /// Lines that could not be used.
  public internal(set) var badLines = 0
  /// The number of bad lines by reason.
  public internal(set) var badReasons: [BadLine.Reason: Int] = [:]
  /// The first bad lines, at most `keptBadLines`.
  public internal(set) var firstBad: [BadLine] = []
  /// The number of entries that were left out as they are meant to be, by reason.
  public internal(set) var omissions: [LogOmission: Int] = [:]
  /// Lines that were left out because their query has a secret. A secret in the query before it
  /// only makes that query unknown.
  public internal(set) var secrets = 0
  /// Events that are not learned because they failed, or because their query failed for more people
  /// than it did not fail for.
  public internal(set) var failed = 0
  /// `LogReadOptions.now`, if some line is bad for being too far ahead of it; else nil.
  public internal(set) var now: Int64?
  /// Observations in the log.
  public internal(set) var observations = 0
  /// Events dropped because they repeat the query before them.
  public internal(set) var repeatsDropped = 0
  /// Sessions, cut at gaps; for a log without times, lines.
  public internal(set) var sessions = 0
  /// Session keys (people, as far as the log knows); for a log without times, lines.
  public internal(set) var users = 0

  /// Makes an empty report.
  public init() {}

  /// What was assumed about the files and their text, one line each, and how many lines are too far ahead.
  public var notes: [String] {
    var notes = files.filter { $0.unit != .seconds }.map {
      "\($0.path): times are read as \($0.unit.rawValue)"
    }
    notes += files.filter(\.isNotUTF8).map {
      "\($0.path): some text is not UTF-8, and what is not is read as U+FFFD; "
        + "if it is Latin-1, say so with --encoding latin-1"
    }
    if let ahead = badReasons[.future] {
      notes.append("\(ahead) lines are bad: \(BadLine.Reason.future.rawValue)")
    }
    return notes
  }

  /// How many entries were left out as they are meant to be, for each reason.
  var leftOut: [String] {
    LogOmission.allCases.compactMap { reason in
      omissions[reason].map { "\($0) \(reason.rawValue)" }
    }
  }

  /// A few lines for a terminal, without text of the log.
  public var description: String { description(of: files.map(\.description)) }

  /// As `description`, but the line of each file also shows its first records. It is only for the
  /// terminal of the person who named the files.
  public var descriptionWithRecords: String { description(of: files.map(\.reading)) }

  private func description(of files: [String]) -> String {
    var text = files.joined(separator: "\n")
    text += "\n\(lines) lines, \(badLines) bad, \(emptyLines) empty\n\(observations) observations"
    if self.files.contains(where: \.layout.isTimed) {
      text += " in \(sessions) sessions of \(users) users, \(repeatsDropped) repeats dropped"
    }
    for note in notes { text += "\n\(note)" }
    for reason in leftOut { text += "\nleft out: \(reason)" }
    if failed > 0 {
      text += "\n\(failed) events left out because they, or mostly their queries, failed"
    }
    if secrets > 0 { text += "\n\(secrets) lines left out for a secret in the query" }
    for bad in firstBad { text += "\n\(bad)" }
    if badLines > firstBad.count {
      text += "\nand \(badLines - firstBad.count) more; in all "
      text += BadLine.Reason.allCases
        .compactMap { reason in badReasons[reason].map { "\($0) \(reason.rawValue)" } }
        .joined(separator: ", ")
    }
    return text
  }

  /// Throws if no line can be used or too many lines are bad. Lines that are only too long do not
  /// count as bad here.
  ///
  /// - Parameters:
  ///   - used: The number of records that were used.
  ///   - options: How many bad lines are too many.
  /// - Throws: `LogError`.
  func check(used: Int, _ options: LogReadOptions) throws(LogError) {
    if files.isEmpty { throw .noFiles }
    let first = firstBad.first { !$0.reason.isLength } ?? firstBad.first
    let format = files.first { $0.path == first?.path }?.format ?? .auto
    if used == 0, badLines == 0, !omissions.isEmpty {
      throw .nothingLeft(
        lines: lines, leftOut: leftOut.joined(separator: ", "),
        format: files.first?.format ?? .auto)
    }
    if used == 0 { throw .nothingUsable(lines: lines, first: first, format: format) }
    let bad = badReasons.reduce(0) { $0 + ($1.key.isLength ? 0 : $1.value) }
    let limit = options.maximumBadShare * Double(lines - emptyLines)
    if bad > options.toleratedBadLines, Double(bad) > limit {
      throw .tooManyBadLines(bad: bad, lines: lines, first: first, format: format)
    }
  }

  mutating func countBad(_ reason: BadLine.Reason, path: String, line: Int) {
    badLines += 1
    badReasons[reason, default: 0] += 1
    if firstBad.count < Self.keptBadLines {
      firstBad.append(BadLine(path: path, line: line, reason: reason))
    }
  }
}
