// The flag that stands for others.
//
// `Preset.expanding` replaces it by these before the command line is parsed.

import ArgumentParser
import QACConfiguration
import QACProtocol

/// What the index is for.
struct PresetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What the index is for: sets --profile, the minima of people, and for a rebuild the window.",
      discussion: "Flags that are given too take precedence. qacd takes the same names.",
      valueName: "name"))
  var preset: Preset?
}
