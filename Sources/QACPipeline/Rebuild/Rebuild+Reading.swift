// The beginning of a rebuild: read what is new in the logs and in the daemon's database, and filter
// it.
//
// A log that cannot be read is a warning and is counted as lost; only if nothing can be read does
// the rebuild fail.

import Foundation
import QACBinary
import QACEngine
import QACLogs
import QACSessions
import QACText
import QACTraining

extension Rebuild {
  /// Reads the logs and filters them.
  func aggregate() throws -> EventAggregation {
    filters = try logFilters()
    begin("read")
    let start = settings.now - Int64(settings.lookBackDays * 86_400)
    report.window = [start, settings.now]
    let segments = try readLogs(from: start)
    begin("aggregate")
    return try EventAggregation(
      segments, window: start...settings.now, filters: filters, memory: settings.memory,
      directory: settings.directory)
  }

  private func logFilters() throws -> LogFilters {
    var filters = settings.filters
    filters.seed = settings.build.seed
    if let path = settings.blockList {
      let list = BlockList(
        try BlockRule.rules(ofFileAt: path, profile: settings.profile), profile: settings.profile)
      filters.isBlocked = { list.blocks($0) }
      blockList = list
      rules = DaemonRules(blockList: list.rules)
    }
    return filters
  }

  private func readLogs(from start: Int64) throws -> [LogSegment] {
    let (paths, unmatched, obstructed) = LogSegmenter.paths(settings.logs)
    for pattern in unmatched { report.warnings.append("no file fits \(pattern)") }
    for pattern in obstructed {
      report.warnings.append(
        "a directory on the way to \(pattern) cannot be read, so files may be missing")
    }
    var lost = unmatched.count + obstructed.count
    var options = LogReadOptions(
      format: settings.format, profile: settings.profile,
      maximumBadShare: settings.maximumBadShare, now: settings.now)
    options.columns = settings.columns
    options.encoding = settings.encoding
    let state = try LogState(
      settings.directory + "/state", options,
      segmentBytes: settings.memory / max(1, settings.build.threads), turn: turn)
    let results = try state.read(paths, from: start, threads: settings.build.threads) {
      [progress] share in progress("read", share)
    }
    var segments: [LogSegment] = []
    var first: String?
    for result in results {
      var file = RebuildReport.File(name: String(result.path.split(separator: "/").last ?? ""))
      if let state = result.state {
        file.lines = state.lines
        file.badLines = state.badLines
        if state.unit != .seconds {
          report.warnings.append("\(file.name): times are read as \(state.unit.rawValue)")
        }
      }
      file.events = result.eventCount
      file.isNew = result.isNew
      if let failure = result.failure {
        file.failure = failure.description
        first = first ?? failure.description
        report.warnings.append("left out: \(failure)")
        lost += 1
      }
      report.files.append(file)
      segments += result.segments
    }
    report.lostLogs = lost
    if let database = settings.database, !hasDatabase {
      report.warnings.append(
        "there is no database at \(database) yet; start qacd, or correct the key database")
      report.lostLogs = lost + 1
    } else if let database = settings.database {
      rules = DaemonRules(
        try SessionStore.readRules(
          ofDatabaseAt: database, busySeconds: settings.patience / .seconds(1)),
        blockList: rules.blocks)
      let normalizer = Normalizer(settings.profile)
      let bytes = try LogSegmenter(options, segmentBytes: .max).segment { add in
        try SessionStore.readEvents(
          ofDatabaseAt: database, after: start - 1, busySeconds: settings.patience / .seconds(1),
          form: { normalizer.normalize($0, as: .query) }
        ) { session, query, time, whereabouts in
          whereabouts.thread.withUnsafeBufferPointer { thread in
            whereabouts.place.withUnsafeBufferPointer { place in
              whereabouts.typed.withUnsafeBufferPointer { typed in
                add(
                  LogSegmentEvent(
                    user: session, query: query, time: time, thread: thread, place: place,
                    typed: typed))
              }
            }
          }
        }
      }
      try readUse(of: database, from: start)
      if let segment = LogSegment(bytes: bytes, profile: settings.profile) {
        report.databaseEvents = segment.eventCount
        segments.append(segment)
      }
    }
    if segments.allSatisfy({ $0.eventCount == 0 }),
      let reason = try first ?? nothingFound(newest: newest(results))
    {
      throw PipelineError.noInput(first: reason)
    }
    return segments
  }

  /// Counts what clients said of the use of suggestions.
  private func readUse(of database: String, from start: Int64) throws {
    var count = UseCount(sources: Set(SuggestionSource.allCases.map { "\($0.name)" }))
    try SessionStore.readChoices(
      ofDatabaseAt: database, within: start...settings.now,
      busySeconds: settings.patience / .seconds(1)
    ) { count.add($0) }
    report.use = count.use
  }

  /// Whether the named database is there; true if what is there cannot be told.
  private var hasDatabase: Bool {
    settings.database.map { access($0, F_OK) == 0 || errno != ENOENT } ?? false
  }

  /// Why there is not one event, where no log is damaged; nil if all is well and nothing was
  /// submitted yet.
  private func nothingFound(newest: Int64?) -> String? {
    if let newest {
      let days = Int((Double(settings.now - newest) / 86_400).rounded(.up))
      return "the newest event is \(days) days old, and look-back-days is "
        + "\(settings.lookBackDays.formatted()); raise it, or name newer logs with --log"
    }
    if let database = settings.database, !hasDatabase {
      return "there is no database at \(database) yet; start qacd, or correct the key database"
    }
    if settings.logs.isEmpty, settings.database == nil {
      return "neither a log nor a database is named; name them with --log and --database"
    }
    return report.hasLostLogs ? "no log has an event; name logs with --log" : nil
  }

  /// The time of the newest event that lies before the window; nil if there is none.
  private func newest(_ results: [LogFileResult]) throws -> Int64? {
    var newest = results.compactMap(\.newestTooOld).max()
    if let database = settings.database, hasDatabase {
      try SessionStore.readEvents(
        ofDatabaseAt: database, after: .min, busySeconds: settings.patience / .seconds(1)
      ) { _, _, time, _ in newest = max(newest ?? .min, time) }
    }
    return newest
  }

  /// Reads the titles and the queries of others; nil if none are named.
  func readTitles() throws -> TitleSource? {
    if settings.titles.isEmpty, settings.background.isEmpty { return nil }
    let options = LogReadOptions(
      profile: settings.profile, maximumBadShare: settings.maximumBadShare, now: settings.now,
      minimumSpellingUsers: settings.filters.minimumUsers)
    var source = try TitleSource(
      titles: settings.titles, background: settings.background, options: options)
    if source.leftOut > 0 {
      report.warnings.append("\(source.leftOut) lines of the titles cannot be used")
    }
    let list = BlockList(rules.blocks, profile: settings.profile)
    source.isBlocked = { list.blocks($0) }
    return source
  }
}
