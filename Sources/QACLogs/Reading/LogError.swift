// The errors of reading a log. Their messages end with the remedy and never hold the log's text.

public import QACBinary

/// A log that could not be read.
public enum LogError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No file was named.
  case noFiles
  /// The file could not be opened or read.
  case file(FileError)
  /// The file holds no text.
  case binary(path: String)
  /// The file is packed in a format that is not read here.
  case packed(path: String, by: String)
  /// The file is text in UTF-16.
  case utf16(path: String, encoding: LogEncoding)
  /// The program that unpacks the file is not on this machine.
  case noProgram(path: String, program: String, package: String)
  /// The program that unpacks the file says that it is damaged.
  case corruptPacked(path: String, program: String)
  /// The gzip data ends early or is damaged.
  case corruptGzip(path: String, reason: String)
  /// The Zstandard data ends early or is damaged.
  case corruptZstd(path: String, reason: String)
  /// The file is an SQLite database that cannot be read as atuin's.
  case database(path: String, reason: String)
  /// The first lines fit no format.
  case unknownFormat(path: String, nearest: String)
  /// The file cannot be read in the format that was named.
  case wrongFormat(path: String, format: LogFormat, reason: String)
  /// Files with times and files with counts cannot be read as one log.
  case mixedFormats(path: String, format: LogFormat, other: LogFormat)
  /// Events are needed, and the file has only counts.
  case notTimed(path: String, format: LogFormat)
  /// Events of sessions are needed, and the file has times without sessions.
  case noSessions(path: String)
  /// More lines are bad than the options allow.
  case tooManyBadLines(bad: Int, lines: Int, first: BadLine?, format: LogFormat)
  /// Not one line could be used.
  case nothingUsable(lines: Int, first: BadLine?, format: LogFormat)
  /// There are entries, and all of them are left out as they are meant to be.
  case nothingLeft(lines: Int, leftOut: String, format: LogFormat)
  /// Not one line of a file of titles could be used.
  case noTitles(path: String, lines: Int)
  /// Not one row of a file of items or examples could be used.
  case noUsableRow(path: String, kind: ItemFileKind, rows: Int, reason: ItemRowFault?, line: Int)
  /// The first row of a CSV file does not name the columns, or names one twice.
  case noHeader(path: String, kind: ItemFileKind)
  /// A CSV file ends within quotes.
  case openQuote(path: String, line: Int)
  /// A file of partial counts cannot be used.
  case partial(path: String, reason: PartialFault)
  /// An option of the simulator is out of its range.
  case outOfRange(option: String, value: Int, allowed: ClosedRange<Int>)

  /// One line that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .noFiles:
      return "no log file is named; name at least one"
    case .file(let error):
      return error.description
    case .binary(let path):
      return
        "\(path) is not a text file; name a log in a format of docs/logs.md, plain or packed with "
        + "gzip, zstd, xz or bzip2"
    case .packed(let path, let by):
      return "\(path) is packed with \(by); unpack it, or pack it with gzip or zstd"
    case .utf16(let path, let encoding):
      return "\(path) is text in UTF-16; read it with --encoding \(encoding.rawValue), or convert "
        + "it to UTF-8 (iconv -f \(encoding.rawValue.uppercased()) -t UTF-8)"
    case .noProgram(let path, let program, let package):
      return "\(path) is packed with \(program), and there is no program \(program) here; "
        + "install the package \(package), or unpack the file"
    case .corruptPacked(let path, let program):
      return "\(path): \(program) cannot unpack it; copy or download the file again"
    case .corruptGzip(let path, let reason):
      return "\(path): the gzip data \(reason); copy or download the file again"
    case .corruptZstd(let path, let reason):
      return "\(path): the zstd data \(reason); copy or download the file again"
    case .database(let path, let reason):
      return "\(path): the database \(reason); "
        + "name a copy of atuin's history.db, with its -wal file if there is one"
    case .unknownFormat(let path, let nearest):
      let reason = nearest.isEmpty ? "; name it" : ": \(nearest), or name the format"
      return "\(path): the format cannot be told from the first lines\(reason) "
        + "with --format (docs/logs.md shows them)"
    case .wrongFormat(let path, let format, let reason):
      return "\(path) cannot be read in the format \(format.rawValue): \(reason); "
        + "expected is \(format.expected ?? "a log")"
    case .mixedFormats(let path, let format, let other):
      return "\(path) is in the format \(format.rawValue), a file before it in \(other.rawValue): "
        + "times and counts cannot be read as one log; read the files separately"
    case .notTimed(let path, let format):
      return "\(path) is in the format \(format.rawValue), which has no sessions and times; "
        + "name a log of events, JSON lines or AOL's columns"
    case .noSessions(let path):
      return "\(path) has times but no sessions; name the column of the session or the user with "
        + "--session-column or --user-column"
    case .tooManyBadLines(let bad, let lines, let first, let format):
      return "\(bad) of \(lines) lines are bad\(Self.example(first))\(Self.expected(format)); "
        + "correct the log, or name its format with --format"
    case .nothingUsable(let lines, let first, let format):
      return lines == 0
        ? "the log is empty; name a log with at least one line"
        : "none of \(lines) lines can be used\(Self.example(first))\(Self.expected(format)); "
          + "check the log and --format"
    case .nothingLeft(let lines, let leftOut, let format):
      let remedy =
        format == .access
        ? "name the parameter of the query with --query-parameter"
        : "name the columns with --query-column and --count-column"
      return "all of \(lines) lines are left out: \(leftOut); \(remedy)"
    case .noTitles(let path, let lines):
      return "\(path): none of \(lines) lines can be used; write a text per line, "
        + "perhaps with a tab and a weight above 0 behind it"
    case .noUsableRow(let path, let kind, let rows, let reason, let line):
      let found =
        rows == 0
        ? "there is no row"
        : rows == 1 ? "its one row cannot be used" : "none of \(rows) rows can be used"
      let first = reason.map { ", the first at line \(line): \($0.rawValue)" } ?? ""
      return "\(path): \(found)\(first); \(kind.expected)"
    case .noHeader(let path, let kind):
      return "\(path): the first row does not name the columns once each; \(kind.expected)"
    case .openQuote(let path, let line):
      return "\(path):\(line): a quote is opened and never closed; close it, or double it within a "
        + "quoted value, or copy the file again"
    case .partial(let path, let reason):
      return "\(path): \(reason)"
    case .outOfRange(let option, let value, let allowed):
      return "\(option) cannot be \(value); "
        + "choose \(allowed.lowerBound) to \(allowed.upperBound)"
    }
  }

  /// What the lines were taken for and what such lines look like.
  private static func expected(_ format: LogFormat) -> String {
    format.expected.map { "; as \(format.rawValue), they should be \($0)" } ?? ""
  }

  private static func example(_ bad: BadLine?) -> String {
    bad.map { ", the first at \($0)" } ?? ""
  }

  /// This error without names of columns and fields, for places that many people see: in a file that
  /// is misunderstood such a name could be a query.
  var withoutNames: LogError {
    switch self {
    case .unknownFormat(let path, _): return .unknownFormat(path: path, nearest: "")
    case .wrongFormat(let path, let format, _):
      return .wrongFormat(path: path, format: format, reason: "its beginning is something else")
    default: return self
    }
  }
}
