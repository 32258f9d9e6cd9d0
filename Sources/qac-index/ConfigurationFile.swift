// A configuration file as the flags that it stands for.
//
// The file is TOML with one level: a key is a flag's name, its value a string, a number, or a list of
// these. Unknown keys are refused with the nearest known one, so that a slip is not a setting that is
// silently not made.

import Foundation
import TOMLKit

/// What is wrong with a configuration file.
enum ConfigurationError: Error, CustomStringConvertible {
  case unreadable(path: String)
  case syntax(path: String, problem: String)
  case unknownKey(path: String, key: String, nearest: String?)
  case value(path: String, key: String)

  var description: String {
    switch self {
    case .unreadable(let path):
      return "the configuration \(path) cannot be read; check the path and its permissions"
    case .syntax(let path, let problem):
      return "the configuration \(path) is not TOML: \(problem)"
    case .unknownKey(let path, let key, let nearest):
      let hint = nearest.map { "is it \($0) that is meant?" } ?? "see `qac-index rebuild --help`"
      return "the configuration \(path) has the unknown key \(key); \(hint)"
    case .value(let path, let key):
      return "the configuration \(path): \(key) must be a string, a number, or a list of these"
    }
  }
}

/// Reads configuration files.
enum ConfigurationFile {
  /// The flags that the file at `path` stands for, but those that `given` has already.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - names: The flags that there are, without dashes.
  ///   - given: The command line after the command's name.
  /// - Returns: Flags with their values, in the order of the keys.
  /// - Throws: `ConfigurationError`.
  static func arguments(
    _ path: String, names: [String], given: [String]
  ) throws(ConfigurationError) -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path)
    }
    let table: TOMLTable
    do {
      table = try TOMLTable(string: String(decoding: data, as: UTF8.self))
    } catch {
      throw .syntax(path: path, problem: "\(error)".replacing("\n", with: " "))
    }
    var arguments: [String] = []
    for key in table.keys.sorted() {
      guard names.contains(key) else {
        throw .unknownKey(path: path, key: key, nearest: nearest(to: key, in: names))
      }
      if given.contains(where: { $0 == "--\(key)" || $0.hasPrefix("--\(key)=") }) { continue }
      guard let value = table[key], let texts = texts(value) else {
        throw .value(path: path, key: key)
      }
      for text in texts { arguments += ["--\(key)=\(text)"] }
    }
    return arguments
  }

  private static func texts(_ value: any TOMLValueConvertible) -> [String]? {
    if let array = value.array {
      var texts: [String] = []
      for element in array {
        guard let text = text(element) else { return nil }
        texts.append(text)
      }
      return texts
    }
    return text(value).map { [$0] }
  }

  private static func text(_ value: any TOMLValueConvertible) -> String? {
    if let text = value.string { return text }
    if let number = value.int { return "\(number)" }
    if let number = value.double { return "\(number)" }
    return nil
  }

  /// The one of `names` that differs from `key` least, if it differs by less than half.
  static func nearest(to key: String, in names: [String]) -> String? {
    let best = names.map { (distance(key, $0), $0) }.min { $0 < $1 }
    return best.flatMap { $0.0 * 2 <= key.count ? $0.1 : nil }
  }

  /// Letters to insert, remove or replace (Levenshtein 1965).
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
