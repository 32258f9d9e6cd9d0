// How MRR@10 on one log changes as one setting at a time moves away from its default.
//
// The curves of a log are one JSON object (`qac-index curves measure --out`), so that those of
// several logs can be measured one after another and drawn together. docs/evaluation.md lists its
// keys.

import Foundation
import QACBinary
import QACReplay

/// The curves of one log.
public struct SettingCurves: Codable, Sendable, Equatable {
  /// The figures of one value of one setting.
  public struct Point: Codable, Sendable, Equatable {
    /// The value of the setting; a beam of 0 is the exact search.
    public var value: Double
    /// The bytes of the index file.
    public var indexBytes: Int
    /// MRR@10 of the index alone on the tenth that the ranker is fitted on.
    public var fit: Double
    /// MRR@10 of the index alone on the scored tenth.
    public var score: Double
    /// By how much that is better than with the default.
    public var gain: EvaluationReport.Gain
    /// MRR@10 of the full system on the scored tenth, if it was measured.
    public var full: Double?
    /// By how much the full system is better than with the default.
    public var fullGain: EvaluationReport.Gain?
  }

  /// The points of one setting.
  public struct Curve: Codable, Sendable, Equatable {
    /// The setting.
    public var setting: VariedSetting
    /// Its default, which is one of the values.
    public var standard: Double
    /// The points by value, in the setting's order.
    public var points: [Point]
  }

  /// The log's name.
  public var name: String
  /// `offline` or `replay`.
  public var `protocol`: String
  /// Seed of split, prefixes, training and resampling.
  public var seed: UInt64
  /// The number of labels of the index.
  public var labels: Int
  /// The number of queries from which the index is learned.
  public var learned: Int
  /// The number of requests of the scored tenth.
  public var requests: Int
  /// One curve per setting that was varied.
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

  /// The curves as a table, at most 100 columns wide.
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
