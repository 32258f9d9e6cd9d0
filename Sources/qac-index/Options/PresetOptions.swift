// The flag that stands for others.
//
// `Preset.expanding` replaces it by these before the command line is parsed.

public import ArgumentParser
public import QACProtocol

/// What the index is for.
struct PresetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What the index is for: sets --profile, the minima of people, and for a rebuild the window.",
      discussion: "Flags that are given too take precedence. qacd takes the same names.",
      valueName: "name"))
  var preset: Preset?
}

extension Preset: ExpressibleByArgument {
  /// What each preset is for.
  public static var allValueDescriptions: [String: String] {
    Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.help) })
  }
}
