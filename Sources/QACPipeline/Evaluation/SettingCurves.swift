// What MRR@10 becomes as one setting at a time moves away from its default, on one log.
//
// A log's curves are one JSON object (`qac-index curves measure --out`), so that those of several logs,
// measured one after another, are drawn together. docs/evaluation.md lists its keys.

import Foundation
import QACBinary
import QACReplay

/// The curves of one log.
public struct SettingCurves: Codable, Sendable, Equatable {
  /// What one value of one setting gives.
  public struct Point: Codable, Sendable, Equatable {
    /// The setting's value; 0 is the exact search where the setting is the beam.
    public var value: Double
    /// Bytes of the index file.
    public var indexBytes: Int
    /// MRR@10 of the index alone on the tenth that the ranker is fitted on.
    public var fit: Double
    /// MRR@10 of the index alone on the scored tenth.
    public var score: Double
    /// What it has more than the default on the scored tenth.
    public var gain: EvaluationReport.Gain
    /// MRR@10 of the full system on the scored tenth, where it was asked for.
    public var full: Double?
    /// What the full system has more than with the default.
    public var fullGain: EvaluationReport.Gain?
  }

  /// The points of one setting.
  public struct Curve: Codable, Sendable, Equatable {
    /// The setting.
    public var setting: VariedSetting
    /// Its default, which is among the values.
    public var standard: Double
    /// By value, in the setting's order.
    public var points: [Point]
  }

  /// The log's name.
  public var name: String
  /// `offline` or `replay`.
  public var `protocol`: String
  /// Seed of split, prefixes, training and resampling.
  public var seed: UInt64
  /// Labels of the index.
  public var labels: Int
  /// Queries that the index is learned from.
  public var learned: Int
  /// Requests of the scored tenth.
  public var requests: Int
  /// One a setting that was varied.
  public var curves: [Curve]

  /// Reads curves from JSON.
  ///
  /// - Throws: `PipelineError.malformedCurves`.
  public init(reading path: String) throws(PipelineError) {
    do {
      let data = Data(try RegularFile.contents(path))
      self = try JSONDecoder().decode(SettingCurves.self, from: data)
    } catch {
      throw .malformedCurves(path: path)
    }
  }

  init(
    name: String, protocol rule: ReplayProtocol, seed: UInt64, labels: Int, learned: Int,
    requests: Int, curves: [Curve]
  ) {
    self.name = name
    `protocol` = rule.rawValue
    self.seed = seed
    self.labels = labels
    self.learned = learned
    self.requests = requests
    self.curves = curves
  }

  /// The curves as a JSON object with sorted keys.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// The curves as a table of at most 100 columns.
  public var table: String {
    let head =
      "\(name), \(`protocol`), seed \(seed): \(labels) labels learned from \(learned) queries, "
      + "\(requests) requests.\nMRR@10 of the index alone on the ranker's tenth (fit) and the "
      + "scored one; its gain over the default, 95 %."
    return head + "\n\n"
      + ReportTable.align(
        [["setting", "value", "bytes", "fit", "score", "gain", "95 %", "full", "gain", "95 %"]]
          + curves.flatMap { curve in
            curve.points.map { point in
              let mark = point.value == curve.standard ? " *" : ""
              return [
                curve.setting.rawValue, curve.setting.label(point.value) + mark,
                "\(point.indexBytes)", ReportTable.fixed(point.fit),
                ReportTable.fixed(point.score),
              ] + ReportTable.cells(point.gain) + [ReportTable.fixed(point.full)]
                + ReportTable.cells(point.fullGain)
            }
          })
  }
}
