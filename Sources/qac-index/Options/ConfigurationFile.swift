// Turns a configuration file into the flags that it stands for.
//
// The file is TOML with one level: a key is a flag's name, its value a string, a number, or a list
// of strings, as the flag's type demands. An unknown key is refused, and the message names the nearest known one; otherwise a
// slip of the pen would be a setting that is silently not made.
//
// Invariant: a value is passed on as it stands in the file, or the file is refused. TOMLKit returns
// texts as C strings, which end at a NUL: a text with one would be cut short, perhaps to the path
// of another file. So a file with a NUL anywhere, raw or written as an escape, is refused.

import Foundation
import QACBinary
import TOMLKit

/// What is wrong with a configuration file.
enum ConfigurationError: Error, CustomStringConvertible {
  case unreadable(FileError)
  case notUTF8(path: String)
  case containsNUL(path: String, key: String?)
  case syntax(path: String, problem: String)
  case unknownKey(path: String, key: String, nearest: String?)
  case value(path: String, line: Int?, key: String, kind: FlagKind)
  case refused(path: String, problem: String)

  var description: String {
    switch self {
    case .unreadable(let error):
      return "the configuration cannot be read: \(error)"
    case .notUTF8(let path):
      return "the configuration \(path) is not UTF-8 text; convert it with iconv -t UTF-8"
    case .containsNUL(let path, let key):
      let place = key.map { "the key \($0)" } ?? "the text"
      return "the configuration \(path) has a NUL character in \(place); remove it"
    case .syntax(let path, let problem):
      return "the configuration \(path) is not TOML: \(problem)"
    case .unknownKey(let path, let key, let nearest):
      let hint = nearest.map { "did you mean \($0)?" } ?? "see `qac-index rebuild --help`"
      return "the configuration \(path) has the unknown key \(key); \(hint)"
    case .refused(let path, let problem):
      return "the configuration \(path) cannot be used: \(problem)"
    case .value(let path, let line, let key, let kind):
      let place = line.map { "\(path), line \($0)" } ?? path
      return "the configuration \(place): \(key) must be \(kind.description); correct it"
    }
  }
}

/// Reads configuration files.
enum ConfigurationFile {
  /// The flags that the file at `path` stands for, except those that `given` already has.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - kinds: The flags that exist, without dashes before them, and the values that they take.
  ///   - given: The command line after the command's name.
  /// - Returns: Flags with their values, in the order of the keys.
  /// - Throws: `ConfigurationError`.
  static func arguments(
    _ path: String, kinds: [String: FlagKind], given: [String]
  ) throws(ConfigurationError) -> [String] {
    let (table, text) = try table(path, kinds)
    let names = kinds.keys.sorted()
    var arguments: [String] = []
    for key in table.keys.sorted() {
      guard let kind = kinds[key] else {
        throw .unknownKey(path: path, key: key, nearest: nearest(to: key, in: names))
      }
      if given.contains(where: { $0 == "--\(key)" || $0.hasPrefix("--\(key)=") }) { continue }
      guard let value = table[key], let texts = texts(value, kind) else {
        throw .value(path: path, line: line(of: key, in: text), key: key, kind: kind)
      }
      for text in texts { arguments += ["--\(key)=\(text)"] }
    }
    return arguments
  }

  /// The file at `path` as a table and as text.
  private static func table(
    _ path: String, _ kinds: [String: FlagKind]
  ) throws(ConfigurationError) -> (table: TOMLTable, text: String) {
    let bytes: [UInt8]
    do {
      bytes = try RegularFile.contents(path, limit: maximumFileBytes)
    } catch {
      throw .unreadable(error)
    }
    if bytes.contains(0) { throw .containsNUL(path: path, key: nil) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(path: path) }
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch {
      // A value that no value of TOML begins like, such as a text without quotes.
      if let line = (error as? TOMLParseError)?.source.begin.line,
        let key = key(ofLine: line, in: text), let kind = kinds[key]
      {
        throw .value(path: path, line: line, key: key, kind: kind)
      }
      throw .syntax(path: path, problem: "\(error)".replacing("\n", with: " "))
    }
    // JSON is the only form in which TOMLKit shows a NUL: as an escape.
    let quoted: FormatOptions = [.quoteDateAndTimes, .quoteInfinitesAndNaNs]
    let json = Data(table.convert(to: .json, options: quoted).utf8)
    guard let values = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
      throw .syntax(path: path, problem: "it cannot be read as a table")
    }
    for (key, value) in values.sorted(by: { $0.key < $1.key }) where containsNUL([key: value]) {
      throw .containsNUL(path: path, key: key.replacing("\0", with: "\\u0000"))
    }
    return (table, text)
  }

  /// The line, from 1, that gives `key` its value.
  private static func line(of key: String, in text: String) -> Int? {
    let count = text.split(separator: "\n", omittingEmptySubsequences: false).count
    return (1...max(1, count)).first { self.key(ofLine: $0, in: text) == key }
  }

  /// The key before the first equals sign of a line.
  private static func key(ofLine line: Int, in text: String) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(line - 1) else { return nil }
    let parts = lines[line - 1].split(separator: "=", maxSplits: 1)
    return parts.count == 2
      ? parts[0].trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'")) : nil
  }

  /// Whether a text within `value`, which is JSON, has a NUL.
  private static func containsNUL(_ value: Any) -> Bool {
    switch value {
    case let text as String: return text.utf8.contains(0)
    case let array as [Any]: return array.contains(where: containsNUL)
    case let table as [String: Any]:
      return table.contains { containsNUL($0.key) || containsNUL($0.value) }
    default: return false
    }
  }

  /// The most bytes of a file.
  private static let maximumFileBytes = 1 << 20

  /// `value` as arguments; nil if the flag does not take such values.
  private static func texts(_ value: any TOMLValueConvertible, _ kind: FlagKind) -> [String]? {
    switch kind {
    case .whole: return value.int.map { ["\($0)"] }
    case .number: return (value.int.map { "\($0)" } ?? value.double.map { "\($0)" }).map { [$0] }
    case .text: return value.string.map { [$0] }
    case .choice(let names):
      return value.string.flatMap { names.contains($0) ? [$0] : nil }
    case .texts:
      guard let array = value.array else { return value.string.map { [$0] } }
      var texts: [String] = []
      for element in array {
        guard let text = element.string else { return nil }
        texts.append(text)
      }
      return texts
    }
  }

  /// The one of `names` that needs the fewest changes to become `key`, if these are at most half as
  /// many as `key` has letters.
  static func nearest(to key: String, in names: [String]) -> String? {
    let best = names.map { (distance(key, $0), $0) }.min { $0 < $1 }
    return best.flatMap { $0.0 * 2 <= key.count ? $0.1 : nil }
  }

  /// How many letters to insert, remove or replace (Levenshtein 1965).
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = diagonal + (letter == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
