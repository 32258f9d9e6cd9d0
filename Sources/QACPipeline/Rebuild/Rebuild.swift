// The nightly rebuild: read, filter, judge, publish or refuse, report.
//
//     let result = try Rebuild(settings).run()
//
// Phases: read what is new in the logs; aggregate and filter it; build an index on the events
// before the held-out part and replay that part; build on everything; check and publish that index;
// tell the daemon.
//
// Invariant: to the byte, the index is a function of the events that exist now within the window,
// the settings and `now`; what an earlier run has read only saves reading. Whatever fails, the link
// names either the version that it named before or the whole new one.

import Foundation
import QACBinary
import QACClient
import QACEngine
import QACIndex
import QACLogs
import QACReplay
import QACRetrieval
import QACSessions
import QACText
import QACTraining

/// How a rebuild ended.
public struct RebuildResult: Sendable {
  /// What was done, and why.
  public var report: RebuildReport
  /// Where the report is kept.
  public var directory: String
  /// Whether the daemon serves what was published; nil if it was not told.
  public var isServed: Bool? { report.daemon.map { $0 == .serves } }
}

/// One rebuild.
public final class Rebuild {
  let settings: RebuildSettings
  let progress: @Sendable (String, Double) -> Void
  let store: IndexStore
  let turn = WriteTurn()
  var report = RebuildReport()
  /// What the daemon has in force.
  var rules = DaemonRules()
  /// Which events and examples are learned.
  var filters = LogFilters()
  /// The block list; nil if there is none.
  var blockList: BlockList?
  /// The items that were added to the daemon.
  var added: [AddedItem] = []
  private var synonyms: SynonymFile?
  private var titles: TitleSource?
  private var phaseStart = ContinuousClock.now
  private var phase: String?

  /// Makes a rebuild. While it lives, no other one can be made for its directory.
  ///
  /// - Parameters:
  ///   - settings: What to do.
  ///   - progress: Called with a phase's name and the share done, 0 to 1.
  /// - Throws: `PipelineError`.
  public init(
    _ settings: RebuildSettings,
    progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
  ) throws(PipelineError) {
    self.settings = settings
    self.progress = progress
    store = try IndexStore(settings.directory)
    if let name = try store.adopt(at: settings.now) {
      report.warnings.append(
        "the index file \(store.link) is version \(name) from now on, behind a link")
    }
    _ = try IndexStore.current(settings.directory)
  }

  /// Runs it.
  ///
  /// - Throws: `PipelineError` if it came to no decision; then nothing has changed.
  public func run() throws(PipelineError) -> RebuildResult {
    try cleaningUp { try rebuild() }
  }

  /// Only reads and filters, and counts what would be learned.
  ///
  /// - Throws: `PipelineError`.
  public func count() throws(PipelineError) -> RebuildReport {
    try cleaningUp {
      let events = try aggregate()
      begin("items")
      _ = try gatherItems()
      begin("aggregate")
      try events.count(holdingOut: 0)
      _ = try events.log(for: .publication)
      endPhase()
      report.counts = events.counts
      return report
    }
  }

  /// Ends the rebuild from another thread before the program ends: waits for the current write,
  /// removes what nobody needs, and lets nothing more be written.
  ///
  /// It returns the version that the link then names, if that has changed.
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

  /// Runs `body`; if it throws, nothing half-written stays, not even on a full disk.
  private func cleaningUp<Result>(_ body: () throws -> Result) throws(PipelineError) -> Result {
    do {
      return try body()
    } catch {
      turn.perform { Self.removeDebris(settings.directory) }
      throw PipelineError(error)
    }
  }

  func begin(_ name: String) {
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
      // A phase may be interrupted by another one.
      if let known = report.phases.firstIndex(where: { $0.name == phase }) {
        report.phases[known].seconds += seconds
      } else {
        report.phases.append(RebuildReport.Phase(name: phase, seconds: seconds))
      }
    }
    phaseStart = now
    phase = nil
  }

  private func rebuild() throws -> RebuildResult {
    report.now = settings.now
    report.previous = try IndexStore.current(settings.directory)
    report.settings = settings.build.recorded.merging(settings.recorded) { $1 }
    synonyms = try settings.synonyms.map {
      try SynonymFile(contentsOf: $0, profile: settings.profile)
    }
    let canaries = try settings.canaries.map { try Canary.read($0) } ?? []
    let served = try servedIndex()
    let events = try aggregate()
    begin("items")
    let items = try gatherItems()
    var itemJudge = try items.map { try self.itemJudge($0, served: served?.index) }
    begin("aggregate")
    let unknown = served.map { events.eventCount(after: $0.index.view.lastTime) }
    let heldOut = Int(
      Double(unknown ?? events.counts.events) * (served == nil ? 0.1 : settings.heldOutShare))
    try events.count(holdingOut: heldOut)
    titles = try readTitles()
    if titles == nil, !events.admitsQueries {
      // What was left out is counted with the log.
      _ = try events.log(for: .publication)
      report.counts = events.counts
      return try concludeEmpty()
    }

    let judge = IndexJudge(
      settings: settings, served: served, coverageBefore: coverageOfServed(), rules: rules)
    judging: do {
      let (log, learned) = try events.log(for: .judgement)
      if learned == 0, titles == nil {
        report.judgement = judge.tooFew(log.observations.count)
        break judging
      }
      begin("build to judge")
      let known = log.first(learned)
      // Items that cannot be judged are not learned for it.
      let asked = itemJudge.flatMap { $0.0.canJudge ? items?.set(learning: $0.learned) : nil }
      let bytes = try build(known, "build to judge", logNames: [], items: asked)
      let engine = try CompletionEngine(index: LabelIndex(bytes: bytes))
      begin("judge")
      report.judgement = judge.judge(engine, log, learned: learned) { progress("judge", $0) }
      if let found = try RetrievalEngine(verified: engine.index) {
        report.judgement?.checks += itemJudge?.0.judge(found) ?? []
      }
      report.items?.judgement = itemJudge?.0.judgement
    }

    begin("gather")
    let (log, _) = try events.log(for: .publication)
    report.counts = events.counts
    begin("build")
    let bytes = try build(
      log, "build", logNames: logNames, items: items.map { $0.set(learning: $0.examples.count) })
    begin("check")
    let index = try LabelIndex(bytes: bytes)
    let engine = try CompletionEngine(index: index)
    let checks =
      judge.checks(published: engine, canaries: canaries)
      + [itemCheck(index, served: served?.index)].compactMap { $0 }
    decide(
      quality: report.judgement?.checks ?? [], published: checks, isSame: isServed(bytes),
      hasServed: served != nil)
    report.judgement?.checks += checks
    report.labels = RebuildReport.Labels(index, served: served?.index)
    compareItems(index, served: served?.index)
    report.synonyms = synonyms?.report(for: index)
    report.indexBytes = bytes.count
    report.identity = index.identity
    report.version = IndexStore.name(
      bytes, now: IndexStore.time(settings.now, behind: try IndexStore.versions(settings.directory))
    )
    return try conclude(bytes)
  }

  private func build(
    _ log: QueryLog, _ phase: String, logNames: [String], items: ItemSet?
  ) throws(PipelineError) -> [UInt8] {
    try IndexPipeline.build(
      log, profile: settings.profile, settings: settings.build, logNames: logNames,
      synonyms: synonyms, titles: titles, items: items,
      itemPeople: settings.filters.minimumUsers,
      progress: { [progress] _, share in progress(phase, share) })
  }

  private var logNames: [String] {
    report.files.filter { $0.failure == nil && $0.events > 0 }.map(\.name)
  }

  /// The served index; nil if there is none, or none that can be compared with.
  private func servedIndex() throws -> CompletionEngine? {
    guard let name = report.previous else { return nil }
    do {
      let engine = try CompletionEngine(index: LabelIndex(opening: store.index(of: name)))
      if engine.index.profile == settings.profile { return engine }
      let profile = engine.index.profile
      report.warnings.append(
        "the served index has "
          + (profile.name == settings.profile.name
            ? "an earlier form of the profile \(profile.name)" : "the profile \(profile.name)")
          + ", so the new one is judged without it")
    } catch {
      report.warnings.append("the new index cannot be compared with the served one: \(error)")
    }
    return nil
  }

  private func coverageOfServed() -> Double? {
    report.previous.flatMap { store.report(of: $0) }?.judgement?.coverage[.new]
  }

  private func isServed(_ bytes: [UInt8]) -> Bool {
    guard let name = report.previous,
      let served = try? RegularFile.contents(store.index(of: name))
    else { return false }
    return served == bytes
  }
}
