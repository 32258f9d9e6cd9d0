// From the ranks of all systems to figures with confidence intervals.

import QACLogs
import QACReplay

extension Evaluation {
  /// Fewer clusters than this say little about how much figures vary.
  private static let enoughClusters = 30

  /// Resamples the requests by the coarsest of user, session and line of the log of which there are
  /// enough. Requests of one person depend on each other, and occurrences of one pair even more.
  func bootstrap(of scores: ReplayScores, _ result: inout EvaluationResult) -> Bootstrap {
    let units: [ResamplingUnit] = log.isTimed ? [.user, .session, .line] : [.line]
    for unit in units {
      let clusters = scores.requests.map { request in
        switch unit {
        case .user: log.observations[request.observation].user
        case .session: log.observations[request.observation].session
        case .line: UInt32(request.observation)
        }
      }
      let bootstrap = Bootstrap(
        clusters: clusters, resamples: options.resamples, seed: options.seed)
      if bootstrap.clusterCount >= Self.enoughClusters || unit == .line {
        result.resampling = ResamplingResult(
          unit: unit, clusters: bootstrap.clusterCount, resamples: options.resamples)
        return bootstrap
      }
    }
    preconditionFailure("the last unit is always taken")
  }

  /// The figures of every system.
  func results(of scores: ReplayScores, _ bootstrap: Bootstrap) -> [SystemResult] {
    let full = scores.systems.first { $0.name == CompletionSystem.full.rawValue }
    return scores.systems.map { system in
      let values = system.reciprocalRanks
      var result = SystemResult(name: system.name, metrics: scores.metrics(system))
      result.knowsTexts = !system.bleu.isEmpty
      result.interval = bootstrap.interval(of: values)
      for name in RequestKind.lengthClasses {
        result.byPrefixLength[name] = bootstrap.interval(of: values) {
          scores.requests[$0].kind.lengthClass == name
        }
      }
      result.byPrefixLength["0"] = unprompted(scores, system, bootstrap)
      if let full, full.name != system.name {
        result.advantage = Self.difference(full.reciprocalRanks, values, bootstrap)
      }
      return result
    }
  }

  /// The interval of MRR@10 for empty prefixes.
  private func unprompted(
    _ scores: ReplayScores, _ system: ReplayScores.System, _ bootstrap: Bootstrap
  ) -> Interval? {
    var values = [Double](repeating: 0, count: scores.requests.count)
    var isKeyed = [Bool](repeating: false, count: scores.requests.count)
    for (request, rank) in scores.unpromptedRanks(system) {
      isKeyed[request] = true
      values[request] = rank == 0 ? 0 : 1 / Double(rank)
    }
    return bootstrap.interval(of: values) { isKeyed[$0] }
  }

  /// The mean of `a` less that of `b`.
  static func difference(_ a: [Double], _ b: [Double], _ bootstrap: Bootstrap) -> Difference? {
    let values = zip(a, b).map { $0 - $1 }
    guard let interval = bootstrap.interval(of: values) else { return nil }
    return Difference(
      mean: values.reduce(0, +) / Double(values.count), interval: interval)
  }
}
