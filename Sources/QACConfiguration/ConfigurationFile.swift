// A configuration file, and the flags that it stands for.
//
// The file is TOML with one level: a key is a flag's name, its value a string, a number, a truth
// value, or a list, as the flag's type demands. An unknown key is refused, and the message names
// the nearest known one; otherwise a slip of the pen would be a setting that is silently not made.
//
// Invariant: a value is passed on as it stands in the file, or the file is refused. TOMLKit returns
// texts as C strings, which end at a NUL: a text with one would be cut short, perhaps to the path
// of another file. So a file with a NUL anywhere, raw or written as an escape, is refused.

internal import QACBinary
internal import QACJSON
internal import TOMLKit

/// A file that was read and whose keys and values are those of flags.
public struct ConfigurationFile: Sendable {
  /// The path of the file.
  public let path: String
  private let keys: [(name: String, arguments: [String])]
  private let lines: [String: Int]

  /// The most bytes of a file.
  private static let maximumFileBytes = 1 << 20

  /// Reads the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - kinds: The flags that exist, without dashes before them, and the values that they take.
  ///   - help: A command that lists the flags, for errors.
  /// - Throws: `ConfigurationError`.
  public init(
    _ path: String, kinds: [String: FlagKind], help: String
  ) throws(ConfigurationError) {
    self.path = path
    let bytes: [UInt8]
    do {
      bytes = try RegularFile.contents(path, limit: Self.maximumFileBytes)
    } catch {
      throw .unreadable(error)
    }
    if bytes.contains(0) { throw .containsNUL(path: path, key: nil) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(path: path) }
    let lines = Self.lines(of: text)
    let table = try Self.table(text, path, lines, kinds)
    try Self.refuseNUL(in: table, path)
    var keys: [(String, [String])] = []
    for key in table.keys.sorted() {
      guard let kind = kinds[key] else {
        throw .unknownKey(
          path: path, line: lines[key], key: key,
          nearest: NearestName.of(key, in: kinds.keys.sorted()), help: help)
      }
      guard let value = table[key], let arguments = Self.arguments(key, value, kind) else {
        throw .value(path: path, line: lines[key], key: key, kind: kind)
      }
      keys.append((key, arguments))
    }
    self.keys = keys
    self.lines = lines
  }

  /// The flags that the file stands for, with their values, except those that `given` has.
  ///
  /// - Parameter given: The command line after the command's name.
  /// - Returns: Flags in the order of their names.
  public func arguments(beside given: [String]) -> [String] {
    keys.filter { !Self.has(given, $0.name) }.flatMap(\.arguments)
  }

  /// Whether the file has the key `name`.
  public func has(_ name: String) -> Bool { keys.contains { $0.name == name } }

  /// The line of the key `name`, counted from 1; nil if it is not known.
  public func line(of name: String) -> Int? { lines[name] }

  /// Whether a command line has the flag `name`, or the one that takes it back.
  public static func has(_ arguments: [String], _ name: String) -> Bool {
    arguments.contains {
      $0 == "--\(name)" || $0.hasPrefix("--\(name)=") || $0 == "--no-\(name)"
    }
  }

  /// The error of a command line made of this file, which the parser refused for `problem`.
  public func refused(_ problem: String) -> ConfigurationError {
    // A problem names the flag: the first one that is a key says the line.
    let words = problem.split { !$0.isLetter && !$0.isNumber && $0 != "-" }
    let key = words.first { $0.hasPrefix("--") && has(String($0.dropFirst(2))) }
    return .refused(
      path: path, line: key.flatMap { line(of: String($0.dropFirst(2))) }, problem: problem)
  }

  private static func table(
    _ text: String, _ path: String, _ lines: [String: Int], _ kinds: [String: FlagKind]
  ) throws(ConfigurationError) -> TOMLTable {
    do {
      return try TOMLTable(string: text)
    } catch {
      // A value that no value of TOML begins like, such as a text without quotes.
      if let line = (error as? TOMLParseError)?.source.begin.line,
        let key = lines.first(where: { $0.value == line })?.key, let kind = kinds[key]
      {
        throw .value(path: path, line: line, key: key, kind: kind)
      }
      throw .syntax(path: path, problem: "\(error)".replacing("\n", with: " "))
    }
  }

  private static func refuseNUL(
    in table: TOMLTable, _ path: String
  ) throws(ConfigurationError) {
    // JSON is the only form in which TOMLKit shows a NUL: as an escape.
    let quoted: FormatOptions = [.quoteDateAndTimes, .quoteInfinitesAndNaNs]
    guard
      case .object(let members)? = try? JSONValue(
        parsing: Array(table.convert(to: .json, options: quoted).utf8))
    else { throw .syntax(path: path, problem: "it cannot be read as a table") }
    for member in members where containsNUL(.object([member])) {
      let name = String(decoding: member.name, as: UTF8.self)
      throw .containsNUL(path: path, key: name.replacing("\0", with: "\\u0000"))
    }
  }

  /// Whether a text within `value` has a NUL.
  private static func containsNUL(_ value: JSONValue) -> Bool {
    switch value {
    case .string(let bytes): bytes.contains(0)
    case .array(let elements): elements.contains(where: containsNUL)
    case .object(let members):
      members.contains { $0.name.contains(0) || containsNUL($0.value) }
    default: false
    }
  }

  /// The lines, from 1, that begin with a key and an equals sign, by key.
  private static func lines(of text: String) -> [String: Int] {
    var lines: [String: Int] = [:]
    let all = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (i, line) in all.enumerated() {
      guard let sign = line.firstIndex(of: "=") else { continue }
      let key = String(line[..<sign].filter { !" \t\"'".contains($0) })
      if lines[key] == nil { lines[key] = i + 1 }
    }
    return lines
  }

  /// The flag `key` with `value`; nil if it does not take such values.
  private static func arguments(
    _ key: String, _ value: any TOMLValueConvertible, _ kind: FlagKind
  ) -> [String]? {
    switch kind {
    case .given: value.bool.map { $0 ? ["--\(key)"] : [] }
    // The parser takes `--key=` for a flag whose value is missing.
    default: texts(value, kind)?.flatMap { $0.isEmpty ? ["--\(key)", ""] : ["--\(key)=\($0)"] }
    }
  }

  private static func texts(_ value: any TOMLValueConvertible, _ kind: FlagKind) -> [String]? {
    switch kind {
    case .whole, .given: return value.int.map { ["\($0)"] }
    case .number: return (value.int.map { "\($0)" } ?? value.double.map { "\($0)" }).map { [$0] }
    case .text: return value.string.map { [$0] }
    case .choice(let names): return value.string.flatMap { names.contains($0) ? [$0] : nil }
    case .texts: return list(value) { $0.string }
    case .wholes: return list(value) { $0.int.map { "\($0)" } }
    }
  }

  /// The elements of a list, or a single one, as texts; nil if `text` is nil for one of them.
  private static func list(
    _ value: any TOMLValueConvertible, _ text: (any TOMLValueConvertible) -> String?
  ) -> [String]? {
    guard let array = value.array else { return text(value).map { [$0] } }
    var texts: [String] = []
    for element in array {
      guard let one = text(element) else { return nil }
      texts.append(one)
    }
    return texts
  }
}
