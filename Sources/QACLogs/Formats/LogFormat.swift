// The names of the formats of logs.

/// The formats in which logs are read. How each is told and read stands in its own file
/// (`LogFormatDefinition`, `LogFormats`).
public enum LogFormat: String, Sendable, CaseIterable {
  /// The format is told from the beginning of each file.
  case auto
  /// `session TAB time TAB query`.
  case events
  /// `previous TAB next TAB count`; an empty `previous` starts a session.
  case pairs
  /// `query TAB count`.
  case queries
  /// `session TAB time TAB place TAB query`: events that say where they were submitted.
  case places
  /// One JSON object per line.
  case jsonl
  /// A JSON document that holds an array of objects.
  case json
  /// AOL's five columns.
  case aol
  /// CSV or TSV whose columns have names, or can be told apart by their values.
  case csv
  /// The access log of a web server, common or combined.
  case access
  /// The history of zsh.
  case zsh
  /// The history of bash.
  case bash
  /// The history of fish.
  case fish
  /// The database of atuin, a history for several shells.
  case atuin
  /// One query per line.
  case lines

  /// Whether records of this format may have sessions and times. Whether those of a file have them
  /// is told by its `LogLayout`.
  public var isTimed: Bool {
    switch self {
    case .events, .places, .jsonl, .json, .aol, .csv, .access, .zsh, .bash, .fish, .atuin:
      return true
    case .auto, .pairs, .queries, .lines: return false
    }
  }

  /// Whether a file of this format is the history of one person's shell.
  public var isHistory: Bool {
    switch self {
    case .zsh, .bash, .fish, .atuin: return true
    case .auto, .events, .places, .pairs, .queries, .jsonl, .json, .aol, .csv,
      .access, .lines:
      return false
    }
  }

  /// What a record of this format looks like, in a phrase for help; nil for `auto`.
  public var expected: String? { LogFormats.definition(self)?.expected }
}
