// The formats `zsh`, `bash`, `fish` and `atuin`: histories of shells.
//
// All commands of a history are one person's, so they have one session, `HistoryRecord.session`. A
// history without times is told by the name of its file, since any text could be one.

/// The history of zsh.
enum ZshFormat: LogFormatDefinition {
  static let format = LogFormat.zsh
  static let expected = "zsh's history: \": seconds:duration;command\", or a command per line"
  /// It becomes UTF-8 once what zsh wrote in its own way is undone.
  static let isUTF8 = false

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    try HistoryRecord.guess(
      head, format, ZshHistory(), names: ["zsh_history", "zhistory", "histfile"])
  }
}

/// The history of bash.
enum BashFormat: LogFormatDefinition {
  static let format = LogFormat.bash
  static let expected = "bash's history: a command per line, or \"#seconds\" before each command"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    try HistoryRecord.guess(head, format, BashHistory(), names: ["bash_history"])
  }
}

/// The history of fish.
enum FishFormat: LogFormatDefinition {
  static let format = LogFormat.fish
  static let expected = "fish's history: \"- cmd: command\", then \"when: seconds\" indented"

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    // Without this, any text would be lines outside of entries.
    guard head.isNamed || FishHistory.command(head.bytes) != nil else {
      throw LogMismatch()
    }
    var guess = try HistoryRecord.guess(
      head, format, FishHistory(), names: ["fish_history"], hasTimes: true)
    // The first line is enough, even if it is too long to be looked at.
    guess.sureness = max(guess.sureness, 0.5)
    return guess
  }
}

/// The database of atuin.
enum AtuinFormat: LogFormatDefinition {
  static let format = LogFormat.atuin
  static let expected = "atuin's database history.db"
  static let isBinary = true

  static func guess(_ head: LogHead) throws(LogMismatch) -> LogGuess {
    guard AtuinHistory.isDatabase(head.bytes) else {
      throw LogMismatch(reason: "it is not an SQLite database")
    }
    return LogGuess(
      sureness: 1, layout: HistoryRecord.layout(format, hasTimes: true),
      reader: Reader(path: head.path))
  }

  private struct Reader: LogStreamReader {
    let path: String
    var readsPath: Bool { true }
    var completeBytes: Int64? { nil }

    mutating func read(_ piece: UnsafeBufferPointer<UInt8>, _ body: Body) throws(LogError) {}

    mutating func finish(_ body: Body) throws(LogError) {
      var record = HistoryRecord(hasTimes: true)
      try AtuinHistory(path: path).forEach { (item) throws(LogError) in
        try record.hand(item, to: body)
      }
    }
  }
}
