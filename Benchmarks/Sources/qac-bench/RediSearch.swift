// RediSearch's suggestions: FT.SUGADD and FT.SUGGET over a Unix socket.

import Glibc

/// A connection to Redis that asks one thing after another.
final class RediSearch {
  /// The key of the suggestions.
  private static let key = Array("labels".utf8)
  /// Labels that are sent before their answers are read.
  private static let window = 500

  private let descriptor: Int32
  private var input: [UInt8] = []

  /// Connects to the socket at `path`.
  init(_ path: String) throws(BenchError) {
    descriptor = try LocalSocket.connect(path)
  }

  deinit { close(descriptor) }

  /// The command that asks for ten labels that begin with `prefix`, or nearly so.
  static func question(_ prefix: [UInt8], isFuzzy: Bool) -> [[UInt8]] {
    let words = [Array("FT.SUGGET".utf8), key, prefix, Array("MAX".utf8), Array("10".utf8)]
    return isFuzzy ? words + [Array("FUZZY".utf8)] : words
  }

  /// What each of `clients` clients asks.
  static func requests(
    _ people: ReturningPeople, _ clients: Int, isFuzzy: Bool
  ) -> [RequestStream] {
    people.dealt(to: clients).map { own in
      var commands: [[[UInt8]]] = []
      people.forEachKey(of: own) { commands.append(question($1, isFuzzy: isFuzzy)) }
      return RequestStream(commands: commands)
    }
  }

  /// Loads labels with their weights.
  func load(_ labels: [(text: [UInt8], weight: UInt64)]) throws(BenchError) {
    var next = 0
    while next < labels.count {
      let part = labels[next..<min(labels.count, next + Self.window)]
      var bytes: [UInt8] = []
      for label in part {
        let weight = Array("\(label.weight)".utf8)
        RESPReply.append([Array("FT.SUGADD".utf8), Self.key, label.text, weight], to: &bytes)
      }
      try send(bytes)
      for _ in part { _ = try answer() }
      next += part.count
    }
  }

  /// The bytes of memory that Redis says it uses.
  func usedMemory() throws(BenchError) -> Int {
    var bytes: [UInt8] = []
    RESPReply.append([Array("INFO".utf8), Array("memory".utf8)], to: &bytes)
    try send(bytes)
    return RESPReply.figure("used_memory", in: try answer()) ?? 0
  }

  /// What Redis suggests for `prefix`.
  func suggestions(_ prefix: [UInt8], isFuzzy: Bool) throws(BenchError) -> [[UInt8]] {
    var bytes: [UInt8] = []
    RESPReply.append(Self.question(prefix, isFuzzy: isFuzzy), to: &bytes)
    try send(bytes)
    return try answer().withUnsafeBufferPointer { RESPReply.texts($0) }
  }

  private func send(_ bytes: [UInt8]) throws(BenchError) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { throw .socket(path: "redis", code: errno) }
      sent += count
    }
  }

  /// The next answer, as bytes.
  private func answer() throws(BenchError) -> [UInt8] {
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let end = input.withUnsafeBufferPointer { RESPReply.end(of: $0, from: 0) }
      if let end {
        let answer = Array(input[..<end])
        input.removeFirst(end)
        if answer.first == UInt8(ascii: "-") {
          throw .failed(
            program: "redis", status: 0, output: String(decoding: answer, as: UTF8.self))
        }
        return answer
      }
      let got = read(descriptor, &part, part.count)
      if got <= 0 { throw .socket(path: "redis", code: errno) }
      input += part[..<got]
    }
  }
}
