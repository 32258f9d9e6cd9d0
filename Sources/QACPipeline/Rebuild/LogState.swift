// What was read of the logs, kept between rebuilds, so that the next one reads only what is new.
//
// Layout of the directory, which only its owner may enter:
//
//     read.json          every file that was read: its state at that time, its counts, its segments
//     SEGMENT.seg        events of a file, a `LogSegment`
//
// The state is only a cache of the logs. An index depends on the files that exist now and on the
// settings, never on what was read when. If a segment is missing or damaged, or `read.json` has
// other settings, the logs are read again and nothing else is lost. Events of files that are gone,
// and events before the window, are deleted. `read.json` is written last, so an interrupted reading
// leaves at most segments that `read.json` does not name; the next reading deletes them.

import Foundation
import QACBinary
package import QACLogs
import QACText
import QACTraining
import Synchronization

/// What came of reading one log file.
package struct LogFileResult: Sendable {
  /// The file's path.
  package var path: String
  /// Its state and counts; nil if it could not be read.
  package var state: LogFileState?
  /// Why it could not be read.
  package var failure: LogError?
  /// Whether some of it was read now.
  package var isNew = false
  /// Its events, in the order of the lines.
  package var segments: [LogSegment] = []
  /// The time of the newest of its events that are not needed because they lie before the window.
  package var newestTooOld: Int64?
  /// The number of its events, without those that are bad because they are too far in the future.
  package var eventCount: Int {
    let ahead = state?.badLines[BadLine.Reason.future.rawValue] ?? 0
    return segments.reduce(0) { $0 + $1.eventCount } - ahead
  }
}

/// The kept state of logs.
package struct LogState {
  private struct Entry: Codable {
    var path: String
    var state: LogFileState
    /// The names of its segments, in the order of the lines.
    var segments: [String]
    /// The newest time of a segment that was deleted because it lay before the window.
    var deletedUntil: Int64?
  }

  private struct Content: Codable {
    /// The settings on which segments depend, and the version of their making.
    var settings: String
    var files: [Entry]
  }

  private let directory: String
  private let options: LogReadOptions
  private let segmentBytes: Int
  private let turn: WriteTurn
  private let settings: String

  /// Opens the state in `directory`, which is made if it is missing.
  ///
  /// - Parameters:
  ///   - directory: Where it is kept.
  ///   - options: How logs are read; with another profile, format or share of bad lines everything
  ///     is read again.
  ///   - segmentBytes: Memory that one file may take while it is read.
  ///   - turn: Taken before anything is written.
  /// - Throws: `PipelineError`.
  package init(
    _ directory: String, _ options: LogReadOptions, segmentBytes: Int, turn: WriteTurn
  ) throws(PipelineError) {
    self.directory = directory
    self.options = options
    self.segmentBytes = segmentBytes
    self.turn = turn
    // The first number changes with the way in which lines are read: 2 knows units of time, 3 the
    // formats of docs/logs.md, 4 threads, places and outcomes.
    // Segments hold normal forms, so the version of these is part of it too.
    settings =
      "4 \(Normalizer.formVersion) \(options.profile.name) \(options.format.rawValue) "
      + "\(options.maximumBadShare)\(Self.columns(of: options))"
    try IndexStore.makeDirectory(directory)
  }

  /// Reads what is new in `paths`, and keeps it.
  ///
  /// - Parameters:
  ///   - paths: The files; events of equal times follow each other in this order.
  ///   - start: Unix seconds; earlier events are not needed.
  ///   - threads: How many files are read at once.
  ///   - progress: Called with the share of the files that is done, 0 to 1.
  /// - Returns: What came of each file, including those that cannot be read.
  /// - Throws: `PipelineError` if the state cannot be written.
  package func read(
    _ paths: [String], from start: Int64, threads: Int,
    progress: @escaping @Sendable (Double) -> Void
  ) throws(PipelineError) -> [LogFileResult] {
    let known = load()
    turn.perform { deleteUnnamed() }
    let done = Mutex(0)
    let outcomes = Parallel.map(paths.count, threads: threads) { i in
      let outcome = read(paths[i], known[paths[i]], from: start)
      progress(
        done.withLock {
          $0 += 1
          return Double($0) / Double(paths.count)
        })
      return outcome
    }
    var results: [LogFileResult] = []
    var entries: [Entry] = []
    for outcome in outcomes {
      let (result, entry) = try outcome.get()
      results.append(result)
      if let entry { entries.append(entry) }
    }
    let content = Content(settings: settings, files: entries)
    do {
      let bytes = try PipelineJSON.encode(content)
      try turn.perform {
        try AtomicFile.write(bytes, to: file("read.json"))
        deleteUnnamed()
      }
    } catch {
      throw PipelineError(error)
    }
    return results
  }

  /// What is said of the columns and the encoding, empty if nothing is.
  private static func columns(of options: LogReadOptions) -> String {
    let columns = options.columns
    let said = [
      columns.query, columns.time, columns.session, columns.user, columns.count, columns.parameter,
    ]
    var text = options.encoding == .utf8 ? "" : " \(options.encoding.rawValue)"
    for (i, column) in said.enumerated() {
      if let column { text += " \(i)=\(column.debugDescription)" }
    }
    return text
  }

  private func file(_ name: String) -> String { directory + "/" + name }

  private static func content(_ directory: String) -> Content? {
    PipelineJSON.read(Content.self, at: directory + "/read.json")
  }

  private func load() -> [String: Entry] {
    guard let content = Self.content(directory), content.settings == settings else { return [:] }
    return Dictionary(content.files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private func deleteUnnamed() { Self.removeDebris(directory, settings: settings) }

  /// Removes from the state in `directory` every file that its `read.json` does not name. If
  /// `settings` is given and `read.json` has others, its segments are removed too.
  static func removeDebris(_ directory: String, settings: String? = nil) {
    var named: Set<String> = ["read.json"]
    if let content = content(directory), settings == nil || content.settings == settings {
      named.formUnion(content.files.flatMap(\.segments))
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    where !named.contains(name) {
      unlink(directory + "/" + name)
    }
  }

  private func read(
    _ path: String, _ known: Entry?, from start: Int64
  ) -> Result<(LogFileResult, Entry?), PipelineError> {
    var known = known
    var kept: [(name: String, segment: LogSegment)] = []
    if let entry = known {
      kept = entry.segments.compactMap { name in
        LogSegment(path: file(name), profile: options.profile).map { (name, $0) }
      }
      // Some events that are needed are gone, so the file is read from its beginning.
      if kept.count != entry.segments.count || (entry.deletedUntil ?? .min) >= start {
        (known, kept) = (nil, [])
      }
    }
    var result = LogFileResult(path: path)
    var fresh: [(name: String, segment: LogSegment)] = []
    var failure: PipelineError?
    do throws(LogError) {
      let segmenter = LogSegmenter(options, segmentBytes: segmentBytes)
      let change = try segmenter.read(path, known: known?.state) { (bytes) throws(LogError) in
        let name = Self.name(path, bytes)
        do {
          try turn.perform { try AtomicFile.write(bytes, to: file(name), isCache: true) }
        } catch {
          failure = PipelineError(error)
          throw .noFiles
        }
        guard let segment = LogSegment(path: file(name), profile: options.profile) else {
          failure = .failed("\(file(name)) was damaged while it was written; check the disk")
          throw .noFiles
        }
        fresh.append((name, segment))
      }
      var deletedUntil = known?.deletedUntil
      switch change {
      case .none: result.state = known?.state
      case .appended(let state):
        result.state = state
        result.isNew = true
        kept += fresh
      case .replaced(let state):
        result.state = state
        result.isNew = true
        kept = fresh
        deletedUntil = nil
      }
      // Segments before the window are deleted; the newest time that was deleted is remembered.
      for (_, segment) in kept {
        if let end = segment.span?.upperBound, end < start {
          deletedUntil = max(deletedUntil ?? .min, end)
        }
      }
      kept.removeAll { ($0.segment.span?.upperBound ?? .min) < start }
      result.newestTooOld = deletedUntil
      guard let state = result.state else { return .success((result, nil)) }
      let entry = Entry(
        path: path, state: state, segments: kept.map(\.name), deletedUntil: deletedUntil)
      // What is kept does not depend on when it was read; how the file is judged does.
      do throws(LogError) {
        result.state = try segmenter.judged(state, kept.map(\.segment))
        result.segments = kept.map(\.segment)
      } catch {
        result.failure = error
      }
      return .success((result, entry))
    } catch {
      if let failure { return .failure(failure) }
      result.failure = error
      return .success((result, nil))
    }
  }

  /// A name for the segment `bytes` of the file at `path`. Other content has another name, so a
  /// segment that `read.json` names is never overwritten.
  private static func name(_ path: String, _ bytes: [UInt8]) -> String {
    var hash = StableHash.of(Array(path.utf8), seed: UInt64(bytes.count))
    bytes.withUnsafeBytes { bytes in
      // Segments consist of whole words.
      for offset in stride(from: 0, to: bytes.count & ~7, by: 8) {
        hash = StableHash.mix(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
    }
    return String(hash, radix: 16) + "-\(bytes.count).seg"
  }
}
