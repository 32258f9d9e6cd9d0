// Reads query logs: files in any format of `LogFormats`, plain or packed.
//
//     let log = try LogReader.read(paths: ["data/shop-simulated.events.tsv.gz"])
//     print(log.report)
//
// It makes one pass over the bytes, piece by piece: entries are cut, parsed and interned without a
// String for any of them. A form that was seen before is neither normalised nor stored again.
//
// Bad lines are counted and located, never quoted. They are fatal only above a share of all lines
// (`LogReadOptions.maximumBadShare`). The same files and options give the same log.
// Cost: about 100 ns per event of ASCII text; memory for the distinct texts and 16 bytes per event,
// or 24 if spellings of few people are held back.

import QACText

/// Reads logs from files.
public enum LogReader {
  /// The longest line that is read, in bytes: as long as a request to the daemon may be.
  public static let maximumLineLength = 65_536

  /// Reads all of `paths` as one log: normalised, in time order, cut into sessions.
  ///
  /// - Complexity: O(bytes), and O(n log n) in the number of events if they are out of order.
  /// - Throws: `LogError`.
  public static func read(
    paths: [String], options: LogReadOptions = LogReadOptions()
  ) throws(LogError) -> QueryLog {
    var builder = QueryLogBuilder(options)
    var scan = LogScan(options)
    for path in paths {
      try scan.file(path) { (record, layout) throws(LogError) in
        builder.add(record, layout)
      }
    }
    try scan.finish()
    return builder.finish(scan.report)
  }

  /// Calls `body` with the events of `paths` as typed, in the order of the files and lines.
  ///
  /// Nothing is normalised, sorted or cut. Bad lines are counted as in `read`, and left out.
  ///
  /// - Returns: What was read.
  /// - Throws: `LogError`, also if a file has no times; and any error that `body` throws.
  @discardableResult
  public static func forEachEvent(
    paths: [String], options: LogReadOptions = LogReadOptions(),
    _ body: (RawEvent) throws -> Void
  ) throws -> LogReport {
    let normalizer = Normalizer(options.profile)
    var normalized: [UInt8] = []
    var observations = 0
    var failure: (any Error)?
    var scan = LogScan(options, needsTimes: true)
    do throws(LogError) {
      for path in paths {
        try scan.file(path) { (record, _) throws(LogError) in
          normalizer.normalize(record.query, as: .query, into: &normalized)
          if normalized.isEmpty { return .query }
          do {
            try body(RawEvent(record))
            observations += 1
          } catch {
            failure = error
            // Only to leave the scan; below, `failure` is thrown.
            throw LogError.noFiles
          }
          return nil
        }
      }
      try scan.finish()
    } catch {
      throw failure ?? error
    }
    var report = scan.report
    report.observations = observations
    return report
  }
}

/// One event of a log as it is written there.
public struct RawEvent: Sendable, Equatable {
  /// The session or user.
  public var session: String
  /// Unix seconds.
  public var time: Int64
  /// The query as typed; invalid UTF-8 is replaced.
  public var query: String
  /// How often it was asked; 1 for events.
  public var count = 1.0
  /// The conversation of the session, such as a terminal; nil if the log does not say.
  public var thread: String?
  /// Where the query was submitted, such as a working directory; nil if the log does not say.
  public var place: String?
  /// How it ended; nil if the log does not say.
  public var outcome: LogOutcome?

  /// Makes an event.
  public init(session: String, time: Int64, query: String) {
    self.session = session
    self.time = time
    self.query = query
  }

  init(_ record: LogRecord) {
    session = String(decoding: record.key, as: UTF8.self)
    time = record.time
    query = String(decoding: record.query, as: UTF8.self)
    count = record.count
    if !record.thread.isEmpty { thread = String(decoding: record.thread, as: UTF8.self) }
    if !record.place.isEmpty { place = String(decoding: record.place, as: UTF8.self) }
    outcome = record.outcome
  }
}
