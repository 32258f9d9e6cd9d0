// What can be wrong with a configuration file, as messages that end with the remedy.

public import QACBinary

/// What is wrong with a configuration file.
public enum ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be read.
  case unreadable(FileError)
  /// The file is not text.
  case notUTF8(path: String)
  /// The file has a NUL, in the text or written as an escape.
  case containsNUL(path: String, key: String?)
  /// The file is not TOML.
  case syntax(path: String, problem: String)
  /// A key is no flag; `help` is a command that lists the flags.
  case unknownKey(path: String, line: Int?, key: String, nearest: String?, help: String)
  /// A key has a value of another type, or none of the values that there are.
  case value(path: String, line: Int?, key: String, kind: FlagKind)
  /// A value cannot be used; `problem` says why.
  case refused(path: String, line: Int?, problem: String)

  /// One line: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .unreadable(let error):
      return "the configuration cannot be read: \(error)"
    case .notUTF8(let path):
      return "the configuration \(path) is not UTF-8 text; convert it with iconv -t UTF-8"
    case .containsNUL(let path, let key):
      let place = key.map { "the key \($0)" } ?? "the text"
      return "the configuration \(path) has a NUL character in \(place); remove it"
    case .syntax(let path, let problem):
      return "the configuration \(path) is not TOML: \(problem); correct it"
    case .unknownKey(let path, let line, let key, let nearest, let help):
      let hint = nearest.map { "did you mean \($0)?" } ?? "see `\(help)`"
      return "the configuration \(Self.place(path, line)) has the unknown key \(key); \(hint)"
    case .refused(let path, let line, let problem):
      return "the configuration \(Self.place(path, line)) cannot be used: \(problem)"
    case .value(let path, let line, let key, let kind):
      return "the configuration \(Self.place(path, line)): \(key) must be \(kind.description); "
        + "correct it"
    }
  }

  private static func place(_ path: String, _ line: Int?) -> String {
    line.map { "\(path), line \($0)" } ?? path
  }
}
