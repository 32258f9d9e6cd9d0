// Compares a new index with the one that is served, on queries that neither was built from.
//
// Held out are the newest events: of those that the served index does not know, the last share. The new index
// is built on what lies before and each is asked as it would be served, with what was submitted
// since it was built in its overlay. So the comparison is of what people would have seen.
//
// Demanded are: queries enough; MRR@10 and keystrokes saved no worse than those of the served index less
// a margin, by the lower end of the paired 95 % bootstrap interval over people; labels that cover the
// held-out queries about as well as the served index covers them, and as it covered its own when it was
// judged (a log of something else than queries fails here). Without a served index the most popular
// completion takes its place, and the new one must not be shown to be worse.

import Foundation
import QACEngine
import QACIndex
import QACLogs
import QACReplay
import QACTraining

/// Judges an index before it is published.
struct IndexJudge {
  let settings: RebuildSettings
  /// The index that is served; nil at the first time.
  let served: CompletionEngine?
  /// The coverage of its own held-out queries that was found when the served index was judged.
  let coverageBefore: Double?

  /// Replays the held-out part of `log` against `engine` and what is served.
  ///
  /// - Parameters:
  ///   - engine: The new index, built on the first `learned` observations.
  ///   - log: A log for judgement.
  ///   - learned: How many of its observations the new index was built on.
  ///   - progress: Receives the share done.
  /// - Returns: The figures, and what is demanded.
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
      log, split: split, halfLife: settings.build.halfLifeDays * 86_400)
    var runners = [
      KeyedReplay.Runner(name: "new", engine: engine, overlay: replay.overlay(of: engine.index))
    ]
    if let served {
      let runner = KeyedReplay.Runner(
        name: "served", engine: served, overlay: replay.overlay(of: served.index))
      for observation in log.observations[..<learned]
      where observation.time > served.index.view.lastTime {
        runner.record(observation, of: log)
      }
      runners.append(runner)
    }
    for system in [CompletionSystem.popular, .followers] {
      runners.append(KeyedReplay.Runner(system, engine: engine, baselines: baselines))
    }
    let keyed = KeyedReplay(
      replay, runners: runners, baselines: baselines, limit: settings.maximumRequests,
      progress: progress)
    result.requests = keyed.observations.count
    let users = keyed.observations.map { log.observations[$0].user }
    result.users = Set(users).count
    let characters = max(1, keyed.lengths.reduce(0, +))
    result.systems = keyed.systems.map { system in
      RebuildReport.System(
        name: system.name, mrr10: system.mrr10,
        keystrokesSaved: system.savedKeys.reduce(0, +) / characters,
        byPrefixLength: system.byPrefixLength.mapValues { $0.x / max(1, $0.y) })
    }
    result.coverage["new"] = coverage(engine.index, log, heldOut)
    if let served { result.coverage["served"] = coverage(served.index, log, heldOut) }
    result.checks = checks(result, keyed, users)
    return result
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
    var checks = [
      RebuildReport.Check(
        name: "queries", passed: result.requests >= settings.minimumRequests,
        text: "\(result.requests) held-out queries, at least \(settings.minimumRequests) needed")
    ]
    // So few would fail or pass by chance; that they are too few is all that they say.
    if result.requests < settings.minimumRequests { return checks }
    let other = keyed.systems[1]
    let bootstrap = Bootstrap(clusters: users, seed: settings.build.seed)
    let mean = keyed.lengths.reduce(0, +) / Double(keyed.lengths.count)
    let pairs: [(String, [Double], [Double])] = [
      ("MRR@10", keyed.systems[0].reciprocalRanks, other.reciprocalRanks),
      (
        "keystrokes saved", keyed.systems[0].savedKeys.map { $0 / mean },
        other.savedKeys.map { $0 / mean }
      ),
    ]
    for (name, new, old) in pairs {
      let n = Double(new.count)
      let (now, before) = (new.reduce(0, +) / n, old.reduce(0, +) / n)
      let interval = bootstrap.interval(of: zip(new, old).map { $0 - $1 })
      // What serves is not given up for what may be worse; where nothing serves, what is not shown to
      // be worse is better than nothing.
      let bound = (served == nil ? interval?.high : interval?.low) ?? 0
      let least = -settings.margin * before
      checks.append(
        RebuildReport.Check(
          name: name, passed: bound >= least,
          text: String(
            format: "%.4f, %@ %.4f: the difference is at %@ %+.4f, demanded is %+.4f", now,
            other.name, before, served == nil ? "most" : "least", bound, least)))
    }
    let floor = settings.coverageFloor
    let now = result.coverage["new"] ?? 0
    for (name, before) in [
      ("coverage now", result.coverage["served"]), ("coverage before", coverageBefore),
    ] {
      guard let before else { continue }
      checks.append(
        RebuildReport.Check(
          name: name, passed: now >= floor * before,
          text: String(
            format:
              "%.3f of the held-out queries are labels; %@ %.3f, and %.2f of that is demanded",
            now,
            name == "coverage now"
              ? "the served index has" : "when the served index was judged it was",
            before, floor)))
    }
    return checks
  }

  /// What is demanded of the index that is to be published.
  func checks(
    published engine: CompletionEngine, canaries: [Canary]
  ) -> [RebuildReport.Check] {
    var checks: [RebuildReport.Check] = []
    let index = engine.index
    if let served {
      let factor = Double(index.labelCount) / Double(served.index.labelCount)
      checks.append(
        RebuildReport.Check(
          name: "labels",
          passed: factor <= settings.sizeFactor && factor >= 1 / settings.sizeFactor,
          text: "\(index.labelCount) labels, the served index has \(served.index.labelCount); "
            + "demanded is no change by more than a factor of \(settings.sizeFactor)"))
    }
    if settings.maximumBytes > 0 {
      checks.append(
        RebuildReport.Check(
          name: "bytes", passed: index.byteCount <= settings.maximumBytes,
          text: "\(index.byteCount) bytes, at most \(settings.maximumBytes) are allowed"))
    }
    if !canaries.isEmpty {
      let failed = canaries.filter { !$0.holds(engine) }.map { "\($0.line)" }
      checks.append(
        RebuildReport.Check(
          name: "canaries", passed: failed.isEmpty,
          text: failed.isEmpty
            ? "all \(canaries.count) completions that are expected come"
            : "\(failed.count) of \(canaries.count) expected completions do not come: line "
              + failed.prefix(10).joined(separator: ", ")))
    }
    return checks
  }
}
