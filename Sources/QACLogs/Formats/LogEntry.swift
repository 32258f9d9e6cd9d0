// What a reader hands out: records, and the places where there is none.

internal import QACText

/// One submitted query; the texts are borrowed and valid only during the call that hands it out.
struct LogRecord {
  /// The session key, a person as far as the log knows; the previous query in a log of pairs; empty
  /// if there is none.
  var key: UnsafeBufferPointer<UInt8>
  /// The query, as typed.
  var query: UnsafeBufferPointer<UInt8>
  /// Unix seconds; 0 if the file has no times.
  var time: Int64 = 0
  /// How often the query was asked; 1 if the file has no counts.
  var count: Double = 1
  /// The conversation of the session, such as a terminal or a tab; empty if there is none.
  var thread = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// Where the query was submitted, such as a working directory; empty if there is none.
  var place = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// How it ended; nil if the file does not say.
  var outcome: LogOutcome?
  /// What stood in the box on the way to the query, one text per line; empty if that is not known.
  var typed = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// Where its entry begins. A reader counts from where it began, a scan from the file's beginning.
  var position = LogPosition.unknown
}

/// Where in a file an entry begins.
enum LogPosition: Equatable {
  /// The reader does not say.
  case unknown
  /// So many bytes of text stand before it.
  case byte(Int64)
  /// It is on the line of this number, from 1; several entries on one line have ascending numbers.
  case line(Int64)
}

extension LogRecord {
  /// The number that stands for a conversation's name: a hash, or 0 if there is none.
  static func threadNumber(_ name: UnsafeBufferPointer<UInt8>) -> UInt32 {
    name.isEmpty ? 0 : max(1, UInt32(truncatingIfNeeded: StableHash.of(name, seed: 1)))
  }
}

/// How a query or a command ended.
public enum LogOutcome: String, Sendable {
  /// It did what was asked.
  case ok
  /// It failed: an exit status that is not 0, or no results.
  case failed
}

/// One entry of a log.
enum LogEntry {
  /// A record.
  case record(LogRecord)
  /// No content: a blank line, a header, a comment.
  case empty
  /// An entry that cannot be read.
  case bad(BadLine.Reason)
  /// An entry that can be read and is meant to be left out.
  case leftOut(LogOmission)
}

/// Why an entry that can be read is left out. Such entries are counted and do not count as bad.
public enum LogOmission: String, Sendable, CaseIterable {
  /// A request without a query, such as one for a picture; a row that says that it has none.
  case noQuery = "without a query"
  /// A request that the server refused or failed to answer.
  case failedRequest = "failed requests"
  /// A further page of results for the same query.
  case laterPage = "pages beyond the first"
  /// A request of a robot, as its agent says.
  case robot = "robots"
  /// A row whose count is 0.
  case zeroCount = "with a count of 0"
  /// A row that adds up others.
  case total = "totals"
  /// A row that was deleted.
  case deleted = "deleted"
  /// A command that a program gave, not a person.
  case program = "given by programs"
  /// What somebody did with an item that a query found; the query has an entry of its own.
  case itemUse = "uses of items"
  /// A query longer than the longest that is read.
  case longQuery = "too long"
}
