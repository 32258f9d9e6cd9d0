// The flags that say where the settings are, and that only look at them. They are no keys.

public import ArgumentParser

/// Where the settings are, and whether the program does more than look at them.
public struct FileOptions: ParsableArguments, Sendable {
  @Option(
    help: ArgumentHelp(
      "A TOML file of settings; flags take precedence. `none` reads no file. (default: "
        + "$XDG_CONFIG_HOME/qacd/qacd.toml or ~/.config/qacd/qacd.toml, and /etc/qacd/qacd.toml for "
        + "a system user, if it is there)",
      valueName: "file"),
    completion: .file())
  var config: String?

  @Flag(
    help: "Print the settings that result, as a configuration file that says where each comes from."
  )
  var printConfig = false

  @Flag(
    help: """
      Check configuration, files, modes, index, database, sockets and unit, print what is wrong and \
      how to mend it, and change nothing.
      """)
  var check = false

  @Flag(help: "With --check, print one line of JSON, for programs.")
  var json = false

  /// Makes options that are to be parsed.
  public init() {}

  /// What the program does.
  enum Mode {
    case serve, check, printConfiguration
  }

  var mode: Mode { check ? .check : printConfig ? .printConfiguration : .serve }

  /// Refuses flags that exclude each other.
  public func validate() throws {
    if check && printConfig { throw ValidationError("Give --check or --print-config, not both.") }
    if json && !check { throw ValidationError("--json needs --check.") }
    if config?.isEmpty == true { throw ValidationError("--config must name a file.") }
  }
}
