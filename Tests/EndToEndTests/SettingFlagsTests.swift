// Every number of the settings has a flag, which reaches it, and a key of the configuration file.

import Foundation
import QACPipeline
import QACTestSupport
import QACTraining
import Testing

@Suite(.timeLimit(.minutes(10))) struct SettingFlagsTests {
  /// Numbers that are set in code alone.
  private static let withoutFlag: Set<String> = [
    "clusterRounds", "samplesPerPair", "wordLimit", "pairLimit",
  ]

  /// A value that `setting` may not have.
  private func forbidden<S>(_ setting: Setting<S>) -> String {
    let value =
      switch setting.values {
      case .range(let range): range.upperBound + 1
      case .above(_, let high): high + 1
      case .atLeast(let low): low - 1
      }
    return setting.isWhole ? "\(Int(value))" : "\(value)"
  }

  /// Gives `command` a forbidden value of each setting, and expects to be told so.
  private func expectFlags<S>(_ settings: [Setting<S>], _ command: [String]) throws {
    for setting in settings where !Self.withoutFlag.contains(setting.name) {
      let outcome = try Programs.run(
        "qac-index", command + ["--\(setting.flag)=\(forbidden(setting))"])
      #expect(outcome.code == 64, "\(setting.name)")
      #expect(
        outcome.errors.contains("--\(setting.flag) must be \(setting.values)"),
        "\(setting.name): \(outcome.errors)")
    }
  }

  @Test func aFlagReachesEveryNumberOfAnIndex() throws {
    try expectFlags(BuildSettings.numbers, ["build", "--log", "none", "--out", "none"])
    try expectFlags(BuildSettings.numbers, ["rebuild"])
  }

  @Test func aFlagReachesEveryNumberOfARebuild() throws {
    try expectFlags(RebuildSettings.numbers, ["rebuild"])
  }

  @Test func everyNumberIsAKeyOfTheConfigurationFile() throws {
    let directory = try TemporaryDirectory()
    let settings = RebuildSettings(directory: directory.file("store"), now: 0)
    var values: [String: Double] = [:]
    for setting in BuildSettings.numbers where !Self.withoutFlag.contains(setting.name) {
      values[setting.flag] = setting.value(in: settings.build)
    }
    for setting in RebuildSettings.numbers { values[setting.flag] = setting.value(in: settings) }
    func run(_ lines: [String]) throws -> Outcome {
      let file = directory.file("rebuild.toml")
      try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: file))
      return try Programs.run(
        "qac-index", ["rebuild", "--config", file, "--dir", settings.directory])
    }
    let lines = values.map { name, value in
      "\(name) = " + (value == value.rounded() ? "\(Int(value))" : "\(value)")
    }
    let known = try run(lines)
    #expect(known.code == 1 && known.errors.contains("nothing can be read"), "\(known.errors)")
    let slip = try run(["look-bak-days = 3"])
    #expect(slip.code == 78 && slip.errors.contains("look-back-days"), "\(slip.errors)")
    // Flags of one run are no keys.
    #expect(try run(["dry-run = 1"]).code == 78)
  }
}
