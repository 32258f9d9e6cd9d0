// Fixtures of bytes, kept as hexadecimal text; and dumps as `hexdump -C` prints them.

import Foundation

/// Golden bytes in a test target's `Fixtures` directory, and files of the documentation.
public enum Golden {
  /// A failure to read or write a golden file.
  public struct Failure: Error, CustomStringConvertible {
    /// What is wrong.
    public let description: String
  }

  /// The root of the package.
  static var root: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// The text of the file `path`, relative to the root of the package.
  public static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The bytes that the hexadecimal text in `path` stands for; white space does not count.
  public static func bytes(_ path: String) throws -> [UInt8] {
    let digits = try text(path).filter { !$0.isWhitespace }.utf8.map { $0 }
    guard digits.count % 2 == 0 else { throw Failure(description: "\(path): odd digits") }
    return try stride(from: 0, to: digits.count, by: 2).map { i in
      guard let byte = UInt8(String(decoding: digits[i..<i + 2], as: UTF8.self), radix: 16) else {
        throw Failure(description: "\(path): no hexadecimal digit at \(i)")
      }
      return byte
    }
  }

  /// Writes `bytes` to `path` as hexadecimal text, unless the file exists. Golden bytes are never
  /// replaced; only new formats get new files.
  public static func createIfAbsent(_ path: String, _ bytes: [UInt8]) throws {
    let url = root.appendingPathComponent(path)
    if FileManager.default.fileExists(atPath: url.path) { return }
    let lines = stride(from: 0, to: bytes.count, by: 32).map { i in
      bytes[i..<min(i + 32, bytes.count)].map { hex(UInt64($0), 2) }.joined()
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: url)
  }

  /// `bytes` as `hexdump -C` prints them: repeated lines become one asterisk.
  public static func dump(_ bytes: [UInt8]) -> String {
    var lines: [String] = []
    var previous: ArraySlice<UInt8>?
    for i in stride(from: 0, to: bytes.count, by: 16) {
      let row = bytes[i..<min(i + 16, bytes.count)]
      if let previous, previous.elementsEqual(row), row.count == 16 {
        if lines.last != "*" { lines.append("*") }
        continue
      }
      previous = row
      var line = hex(UInt64(i), 8) + " "
      for k in 0..<16 {
        line += (k == 8 ? "  " : " ") + (k < row.count ? hex(UInt64(row[i + k]), 2) : "  ")
      }
      let text = row.map { (0x20..<0x7F).contains($0) ? Character(Unicode.Scalar($0)) : "." }
      lines.append(line + "  |" + String(text) + "|")
    }
    lines.append(hex(UInt64(bytes.count), 8))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func hex(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
