// The settings whose curves are measured: their names, the values that are tried, and how to set
// one.
//
// Invariant: setting a value and reading it gives the value.

import QACTraining

/// A hyper-parameter of the hybrid index that can be varied.
public enum VariedSetting: String, CaseIterable, Sendable, Codable {
  case trieDepth = "trie-depth"
  case branching
  case leafSize = "leaf-size"
  case startScale = "start-scale"
  case smoothing
  case epochs
  case learningRate = "learning-rate"
  case pruning
  /// The most nodes that are expanded on each level; 0 stands for the exact search.
  case beam

  /// The values that are tried if none are named, in order.
  public var values: [Double] {
    switch self {
    case .trieDepth: [0, 1, 2, 3, 4]
    case .branching: [2, 4, 8, 16, 32]
    case .leafSize: [16, 32, 64, 128, 256, 1_024]
    case .startScale: [0.2, 0.4, 0.6, 0.8, 1]
    case .smoothing: [1, 2, 3, 5, 10]
    case .epochs: [0, 2, 5, 8, 12]
    case .learningRate: [0.025, 0.05, 0.1, 0.2, 0.4]
    case .pruning: [0, 0.05, 0.1, 0.2, 0.4, 0.8]
    case .beam: [1, 2, 5, 10, 12, 20, 0]
    }
  }

  /// Its row among the settings of an index, which has the same name; nil for the beam, which is a
  /// matter of the search.
  private var listed: Setting<BuildSettings>? {
    BuildSettings.numbers.first { $0.flag == rawValue }
  }

  /// Whether a value is a whole number.
  public var isWhole: Bool { listed?.isWhole ?? true }

  /// Whether another value makes another index.
  public var changesIndex: Bool { listed != nil }

  /// `values` without repetition, ascending; the exact search counts as the widest beam.
  public func ordered(_ values: [Double]) -> [Double] {
    let distinct = Set(values).sorted()
    return self == .beam ? distinct.filter { $0 != 0 } + distinct.filter { $0 == 0 } : distinct
  }

  /// Its value in `options`.
  public func value(in options: EvaluationOptions) -> Double {
    listed?.value(in: options.settings) ?? Double(options.beam ?? 0)
  }

  /// Gives it `value`, which is whole where `isWhole` says so, in `options`.
  public func set(_ value: Double, in options: inout EvaluationOptions) {
    if let listed {
      listed.set(value, in: &options.settings)
    } else {
      options.beam = value == 0 ? nil : Int(value)
    }
  }

  /// `value` in words.
  public func label(_ value: Double) -> String {
    if self == .beam, value == 0 { return "exact" }
    return value == value.rounded() ? String(Int(value)) : "\(value)"
  }
}
