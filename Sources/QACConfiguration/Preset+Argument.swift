// Presets as values of flags.

public import ArgumentParser
public import QACProtocol

extension Preset: ExpressibleByArgument {
  /// What each preset is for.
  public static var allValueDescriptions: [String: String] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.help) })
  }
}
