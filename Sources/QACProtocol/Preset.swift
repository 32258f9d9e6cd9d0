// What fits whom: the flags of the daemon and of `qac-index` that belong together, by one name.
//
//     --preset shell        for qacd: --profile verbatim --live-sessions 1 --keep-days 0
//
// A preset stands for the flags that its tables list. A flag that is given beside it takes
// precedence over it, and so does a key of a configuration file.
//
// Invariant: both tables agree: what the daemon keeps long enough is what a rebuild looks back on,
// and as many sessions as the daemon asks for are asked for by the index.

/// Settings that belong together.
public enum Preset: String, CaseIterable, Sendable {
  /// Many people search for products, whose seasons return after a year.
  case shop
  /// Many people search pages.
  case site
  /// One person types commands: there is nobody to hide from, and nothing is forgotten.
  case shell

  /// A flag without its dashes, and its value.
  public typealias Flag = (name: String, value: String)

  /// What it is for, in a line of help.
  public var help: String {
    switch self {
    case .shop: "many people who look for products: 3 must agree, kept for a year"
    case .site: "many people who look for pages: 3 must agree, kept for 90 days"
    case .shell: "commands of one person: every character counts, nothing is held back or deleted"
    }
  }

  /// The flags of `qacd`.
  public var ofDaemon: [Flag] {
    switch self {
    case .shop: [("profile", "search"), ("live-sessions", "3"), ("keep-days", "365")]
    case .site: [("profile", "search"), ("live-sessions", "3"), ("keep-days", "90")]
    case .shell: [("profile", "verbatim"), ("live-sessions", "1"), ("keep-days", "0")]
    }
  }

  /// The flags by which `qac-index` builds and evaluates.
  public var ofIndex: [Flag] {
    switch self {
    case .shop, .site:
      [("profile", "search"), ("minimum-users", "3"), ("minimum-ending-users", "3")]
    case .shell:
      [("profile", "verbatim"), ("minimum-users", "1"), ("minimum-ending-users", "1")]
    }
  }

  /// The flags of `qac-index rebuild`.
  public var ofRebuild: [Flag] {
    switch self {
    case .shop: ofIndex + [("look-back-days", "365")]
    case .site: ofIndex + [("look-back-days", "90")]
    case .shell:
      // A shell's session lasts for days, its commands are long and full of numbers, and a short
      // command is no beginning of the next one.
      ofIndex + [
        ("look-back-days", "36500"), ("longest-query", "2048"), ("personal-data", "off"),
        ("robot-minute", "0"), ("robot-session", "0"), ("fold-seconds", "-1"),
      ]
    }
  }

  /// `arguments` with the flags of the preset that they name in front of the first flag, except
  /// those that they already have.
  ///
  /// - Parameters:
  ///   - arguments: A command line after the program's name. If it names no preset, or one that does
  ///     not exist, it stays as it is.
  ///   - flags: The flags that the preset stands for.
  /// - Returns: The command line to parse.
  public static func expanding(
    _ arguments: [String], by flags: (Preset) -> [Flag]
  ) -> [String] {
    guard let preset = named(in: arguments),
      let place = arguments.firstIndex(where: { $0.hasPrefix("-") })
    else { return arguments }
    let added = flags(preset).filter { flag in
      !arguments.contains { $0 == "--\(flag.name)" || $0.hasPrefix("--\(flag.name)=") }
    }
    return arguments[..<place] + added.map { "--\($0.name)=\($0.value)" } + arguments[place...]
  }

  private static func named(in arguments: [String]) -> Preset? {
    for (i, argument) in arguments.enumerated() {
      if argument == "--preset" {
        return arguments.dropFirst(i + 1).first.flatMap(Preset.init(rawValue:))
      }
      if argument.hasPrefix("--preset=") {
        return Preset(rawValue: String(argument.dropFirst("--preset=".count)))
      }
    }
    return nil
  }
}
