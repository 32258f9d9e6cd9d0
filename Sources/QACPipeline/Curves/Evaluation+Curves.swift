// Measures curves: the log is divided once, and evaluated again for each value of a setting.
//
// For every value the same requests are asked, so gains are paired with the default. The index
// alone is measured on two tenths that it has not seen: on the tenth that the ranker is fitted on,
// by which settings may be chosen, and on the scored tenth, by which the choice may be judged.
// Cost: a build and two passes over the log for each value, or three with the full system.

import QACEngine
import QACIndex
public import QACLogs
import QACReplay
import QACTraining

extension Evaluation {
  /// The figures of one choice of settings.
  private struct Measured {
    var labels = 0
    var indexBytes = 0
    var fit: [Double] = []
    var score: [Double] = []
    var full: [Double]?
  }

  /// Varies one setting of `options` at a time.
  ///
  /// - Parameters:
  ///   - log: The log, read with the options' profile.
  ///   - name: What the log is called.
  ///   - options: The settings to start from, and how to measure.
  ///   - varied: The settings and the values to try; the value in `options` is added to each.
  ///   - includesFull: Whether the full system is measured too.
  ///   - progress: Called with the name of the setting and the share done, 0 to 1.
  /// - Returns: A curve for each of `varied`, in their order.
  /// - Throws: `PipelineError`.
  public static func curves(
    _ log: QueryLog, name: String, options: EvaluationOptions,
    varied: [(setting: VariedSetting, values: [Double])], includesFull: Bool = false,
    progress: @escaping @Sendable (String, Double) -> Void = { _, _ in }
  ) throws(PipelineError) -> SettingCurves {
    do {
      return try Evaluation(log, options) { _, _ in }
        .curves(name, varied, includesFull: includesFull, progress: progress)
    } catch {
      throw PipelineError(error)
    }
  }

  private func curves(
    _ name: String, _ varied: [(setting: VariedSetting, values: [Double])], includesFull: Bool,
    progress: (String, Double) -> Void
  ) throws -> SettingCurves {
    try checkSize()
    progress("default", 0)
    let set = learningSet()
    let standardEngine = try learn(from: set).engine
    let (standard, resampled) = measured(standardEngine, set, includesFull)
    var ignored = EvaluationResult()
    let bootstrap = bootstrap(of: resampled, &ignored)
    var curves: [SettingCurves.Curve] = []
    for (setting, values) in varied {
      let own = setting.value(in: options)
      let all = setting.ordered(values + [own])
      var points: [SettingCurves.Point] = []
      for (i, value) in all.enumerated() {
        progress(setting.rawValue, Double(i) / Double(all.count))
        var variant = self
        setting.set(value, in: &variant.options)
        if value == own {
          points.append(Self.point(value, standard, standard: standard, bootstrap))
          continue
        }
        let engine = setting.changesIndex ? try variant.learn(from: set).engine : standardEngine
        let found = variant.measured(engine, set, includesFull).figures
        points.append(Self.point(value, found, standard: standard, bootstrap))
      }
      curves.append(SettingCurves.Curve(setting: setting, standard: own, points: points))
    }
    return SettingCurves(
      name: name, protocol: options.rule, seed: options.seed, labels: standard.labels,
      learned: partSizes().learn, requests: standard.score.count, curves: curves)
  }

  /// The figures of `engine` under these options, and the scored requests.
  private func measured(
    _ engine: CompletionEngine, _ set: TrainingSet, _ includesFull: Bool
  ) -> (figures: Measured, scores: ReplayScores) {
    var own = self
    own.options.keys = 0
    own.options.systems = [.index]
    var result = Measured(labels: engine.index.labelCount, indexBytes: engine.index.byteCount)
    result.fit = own.score(engine, learnedFrom: set, part: .fit).systems[0].reciprocalRanks
    let scores = own.score(engine, learnedFrom: set)
    result.score = scores.systems[0].reciprocalRanks
    if includesFull {
      own.options.systems = [.full]
      let full = own.score(own.fitted(engine).engine, learnedFrom: set)
      result.full = full.systems[0].reciprocalRanks
    }
    return (result, scores)
  }

  private static func point(
    _ value: Double, _ found: Measured, standard: Measured, _ bootstrap: Bootstrap
  ) -> SettingCurves.Point {
    func gain(_ a: [Double], _ b: [Double]) -> EvaluationReport.Gain {
      guard let difference = difference(a, b, bootstrap) else {
        preconditionFailure("the size of the log was checked")
      }
      return EvaluationReport.Gain(difference)
    }
    var point = SettingCurves.Point(
      value: value, indexBytes: found.indexBytes, fit: mean(found.fit), score: mean(found.score),
      gain: gain(found.score, standard.score))
    if let full = found.full, let own = standard.full {
      point.full = mean(full)
      point.fullGain = gain(full, own)
    }
    return point
  }
}
