// The nightly rebuild: read, filter, judge, publish or refuse, report.
//
//     let result = try Rebuild(settings).run()
//
// Phases: read what is new of the logs; aggregate and filter; build on what lies before the held-out part and
// replay that; build on everything; check and publish it; have the daemon load it.
//
// Invariant: the index is a function of the events that there are now within the window, the settings and
// `now`, to the byte; what was read in an earlier run only spares reading. Whatever fails, the link names
// the version that it named before, or the new one whole.

import Foundation
import QACBinary
import QACClient
import QACEngine
import QACIndex
import QACLogs
import QACReplay
import QACSessions
import QACText
import QACTraining

/// How a rebuild ended.
public struct RebuildResult: Sendable {
  /// What was done and why.
  public var report: RebuildReport
  /// Where the report is kept.
  public var directory: String
  /// Whether the daemon serves what was published; nil where it was not asked.
  public var isServed: Bool? { report.daemon.map { $0 == .serves } }
}

/// One rebuild.
public final class Rebuild {
  let settings: RebuildSettings
  let progress: @Sendable (String, Double) -> Void
  let store: IndexStore
  let turn = WriteTurn()
  var report = RebuildReport()
  private var phaseStart = ContinuousClock.now
  private var phase: String?

  /// Makes a rebuild; while it lives no other one may be made for its directory.
  ///
  /// - Parameters:
  ///   - settings: What to do.
  ///   - progress: Called with a phase's name and the share done.
  /// - Throws: `PipelineError`.
  public init(
    _ settings: RebuildSettings,
    progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
  ) throws(PipelineError) {
    self.settings = settings
    self.progress = progress
    store = try IndexStore(settings.directory)
    _ = try IndexStore.current(settings.directory)
  }

  /// Runs it.
  ///
  /// - Throws: `PipelineError` where it came to no decision; nothing is changed then.
  public func run() throws(PipelineError) -> RebuildResult {
    try cleaningUp { try rebuild() }
  }

  /// Reads and filters only, and counts what would be learned.
  ///
  /// - Throws: `PipelineError`.
  public func count() throws(PipelineError) -> RebuildReport {
    try cleaningUp {
      let events = try aggregate()
      try events.count(holdingOut: 0)
      _ = try events.log(for: .publication)
      endPhase()
      report.counts = events.counts
      return report
    }
  }

  /// Ends the rebuild from another thread, before the program ends: waits for what is being written,
  /// removes what nobody needs, and lets nothing be written any more.
  ///
  /// What it returns is the version that the link names then, if it is another one than before.
  public var abandon: @Sendable () -> String? {
    let directory = settings.directory
    let before = try? IndexStore.current(directory)
    return { [turn] in
      turn.end()
      Self.removeDebris(directory)
      let now = try? IndexStore.current(directory)
      return now == before ? nil : now
    }
  }

  private static func removeDebris(_ directory: String) {
    IndexStore.removeDebris(directory)
    LogState.removeDebris(directory + "/state")
  }

  /// Runs `body`; if it throws, nothing half-written stays, least of all on a full disk.
  private func cleaningUp<Result>(_ body: () throws -> Result) throws(PipelineError) -> Result {
    do {
      return try body()
    } catch {
      turn.perform { Self.removeDebris(settings.directory) }
      throw PipelineError(error)
    }
  }

  private func begin(_ name: String) {
    endPhase()
    phase = name
    progress(name, 0)
  }

  func endPhase() {
    let now = ContinuousClock.now
    if let phase {
      let duration = now - phaseStart
      let seconds =
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
      report.phases.append(RebuildReport.Phase(name: phase, seconds: seconds))
    }
    phaseStart = now
    phase = nil
  }

  private func rebuild() throws -> RebuildResult {
    report.now = settings.now
    report.previous = try IndexStore.current(settings.directory)
    report.settings = settings.build.named.merging(settings.named) { $1 }
    let canaries = try settings.canaries.map { try Canary.read($0) } ?? []
    let served = try servedIndex()
    let events = try aggregate()
    let unknown = served.map { events.eventCount(after: $0.index.view.lastTime) }
    let heldOut = Int(
      Double(unknown ?? events.counts.events) * (served == nil ? 0.1 : settings.heldOutShare))
    try events.count(holdingOut: heldOut)

    let judge = IndexJudge(
      settings: settings, served: served, coverageBefore: coverageOfServed())
    do {
      let (log, learned) = try events.log(for: .judgement)
      begin("build to judge")
      let known = QueryLog(
        observations: Array(log.observations[..<learned]), queries: log.queries)
      let bytes = try build(known, "build to judge", logNames: [])
      let engine = try CompletionEngine(index: LabelIndex(bytes: bytes))
      begin("judge")
      report.judgement = judge.judge(engine, log, learned: learned) { progress("judge", $0) }
    }

    begin("gather")
    let (log, _) = try events.log(for: .publication)
    report.counts = events.counts
    begin("build")
    let bytes = try build(log, "build", logNames: logNames)
    begin("check")
    let index = try LabelIndex(bytes: bytes)
    let engine = try CompletionEngine(index: index)
    let checks = judge.checks(published: engine, canaries: canaries)
    decide(quality: report.judgement?.checks ?? [], published: checks, isSame: isServed(bytes))
    report.judgement?.checks += checks
    report.labels = RebuildReport.Labels(index, served: served?.index)
    report.indexBytes = bytes.count
    report.identity = index.identity
    report.version = IndexStore.name(bytes, now: settings.now)
    return try conclude(bytes)
  }

  /// Reads the logs and filters them.
  private func aggregate() throws -> EventAggregation {
    let filters = try logFilters()
    begin("read")
    let start = settings.now - Int64(settings.lookBackDays * 86_400)
    report.window = [start, settings.now]
    let segments = try readLogs(from: start)
    begin("aggregate")
    return try EventAggregation(
      segments, window: start...settings.now, filters: filters, memory: settings.memory,
      directory: settings.directory)
  }

  private func build(
    _ log: QueryLog, _ phase: String, logNames: [String]
  ) throws(PipelineError) -> [UInt8] {
    try IndexPipeline.build(
      log, profile: settings.profile, settings: settings.build, logNames: logNames,
      progress: { [progress] _, share in progress(phase, share) })
  }

  private var logNames: [String] {
    report.files.filter { $0.failure == nil && $0.events > 0 }.map(\.name)
  }

  private func logFilters() throws -> LogFilters {
    var filters = LogFilters()
    filters.sessionGap = settings.sessionGap
    filters.minimumUsers = settings.minimumUsers
    filters.minimumCount = settings.minimumCount
    filters.longestQuery = settings.longestQuery
    filters.findsPersonalData = settings.findsPersonalData
    filters.keepsSecrets = settings.keepsSecrets
    filters.robotMinute = settings.robotMinute
    filters.robotSession = settings.robotSession
    filters.halfTypedSeconds = settings.foldSeconds
    filters.decayDays = settings.decayDays
    filters.seed = settings.build.seed
    if let path = settings.blockList {
      let list = BlockList(
        try BlockRule.rules(ofFileAt: path, profile: settings.profile), profile: settings.profile)
      filters.isBlocked = { list.blocks($0) }
    }
    return filters
  }

  /// The served index; nil where there is none, or none that this version reads.
  private func servedIndex() throws -> CompletionEngine? {
    guard let name = report.previous else { return nil }
    do {
      let engine = try CompletionEngine(index: LabelIndex(opening: store.index(of: name)))
      if engine.index.profile == settings.profile { return engine }
      report.warnings.append(
        "the served index is of profile \(engine.index.profile.name): judged without it")
    } catch {
      report.warnings.append("the served index cannot be compared with: \(error)")
    }
    return nil
  }

  private func coverageOfServed() -> Double? {
    report.previous.flatMap { store.report(of: $0) }?.judgement?.coverage["new"]
  }

  private func isServed(_ bytes: [UInt8]) -> Bool {
    guard let name = report.previous,
      let served = try? RegularFile.contents(store.index(of: name))
    else { return false }
    return served == bytes
  }

  private func readLogs(from start: Int64) throws -> [LogSegment] {
    let (paths, unmatched, obstructed) = LogSegmenter.paths(settings.logs)
    for pattern in unmatched { report.warnings.append("no file fits \(pattern)") }
    for pattern in obstructed {
      report.warnings.append(
        "a directory on the way of \(pattern) cannot be read: files may be missing")
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

extension RebuildSettings {
  /// What decides the log that is learned, by name.
  var named: [String: Double] {
    [
      "decayDays": decayDays, "foldSeconds": Double(foldSeconds),
      "longestQuery": Double(longestQuery), "lookBackDays": lookBackDays,
      "minimumCount": Double(minimumCount),
      "minimumEndingUsers": Double(build.minimumEndingUsers),
      "minimumUsers": Double(minimumUsers),
      "robotMinute": Double(robotMinute), "robotSession": Double(robotSession),
      "sessionGap": Double(sessionGap),
    ]
  }
}
