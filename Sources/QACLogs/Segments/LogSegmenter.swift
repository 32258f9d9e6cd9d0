// Reads the new part of a log file into segments.
//
// A file that only grew is read from where the last reading ended. A file that was replaced is read
// whole, and so is a packed file that has changed. Lines are read as by `LogReader`, except that
// the last line of a plain file is left until it has its line end, because it may still be written.
// So the events of a file do not depend on how often it was read while it grew.
//
// A file counts as grown if it has the same device and inode, and the same bytes at its beginning
// and before the place where reading ended, because logs are appended to or replaced, but not
// edited. The format and the unit of time are told from the beginning, so a file is read whole
// until it has enough of it.
//
// A time that is too far ahead (`LogReadOptions.now`) is not judged here but again at every
// reading: it is ahead tonight, but no longer next week.

import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// Tells a file from other files, and from its own earlier states.
package struct LogFileIdentity: Sendable, Equatable, Codable {
  package var device: UInt64
  package var inode: UInt64
  package var bytes: Int64
  /// Nanoseconds since 1970.
  package var modified: Int64
}

/// The state of a log file that was read.
package struct LogFileState: Sendable, Equatable, Codable {
  /// The file as it was when it was opened.
  package var identity: LogFileIdentity
  /// The number of bytes of all whole lines; for a packed file, of unpacked bytes.
  package var readBytes: Int64 = 0
  /// A hash of the file's beginning and of the bytes before `readBytes`; nil for packed files.
  package var fingerprint: UInt64?
  package var format = ""
  package var unit = TimeUnit.seconds
  package var lines = 0
  package var emptyLines = 0
  /// The number of lines that could not be used, by reason.
  package var badLines: [String: Int] = [:]

  /// Whether all the lines that decide the format and the unit of time were there.
  var isSettled: Bool {
    lines - emptyLines >= LogHead.examinedLines
      || readBytes >= LogHead.examinedBytes
  }

  /// The number of lines that could not be used.
  package var badCount: Int { badLines.values.reduce(0, +) }
}

/// The result of reading a file again.
package enum LogFileChange: Sendable {
  /// The file has not changed.
  case none
  /// The file has grown; the new segments follow the earlier ones.
  case appended(LogFileState)
  /// The file is new or was replaced; the new segments hold all of it.
  case replaced(LogFileState)
}

/// Reads files into segments.
package struct LogSegmenter: Sendable {
  private let options: LogReadOptions
  private var readOptions: LogReadOptions
  private let segmentBytes: Int

  /// Makes a reader; each segment takes at most about `segmentBytes` of memory.
  package init(_ options: LogReadOptions, segmentBytes: Int) {
    self.options = options
    readOptions = options
    readOptions.now = nil
    self.segmentBytes = min(max(segmentBytes, 1 << 16), 1 << 31)
  }

  /// Reads the new part of the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - known: The file's state after the last reading, if there was one.
  ///   - sink: Receives the bytes of each new segment.
  /// - Returns: What has changed.
  /// - Throws: `LogError`, also if too many lines are bad; the segments that `sink` received are
  ///   then void.
  package func read(
    _ path: String, known: LogFileState?, sink: ([UInt8]) throws(LogError) -> Void
  ) throws(LogError) -> LogFileChange {
    do throws(LogError) {
      return try readFile(path, known: known, sink: sink)
    } catch {
      // The reports of rebuilds are no terminal of the person who named the file.
      throw error.withoutNames
    }
  }

  private func readFile(
    _ path: String, known: LogFileState?, sink: ([UInt8]) throws(LogError) -> Void
  ) throws(LogError) -> LogFileChange {
    let input = try LogInput(path: path, acceptsPipes: false, encoding: options.encoding)
    if let known, known.identity == input.identity { return .none }
    var start: LogScan.Position?
    var state = LogFileState(identity: input.identity)
    if let known, let fingerprint = known.fingerprint, !known.format.isEmpty,
      known.isSettled, known.identity.device == input.identity.device,
      known.identity.inode == input.identity.inode, known.readBytes <= input.identity.bytes,
      input.fingerprint(before: known.readBytes) == fingerprint,
      let format = LogFormat(rawValue: known.format)
    {
      start = LogScan.Position(
        bytes: known.readBytes, lines: known.lines, format: format, unit: known.unit)
      state.lines = known.lines
      state.emptyLines = known.emptyLines
      state.badLines = known.badLines
    }
    var scan = LogScan(readOptions, needsTimes: true)
    let normalizer = options.normalizer
    var builder = LogSegmentBuilder(normalizer)
    let end = try scan.file(input, path: path, from: start, leavesUnfinished: true) {
      (record, _) throws(LogError) in
      let event = LogSegmentEvent(
        user: record.key, query: record.query, time: record.time, thread: record.thread,
        place: record.place, hasFailed: record.outcome == .failed, typed: record.typed)
      guard builder.add(event) else {
        return .query
      }
      // Not at every event, because the size is a sum of several counts.
      if builder.count & 1023 == 0, builder.byteCount > segmentBytes {
        try sink(builder.finish(profile: options.profile))
        builder = LogSegmentBuilder(normalizer)
      }
      return nil
    }
    state.readBytes = end.bytes ?? input.identity.bytes
    state.format = end.format == .auto ? "" : end.format.rawValue
    state.unit = end.unit
    state.lines = end.lines
    state.emptyLines += scan.report.emptyLines
    for (reason, count) in scan.report.badReasons {
      state.badLines[reason.rawValue, default: 0] += count
    }
    if !input.isPacked, let bytes = end.bytes {
      state.fingerprint = input.fingerprint(before: bytes)
    }
    try check(state, scan.report.firstBad.first)
    if builder.count > 0 { try sink(builder.finish(profile: options.profile)) }
    return start == nil ? .replaced(state) : .appended(state)
  }

  /// `state` with the events of `segments` that are too far ahead now counted as bad lines;
  /// `segments` are all of the file's.
  ///
  /// - Throws: `LogError` if too many lines are bad with these.
  package func judged(
    _ state: LogFileState, _ segments: [LogSegment]
  ) throws(LogError) -> LogFileState {
    let ahead = segments.reduce(0) { $0 + $1.eventCount(after: options.latestTime) }
    if ahead == 0 { return state }
    var state = state
    state.badLines[BadLine.Reason.future.rawValue, default: 0] += ahead
    try check(state, nil)
    return state
  }

  private func check(_ state: LogFileState, _ first: BadLine?) throws(LogError) {
    let format = LogFormat(rawValue: state.format) ?? .auto
    let used = state.lines - state.emptyLines - state.badCount
    if state.badCount > 0, used == 0 {
      throw .nothingUsable(lines: state.lines, first: first, format: format)
    }
    let bad = state.badLines.reduce(0) {
      $0 + (BadLine.Reason(rawValue: $1.key)?.isLength == true ? 0 : $1.value)
    }
    let limit = options.maximumBadShare * Double(state.lines - state.emptyLines)
    if bad > options.toleratedBadLines, Double(bad) > limit {
      throw .tooManyBadLines(bad: bad, lines: state.lines, first: first, format: format)
    }
  }

  /// Makes a segment of events that do not come from a file, such as those of a database.
  ///
  /// - Parameter events: Calls its argument with each event.
  /// - Returns: The segment's bytes.
  /// - Throws: Any error that `events` throws.
  package func segment<Failure: Error>(
    of events: ((LogSegmentEvent) -> Void) throws(Failure) -> Void
  ) throws(Failure) -> [UInt8] {
    var builder = LogSegmentBuilder(options.normalizer)
    try events { _ = builder.add($0) }
    return builder.finish(profile: options.profile)
  }

  /// The paths that match `patterns`, each once, in the order of their bytes.
  ///
  /// - Parameter patterns: Patterns of shells, with `*`, `?` and `[a-z]`; a path is its own
  ///   pattern.
  /// - Returns: The paths; the patterns that no file matches; and the patterns that lead through a
  ///   directory that cannot be read, so that files may be missing.
  package static func paths(
    _ patterns: [String]
  ) -> (found: [String], unmatched: [String], obstructed: [String]) {
    var found: Set<String> = []
    var unmatched: [String] = []
    var obstructed: [String] = []
    for pattern in patterns {
      let isObstructed =
        matches(pattern) { _, code in code == ENOENT || code == ENOTDIR ? 0 : 1 } == nil
      if isObstructed { obstructed.append(pattern) }
      let paths = matches(pattern, nil) ?? []
      if paths.isEmpty, !isObstructed { unmatched.append(pattern) }
      found.formUnion(paths)
    }
    return (found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, unmatched, obstructed)
  }

  /// The paths that match `pattern`; nil if `failure`, which is called with a directory's error,
  /// ended the search.
  private static func matches(
    _ pattern: String, _ failure: (@convention(c) (UnsafePointer<CChar>?, Int32) -> Int32)?
  ) -> [String]? {
    var result = glob_t()
    defer { globfree(&result) }
    switch glob(pattern, 0, failure, &result) {
    case 0:
      return (0..<Int(result.gl_pathc)).compactMap { i in
        result.gl_pathv?[i].map { String(cString: $0) }
      }
    case GLOB_NOMATCH: return []
    default: return nil
    }
  }
}

extension LogReadOptions {
  var normalizer: Normalizer { Normalizer(profile) }
}
