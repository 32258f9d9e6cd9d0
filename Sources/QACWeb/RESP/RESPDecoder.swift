// Cuts a stream of bytes into commands of the Redis protocol.
//
// A command is an array of bulk strings, or a line of words (an inline command). Every byte may be
// hostile: lengths are bounded before anything is kept, and after a fault nothing more is read.
//
// Invariant: at most `maximumBytes` wait for the rest of a command, and a command has at most
// `maximumArguments` arguments.
// Cost: a command is read from its beginning each time bytes come; its parts are skipped by their
// lengths, so that takes O(arguments), or O(bytes) for a line.
// Source: "Redis serialization protocol specification" (redis.io), RESP2 and RESP3.

/// What is wrong with a stream of commands.
public enum RESPFault: Error, Sendable, Equatable {
  /// A length is missing, no number, or too great; or a part is no bulk string.
  case malformed
  /// The command has too many bytes.
  case tooLong

  /// What is wrong, as an error of the protocol.
  public var message: String {
    switch self {
    case .malformed: return "ERR Protocol error: send an array of bulk strings"
    case .tooLong: return "ERR Protocol error: the command has too many bytes"
    }
  }
}

/// Commands from bytes.
public struct RESPDecoder: Sendable {
  /// The most bytes of a command.
  public static let maximumBytes = 16 * 1024
  /// The most arguments of a command, its name among them.
  public static let maximumArguments = 32

  private var buffer: [UInt8] = []
  private var start = 0

  /// Makes a decoder that has read nothing.
  public init() {}

  /// Adds bytes that came.
  public mutating func append(_ bytes: some Collection<UInt8>) {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// Takes the next command out; nil if it is not there to its end. An empty one is skipped.
  ///
  /// - Throws: `RESPFault`; then the connection has to be closed.
  public mutating func next() throws(RESPFault) -> [[UInt8]]? {
    while start < buffer.count {
      var at = start
      guard let command = try command(&at) else {
        if buffer.count - start > Self.maximumBytes { throw .tooLong }
        return nil
      }
      if at - start > Self.maximumBytes { throw .tooLong }
      start = at
      if !command.isEmpty { return command }
    }
    return nil
  }

  private func command(_ at: inout Int) throws(RESPFault) -> [[UInt8]]? {
    guard buffer[at] == UInt8(ascii: "*") else {
      guard let line = line(&at) else { return nil }
      let words = line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
      if words.count > Self.maximumArguments { throw .malformed }
      return words.map { Array($0) }
    }
    guard let count = try length(&at, UInt8(ascii: "*"), most: Self.maximumArguments) else {
      return nil
    }
    var arguments: [[UInt8]] = []
    for _ in 0..<count {
      guard let size = try length(&at, UInt8(ascii: "$"), most: Self.maximumBytes) else {
        return nil
      }
      guard buffer.count - at >= size + 2 else { return nil }
      guard buffer[at + size] == 0x0D, buffer[at + size + 1] == 0x0A else { throw .malformed }
      arguments.append(Array(buffer[at..<at + size]))
      at += size + 2
    }
    return arguments
  }

  /// The line at `at` without its end; nil if the end is not there.
  private func line(_ at: inout Int) -> ArraySlice<UInt8>? {
    guard let end = buffer[at...].firstIndex(of: 0x0A) else { return nil }
    defer { at = end + 1 }
    let hasReturn = end > at && buffer[end - 1] == 0x0D
    return buffer[at..<(hasReturn ? end - 1 : end)]
  }

  /// The number behind `mark`; nil if the line is not there to its end.
  private func length(
    _ at: inout Int, _ mark: UInt8, most: Int
  ) throws(RESPFault) -> Int? {
    guard at < buffer.count else { return nil }
    guard buffer[at] == mark else { throw .malformed }
    var place = at + 1
    var value = 0
    while place < buffer.count, buffer[place] != 0x0D {
      let digit = Int(buffer[place]) - 0x30
      guard (0...9).contains(digit) else { throw .malformed }
      value = value * 10 + digit
      if value > most { throw .tooLong }
      place += 1
    }
    guard place + 1 < buffer.count else { return nil }
    guard place > at + 1, buffer[place + 1] == 0x0A else { throw .malformed }
    at = place + 2
    return value
  }
}
