// Commands and answers of Redis, as bytes (RESP2).
//
// Source: the Redis serialization protocol specification, redis.io.

import Glibc

/// RESP2: commands are written, answers are measured and read.
enum RESPReply {
  /// Appends a command, given as its words.
  static func append(_ command: [[UInt8]], to output: inout [UInt8]) {
    output += "*\(command.count)\r\n".utf8
    for word in command {
      output += "$\(word.count)\r\n".utf8
      output += word
      output += [0x0D, 0x0A]
    }
  }

  /// Where the answer that begins at `start` ends; nil if `bytes` end before.
  static func end(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    var at = start
    var missing = 1
    while missing > 0 {
      guard let (kind, number, next) = header(bytes, at) else { return nil }
      missing -= 1
      at = next
      switch kind {
      case UInt8(ascii: "*"): missing += max(0, number)
      case UInt8(ascii: "$") where number >= 0: at += number + 2
      default: break
      }
      if at > bytes.count { return nil }
    }
    return at
  }

  /// The texts of an answer that is an array of texts.
  static func texts(_ bytes: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
    guard let (kind, count, first) = header(bytes, 0), kind == UInt8(ascii: "*") else { return [] }
    var texts: [[UInt8]] = []
    var at = first
    for _ in 0..<max(0, count) {
      guard let (_, length, next) = header(bytes, at), length >= 0 else { break }
      texts.append(Array(bytes[next..<next + length]))
      at = next + length + 2
    }
    return texts
  }

  /// The number in an answer like `used_memory:1114248` of INFO; nil if there is none.
  static func figure(_ name: String, in answer: [UInt8]) -> Int? {
    for line in String(decoding: answer, as: UTF8.self).split(whereSeparator: \.isNewline)
    where line.hasPrefix("\(name):") {
      return Int(line.dropFirst(name.utf8.count + 1))
    }
    return nil
  }

  /// The first byte of the line at `start`, the number after it, and where the next line begins.
  private static func header(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int
  ) -> (kind: UInt8, number: Int, next: Int)? {
    guard let base = bytes.baseAddress, start < bytes.count,
      let found = memchr(base + start, 0x0A, bytes.count - start)
    else { return nil }
    let end = UnsafeRawPointer(found) - UnsafeRawPointer(base)
    var number = 0
    var isNegative = false
    for byte in bytes[(start + 1)..<end] {
      if byte == UInt8(ascii: "-") { isNegative = true }
      guard byte >= 0x30, byte <= 0x39 else { continue }
      number = number &* 10 &+ Int(byte - 0x30)
    }
    return (bytes[start], isNegative ? -number : number, end + 1)
  }
}
