// The protocol of formats: what a format has to say and do.
//
// Formats are one file each behind this protocol, and `LogFormats` lists them. Adding one is shown
// in docs/contributing.md.

/// One format of logs: how it is told from others, and how it is read.
protocol LogFormatDefinition: Sendable {
  /// Its name.
  static var format: LogFormat { get }

  /// What a record looks like, for help and errors; a phrase such as
  /// "one query, a tab, and how often it was asked, per line".
  static var expected: String { get }

  /// Whether the bytes of a file are not text. Formats that are not text are asked before the
  /// beginning of a file is checked to be text.
  static var isBinary: Bool { get }

  /// Whether text that is not UTF-8 is worth a note; not for formats that write it in another way.
  static var isUTF8: Bool { get }

  /// What this format takes a file for that begins with `head`.
  ///
  /// If the format was named by the user (`head.isNamed`), it answers as well as it can and throws
  /// only where it cannot read the file at all.
  ///
  /// - Throws: Why the file is not of this format.
  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess
}

extension LogFormatDefinition {
  static var isBinary: Bool { false }
  static var isUTF8: Bool { !isBinary }
}

/// What a format takes a file for.
struct LogGuess {
  /// How sure the format is, above 0 and up to 1: the share of the examined lines that are its own.
  /// The surest format reads the file; of equally sure ones the first in `LogFormats.all`.
  var sureness: Double
  /// What the records have.
  var layout: LogLayout
  /// What the format found out about this file, in a phrase for a terminal, such as the separator
  /// and the names of the columns; empty if the format's name says all. It holds no text of records.
  var detail = ""
  /// Whether the beginning of the file holds text that is not UTF-8.
  var isNotUTF8 = false
  /// Reads the file from its first byte.
  var reader: any LogStreamReader
}

/// Why a file is not of a format.
struct LogMismatch: Error {
  /// How much the file looks like the format all the same, from 0 to 1. The reason of the nearest
  /// format is shown if no format reads the file.
  var nearness = 0.0
  /// What is missing, and the flag by which the user says it; a clause such as
  /// "no column is known to hold queries; name it with --query-column". It never quotes the file,
  /// except for names of columns.
  var reason = ""
}

/// Turns the bytes of one file into entries. A record may span several lines.
///
/// Invariant: the entries are the same however the bytes are cut into pieces. Reading allocates
/// nothing per record once its buffers have grown.
protocol LogStreamReader {
  /// Receives an entry, and how many lines (rows of a table) it took.
  typealias Body = (LogEntry, _ lines: Int) throws(LogError) -> Void

  /// Whether the reader reads the file itself, by `LogHead.path`. `read` is then never called, and
  /// `finish` hands out all entries.
  var readsPath: Bool { get }

  /// The number of bytes read, from where reading began, of all entries that are complete: a later
  /// reading of a file that grew can go on there. Nil if the file can only be read as a whole.
  var completeBytes: Int64? { get }

  /// Whether every line is an entry of its own, so that a file may be cut at any line end.
  var isByLine: Bool { get }

  /// Prepares for pieces that continue a file of which the beginning was read earlier, up to its
  /// `completeBytes`.
  mutating func skipBeginning()

  /// Calls `body` with every entry that ends in `piece`.
  mutating func read(
    _ piece: UnsafeBufferPointer<UInt8>, _ body: Body
  ) throws(LogError)

  /// Calls `body` with the entry that the end of the file ends, if there is one.
  mutating func finish(_ body: Body) throws(LogError)
}

extension LogStreamReader {
  var readsPath: Bool { false }
  var isByLine: Bool { false }
  mutating func skipBeginning() {}
}
