// Compares a new index with the served one, on queries that neither was built from.
//
// The newest events are held out: the last share of those that the served index does not know. The
// new index is built on the events before them. Each index is asked as it would be served, with its
// overlay holding what was submitted since it was built. So the comparison is of what people would
// have seen.
//
// The new index must meet these demands (`RebuildReport.Demand`):
// - There are enough held-out queries.
// - MRR@10, keystrokes saved, the share of answers with a useful line among three, and the share of
//   characters that useful lines save are no worse than those of the served index less a margin, by
//   the lower end of the paired 95 % bootstrap interval over people. The shares of all lines (useful,
//   for nobody, misspelt) are reported but not demanded: an index that has learned more gives longer
//   lists, and the lines at their ends are useful less often.
// - Its labels cover the held-out queries about as well as the served index covers them, and as the
//   served index covered its own when it was judged. A log of something other than queries fails
//   here.
// Without a served index the most popular completions take its place, and the new index must only
// not be shown to be worse.

import Foundation
import QACEngine
import QACIndex
import QACLogs
import QACReplay
import QACTraining

/// Judges an index before it is published.
struct IndexJudge {
  let settings: RebuildSettings
  /// The served index; nil the first time.
  let served: CompletionEngine?
  /// The share of its held-out queries that were labels when the served index was judged.
  let coverageBefore: Double?
  /// What the daemon has in force.
  let rules: DaemonRules

  /// Replays the held-out part of `log` against `engine` and the served index.
  ///
  /// - Parameters:
  ///   - engine: The new index, built on the first `learned` observations.
  ///   - log: A log for judgement.
  ///   - learned: The number of observations that the new index was built on.
  ///   - progress: Receives the share done, 0 to 1.
  /// - Returns: The figures and the checked demands.
  func judge(
    _ engine: CompletionEngine, _ log: QueryLog, learned: Int, progress: (Double) -> Void
  ) -> RebuildReport.Judgement {
    var result = RebuildReport.Judgement()
    let heldOut = log.observations[learned...]
    result.from = heldOut.first?.time ?? 0
    result.to = heldOut.last?.time ?? 0
    let split = LogSplit(log, learning: learned)
    let replay = LogReplay(log, split: split, protocol: .replay, seed: settings.build.seed)
    let baselines = Baselines(
      log, split: split, halfLife: settings.build.halfLife)
    typealias Contender = RebuildReport.Contender
    var contenders = [Contender.new]
    var runners = [
      KeyedReplay.Runner(
        name: Contender.new.rawValue, engine: engine, overlay: replay.overlay(of: engine.index))
    ]
    if let served {
      let runner = KeyedReplay.Runner(
        name: Contender.served.rawValue, engine: served, overlay: replay.overlay(of: served.index))
      for observation in log.observations[..<learned]
      where observation.time > served.index.view.lastTime {
        runner.record(observation, of: log)
      }
      contenders.append(.served)
      runners.append(runner)
    }
    for (contender, system) in [
      (Contender.popular, CompletionSystem.popular), (.followers, .followers),
    ] {
      contenders.append(contender)
      runners.append(KeyedReplay.Runner(system, engine: engine, baselines: baselines))
    }
    if !rules.isEmpty {
      // Last, so that the others keep their places. It is compared with the first.
      contenders.append(.ruled)
      runners.append(
        KeyedReplay.Runner(
          name: Contender.ruled.rawValue, engine: engine,
          overlay: replay.overlay(of: engine.index), rules: rules.ready(for: engine.index)))
    }
    let keyed = KeyedReplay(
      replay, runners: runners, baselines: baselines, limit: settings.maximumRequests,
      progress: progress)
    result.requests = keyed.observations.count
    let users = keyed.observations.map { log.observations[$0].user }
    result.users = Set(users).count
    let characters = max(1, keyed.lengths.reduce(0, +))
    result.systems = zip(contenders, keyed.systems).map { contender, system in
      RebuildReport.System(
        name: contender, mrr10: system.mrr10,
        keystrokesSaved: system.savedKeys.reduce(0, +) / characters,
        byPrefixLength: system.byPrefixLength.mapValues { $0.x / max(1, $0.y) },
        seen: EvaluationReport.Seen(system.seen, byPrefixLength: system.seenByPrefixLength))
    }
    if !rules.isEmpty, let with = keyed.systems.last {
      result.rules = RebuildReport.Rules(
        pins: rules.pins.count, boosts: rules.boosts.count, blocks: rules.blocks.count,
        mrr10Without: keyed.systems[0].mrr10, mrr10With: with.mrr10)
    }
    result.coverage[.new] = coverage(engine.index, log, heldOut)
    if let served { result.coverage[.served] = coverage(served.index, log, heldOut) }
    result.checks = checks(result, keyed, users)
    return result
  }

  /// The judgement where nothing comes before the held-out queries, of which there are `count`.
  func tooFew(_ count: Int) -> RebuildReport.Judgement {
    var result = RebuildReport.Judgement()
    result.requests = count
    result.checks = [enough(min(count, settings.minimumRequests - 1))]
    return result
  }

  private func enough(_ requests: Int) -> RebuildReport.Check {
    RebuildReport.Check(
      name: .queries, passed: requests >= settings.minimumRequests,
      text: "\(requests) held-out queries, at least \(settings.minimumRequests) needed")
  }

  private func coverage(
    _ index: LabelIndex, _ log: QueryLog, _ heldOut: ArraySlice<Observation>
  ) -> Double {
    let view = index.view
    let known = heldOut.filter { observation in
      log.queries.normalized[Int(observation.query)].withUnsafeBufferPointer {
        view.label(of: $0) != nil
      }
    }
    return Double(known.count) / Double(max(1, heldOut.count))
  }

  private func checks(
    _ result: RebuildReport.Judgement, _ keyed: KeyedReplay, _ users: [UInt32]
  ) -> [RebuildReport.Check] {
    var checks = [enough(result.requests)]
    // So few queries would pass or fail by chance, so no other demand is checked.
    if result.requests < settings.minimumRequests { return checks }
    let other = keyed.systems[1]
    let bootstrap = Bootstrap(clusters: users, seed: settings.build.seed)
    let mean = keyed.lengths.reduce(0, +) / Double(keyed.lengths.count)
    let pairs: [(RebuildReport.Demand, [Double], [Double])] = [
      (.mrr10, keyed.systems[0].reciprocalRanks, other.reciprocalRanks),
      (
        .keystrokesSaved, keyed.systems[0].savedKeys.map { $0 / mean },
        other.savedKeys.map { $0 / mean }
      ),
      (.usefulAmong3, keyed.systems[0].usefulAmong3, other.usefulAmong3),
      (.savedCharacters, keyed.systems[0].savedCharacters, other.savedCharacters),
    ]
    for (name, new, old) in pairs {
      // The served index is not given up for one that may be worse. Where none is served, an index
      // that is not shown to be worse is better than nothing.
      checks.append(
        RebuildReport.Check(
          comparing: name, new, with: old, of: other.name, mayBeWorse: served == nil,
          margin: settings.margin, bootstrap))
    }
    let floor = settings.coverageFloor
    let now = result.coverage[.new] ?? 0
    for (name, before) in [
      (RebuildReport.Demand.coverageNow, result.coverage[.served]),
      (.coverageBefore, coverageBefore),
    ] {
      guard let before else { continue }
      checks.append(
        RebuildReport.Check(
          name: name, passed: now >= floor * before,
          text: String(
            format:
              "%.3f of the held-out queries are labels; %@ %.3f, and %.2f of that is needed",
            now,
            name == .coverageNow
              ? "for the served index it is" : "when the served index was judged it was",
            before, floor)))
    }
    return checks
  }

  /// Checks the demands on the index that would be published.
  func checks(
    published engine: CompletionEngine, canaries: [Canary]
  ) -> [RebuildReport.Check] {
    var checks: [RebuildReport.Check] = []
    let index = engine.index
    if let served {
      let factor = Double(index.labelCount) / Double(served.index.labelCount)
      checks.append(
        RebuildReport.Check(
          name: .labels,
          passed: factor <= settings.sizeFactor && factor >= 1 / settings.sizeFactor,
          text: "\(index.labelCount) labels, the served index has \(served.index.labelCount); "
            + "the number may change by a factor of \(settings.sizeFactor)"))
    }
    if settings.maximumBytes > 0 {
      checks.append(
        RebuildReport.Check(
          name: .bytes, passed: index.byteCount <= settings.maximumBytes,
          text: "\(index.byteCount) bytes, at most \(settings.maximumBytes) are allowed"))
    }
    if !canaries.isEmpty {
      let failed = canaries.filter { !$0.holds(engine) }.map { "\($0.line)" }
      checks.append(
        RebuildReport.Check(
          name: .canaries, passed: failed.isEmpty,
          text: failed.isEmpty
            ? "all \(canaries.count) expected completions come"
            : "\(failed.count) of \(canaries.count) expected completions do not come: line "
              + failed.prefix(10).joined(separator: ", ")))
    }
    return checks
  }
}
