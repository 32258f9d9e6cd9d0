// One number of the settings: its name, the values that it may have, and how it is recorded.
//
// A settings type lists its numbers once (`ListedSettings.numbers`). The check of their ranges, the
// names in provenance and reports, and what `qac-index curves` varies are all derived from that
// list.
//
// To add a number to the settings of an index:
//
//     1. BuildSettings.swift      a property with its default, and a row in `numbers`
//     2. SettingsOptions.swift    (in qac-index) in `HyperParameterOptions` a flag with its help, and
//                                 a line in `BuildSettings.init`
//
// To add one to a rebuild, do the same in RebuildSettings.swift, and in a group of `RebuildOptions`
// and its `apply(to:)`. The configuration file knows a flag as soon as it is there. A test gives
// every listed number to `qac-index`, and fails if a flag or its line is missing.

internal import QACText

/// A number of `Settings`.
public struct Setting<Settings>: Sendable {
  /// Where the value is recorded beside what it decided: the provenance of an index, reports.
  public enum Record: Sendable, Equatable {
    /// Nowhere: the value shows in no result, or is told in another way.
    case nowhere
    /// Under the setting's own name.
    case asNamed
    /// Under another name, unless the value is `unless`.
    case named(String, unless: Double? = nil)
  }

  /// Its name, as flags, messages and reports have it: that of the property, or an older one.
  public let name: String
  /// The values that it may have.
  public let values: SettingValues
  /// Where it is recorded.
  public let record: Record
  /// Whether it is a whole number.
  public let isWhole: Bool
  private let read: @Sendable (Settings) -> Double
  private let write: @Sendable (inout Settings, Double) -> Void

  /// Makes the row of a whole number.
  public init<Number: FixedWidthInteger & SendableMetatype>(
    _ name: String, _ property: any WritableKeyPath<Settings, Number> & Sendable,
    _ values: SettingValues, record: Record = .nowhere
  ) {
    self.name = name
    self.values = values
    self.record = record
    isWhole = true
    read = { Double($0[keyPath: property]) }
    write = { $0[keyPath: property] = Number($1) }
  }

  /// Makes the row of a number that may have a fraction.
  public init(
    _ name: String, _ property: any WritableKeyPath<Settings, Double> & Sendable,
    _ values: SettingValues, record: Record = .nowhere
  ) {
    self.name = name
    self.values = values
    self.record = record
    isWhole = false
    read = { $0[keyPath: property] }
    write = { $0[keyPath: property] = $1 }
  }

  /// The value in `settings`.
  public func value(in settings: Settings) -> Double { read(settings) }

  /// Gives it `value` in `settings`.
  ///
  /// - Precondition: `value` is a whole number where `isWhole` says so, and fits the property.
  public func set(_ value: Double, in settings: inout Settings) { write(&settings, value) }

  /// Its name on command lines and in configuration files, without dashes before it: `trie-depth`.
  public var flag: String { flagName(of: name) }
}

/// The values that a setting may have.
public enum SettingValues: Sendable, Equatable, CustomStringConvertible {
  /// Those of a range, with its ends.
  case range(ClosedRange<Double>)
  /// Those above the first and not above the second.
  case above(Double, through: Double)
  /// The given one and all above.
  case atLeast(Double)

  /// Whether `value` is one of them; NaN never is.
  public func contains(_ value: Double) -> Bool {
    switch self {
    case .range(let range): range.contains(value)
    case .above(let low, let high): value > low && value <= high
    case .atLeast(let low): value >= low
    }
  }

  /// The values in words that fit after "must be": `from 0 to 16`.
  public var description: String {
    func text(_ number: Double) -> String {
      number == number.rounded() ? "\(Int64(number))" : "\(number)"
    }
    return switch self {
    case .range(let range): "from \(text(range.lowerBound)) to \(text(range.upperBound))"
    case .above(let low, let high): "above \(text(low)) and at most \(text(high))"
    case .atLeast(let low): "\(text(low)) or more"
    }
  }
}

/// Settings whose numbers are listed.
public protocol ListedSettings {
  /// Every number of the settings once.
  static var numbers: [Setting<Self>] { get }
}

extension ListedSettings {
  /// The values that are recorded, by the names under which they are.
  public var recorded: [String: Double] {
    var result: [String: Double] = [:]
    for setting in Self.numbers {
      let value = setting.value(in: self)
      switch setting.record {
      case .nowhere: break
      case .asNamed: result[setting.name] = value
      case .named(let name, let unless): if value != unless { result[name] = value }
      }
    }
    return result
  }

  /// The first number whose value is not one that it may have.
  public var outOfRange: Setting<Self>? {
    Self.numbers.first { !$0.values.contains($0.value(in: self)) }
  }
}
