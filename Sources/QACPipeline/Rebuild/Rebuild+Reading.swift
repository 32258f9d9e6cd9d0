// The beginning of a rebuild: read what is new in the logs and in the daemon's database, and filter
// it.
//
// A log that cannot be read is a warning and is counted as lost; only if nothing can be read does
// the rebuild fail.

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
    let options = LogReadOptions(
      format: settings.format, profile: settings.profile,
      maximumBadShare: settings.maximumBadShare, now: settings.now)
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
    if let database = settings.database {
      rules = DaemonRules(
        try SessionStore.readRules(
          ofDatabaseAt: database, busySeconds: settings.patience / .seconds(1)),
        blockList: rules.blocks)
      let bytes = try LogSegmenter(options, segmentBytes: .max).segment { add in
        try SessionStore.readEvents(
          ofDatabaseAt: database, after: start - 1, busySeconds: settings.patience / .seconds(1)
        ) { session, query, time in add(session, query, time) }
      }
      if let segment = LogSegment(bytes: bytes, profile: settings.profile) {
        report.databaseEvents = segment.eventCount
        segments.append(segment)
      }
    }
    if segments.isEmpty {
      throw PipelineError.noInput(first: first ?? "no log has an event; name logs with --log")
    }
    return segments
  }
}
