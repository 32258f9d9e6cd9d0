// What people see in the first days of a log, with titles and without.
//
// For each number of events n, an index is built of the first n, as `qac-index build` builds it, and
// the events after them are replayed through it as through a daemon that serves it: sessions know
// what they submitted from the first event on, and what is submitted is learned as it comes. Without
// titles and events there is no index, as in a daemon before its first one. Both indexes are asked
// the same requests, so gains are paired.
//
// Cost: for each number of events and each seed two builds and two passes over the next events.

import Foundation
import QACEngine
import QACIndex
public import QACLogs
import QACReplay
import QACTraining

/// The figures of the first days of one log.
public struct FirstDays: Sendable {
  /// The figures after some events, by one seed.
  public struct Point: Sendable {
    /// How many events the index is built of.
    public var events: Int
    /// The seed of prefixes, training and resampling.
    public var seed: UInt64
    /// The requests.
    public var requests: Int
    /// MRR@10 without titles.
    public var plain: Double
    /// MRR@10 with titles.
    public var titled: Double
    /// By how much it is better with titles.
    public var gain: EvaluationReport.Gain
    /// The requests without a suggestion, as shares, without titles and with.
    public var empty: (plain: Double, titled: Double)
  }

  /// The log's name.
  public var name: String
  /// The number of titles.
  public var titles: Int
  /// The points, by events and then by seed.
  public var points: [Point] = []

  /// The curves as a table.
  public var table: String {
    let head =
      "\(name), \(titles) titles: MRR@10 over the next events, replayed, of an index of the first "
      + "events\nwithout titles and with, and the gain, 95 %.\n\n"
    return head
      + ReportTable.align(
        [["events", "seed", "requests", "none", "empty", "titles", "empty", "gain", "95 %"]]
          + points.map { point in
            [
              "\(point.events)", "\(point.seed)", "\(point.requests)",
              ReportTable.fixed(point.plain), Self.percent(point.empty.plain),
              ReportTable.fixed(point.titled), Self.percent(point.empty.titled),
            ] + ReportTable.cells(point.gain)
          })
  }

  /// The means over the seeds as a plot.
  public var plot: LinePlot {
    let sizes = Set(points.map(\.events)).sorted()
    func line(_ name: String, _ value: (Point) -> Double) -> LinePlot.Line {
      LinePlot.Line(
        name: name,
        points: sizes.enumerated().map { place, size in
          let own = points.filter { $0.events == size }.map(value)
          return LinePlot.Point(x: Double(place), y: own.reduce(0, +) / Double(own.count))
        })
    }
    var plot = LinePlot(
      title: "\(name): the first days", xLabel: "events that the index knows",
      yLabel: "MRR@10 over the next events, replayed",
      lines: [line("with titles", \.titled), line("without", \.plain)])
    plot.classes = sizes.map { "\($0)" }
    return plot
  }

  private static func percent(_ share: Double) -> String { String(format: "%.1f%%", 100 * share) }
}

extension Evaluation {
  /// Measures the first days of `log`.
  ///
  /// - Parameters:
  ///   - log: A log with times, read with the options' profile.
  ///   - name: What the log is called.
  ///   - titles: The titles.
  ///   - options: Settings, profile and resamples.
  ///   - seeds: The seeds, one after the other.
  ///   - sizes: After how many events.
  ///   - next: How many events are then replayed.
  ///   - progress: Called with the share done, 0 to 1.
  /// - Returns: A point for each number of events and each seed.
  /// - Throws: `PipelineError`, also if the log has no times or too few events.
  public static func firstDays(
    _ log: QueryLog, name: String, titles: TitleSource, options: EvaluationOptions,
    seeds: [UInt64], sizes: [Int], next: Int, progress: (Double) -> Void = { _ in }
  ) throws(PipelineError) -> FirstDays {
    var result = FirstDays(name: name, titles: titles.count)
    do {
      for (i, size) in sizes.enumerated() {
        for (j, seed) in seeds.enumerated() {
          progress(Double(i * seeds.count + j) / Double(sizes.count * seeds.count))
          var own = options
          own.seed = seed
          own.settings.seed = seed
          result.points.append(try point(log, titles, own, size, next))
        }
      }
      return result
    } catch {
      throw PipelineError(error)
    }
  }

  private static func point(
    _ log: QueryLog, _ titles: TitleSource, _ options: EvaluationOptions, _ size: Int, _ next: Int
  ) throws -> FirstDays.Point {
    let known = log.first(size)
    let replayed = log.first(size + next)
    let split = LogSplit(replayed, learning: size)
    let replay = LogReplay(replayed, split: split, protocol: .replay, seed: options.seed)
    guard log.isTimed, known.observations.count == size, replay.requestCount(of: .score) > 0 else {
      throw PipelineError.tooSmall(observations: log.observations.count)
    }
    func scores(_ titles: TitleSource?) throws -> ReplayScores {
      let engine: CompletionEngine
      if size == 0, titles == nil {
        engine = try CompletionEngine(index: .empty(options.profile), weights: RankerFeature.usual)
      } else {
        let bytes = try IndexPipeline.build(
          known, profile: options.profile,
          settings: options.settings, logNames: [], titles: titles)
        engine = try CompletionEngine(index: LabelIndex(bytes: bytes))
      }
      let runner = SystemRunner(
        .full, engine: engine, baselines: nil, overlay: replay.overlay(of: engine.index))
      return replay.scores(
        of: .score, runners: [runner], baselines: nil, keys: 0, isSeen: { _ in false })
    }
    let (plain, titled) = (try scores(nil), try scores(titles))
    let (a, b) = (plain.systems[0], titled.systems[0])
    let users = plain.requests.map { replayed.observations[$0.observation].user }
    let bootstrap = Bootstrap(clusters: users, resamples: options.resamples, seed: options.seed)
    guard let gain = difference(b.reciprocalRanks, a.reciprocalRanks, bootstrap) else {
      throw PipelineError.tooSmall(observations: log.observations.count)
    }
    func empty(_ system: ReplayScores.System) -> Double {
      Double(system.suggestions.count { $0 == 0 }) / Double(system.suggestions.count)
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    return FirstDays.Point(
      events: size, seed: options.seed, requests: plain.requests.count,
      plain: mean(a.reciprocalRanks), titled: mean(b.reciprocalRanks),
      gain: EvaluationReport.Gain(gain), empty: (empty(a), empty(b)))
  }
}
