// What no client should send, to the built daemon: each is answered, and costs nobody else
// anything.

import Foundation
import QACBinary
import QACClient
import QACProtocol
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct WireTests {
  private static let ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"

  @Test func malformedAndOversizedLines() throws {
    let files = try DaemonFiles()
    let daemon = try files.start()
    let bad = try RawConnection(files.socket)
    let good = try RawConnection(files.socket)
    let limit = ProtocolLimits.maximumFrameBytes
    let lines: [(String, ErrorCode)] = [
      ("{", .parseError), ("\u{7F}", .parseError), ("{}", .invalidRequest), ("[]", .invalidRequest),
      ("[[[[", .parseError), ("null", .invalidRequest),
      ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"}", .methodNotFound),
      ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record\"}", .invalidParams),
      (String(repeating: " ", count: limit) + "x", .frameTooLarge),
      (String(repeating: "x", count: 5 * limit), .frameTooLarge),
      (String(Self.ping.dropLast()), .parseError),
    ]
    for (line, code) in lines {
      #expect(try bad.ask(line).errorCode == code, "\(line.prefix(60))")
      #expect(try bad.ask(Self.ping)["result"] != nil)
      #expect(try good.ask(Self.ping)["result"] != nil)
    }
    // The longest line that is allowed is an answer like any other.
    let padded = Self.ping + String(repeating: " ", count: limit - Self.ping.utf8.count)
    #expect(try bad.ask(padded)["result"] != nil)
    daemon.stop()
  }

  @Test func truncatedAndHalfClosedConnections() throws {
    let files = try DaemonFiles()
    let daemon = try files.start()
    let request =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record\","
      + "\"params\":{\"session\":\"s\",\"query\":\"half\"}}"
    // Cut off anywhere, with and without waiting for an end: nothing is carried out.
    for cut in stride(from: 1, to: request.utf8.count, by: 7) + [request.utf8.count] {
      let connection = try RawConnection(files.socket)
      try connection.send(Array(request.utf8.prefix(cut)))
      if cut % 2 == 0 {
        connection.endSending()
        #expect(try connection.receive() == nil)
      }
    }
    #expect(try files.client().queries("s").isEmpty)
    // A client that has sent all still gets all its answers, then the end.
    let connection = try RawConnection(files.socket)
    try connection.send(String(repeating: request + "\n", count: 300) + "{\"jsonrpc\":")
    connection.endSending()
    var answers = 0
    while let answer = try connection.receive() {
      #expect(answer["result"] != nil)
      answers += 1
    }
    #expect(answers == 300)
    #expect(try files.client().status()["events"]?.wholeNumber == 300)
    daemon.stop()
  }

  @Test(arguments: [1, 2]) func interleavedPieces(seed: UInt64) throws {
    let files = try DaemonFiles()
    let daemon = try files.start()
    var random = SplitMix64(seed: seed)
    let connections = try (0..<5).map { _ in try RawConnection(files.socket) }
    var streams = (0..<5).map { c in
      Array(
        (0..<60).map { i in
          switch i % 4 {
          case 0:
            return "{\"jsonrpc\":\"2.0\",\"id\":\(i),\"method\":\"record\",\"params\":"
              + "{\"session\":\"s\(c)\",\"query\":\"unique\(c) \(i)\"}}\n"
          case 1:
            return "{\"jsonrpc\":\"2.0\",\"id\":\(i),\"method\":\"complete\",\"params\":"
              + "{\"session\":\"s\(c)\",\"prefix\":\"unique\"}}\n"
          case 2: return "broken \(i)\n"
          default: return "{\"jsonrpc\":\"2.0\",\"id\":\(i),\"method\":\"ping\"}\n"
          }
        }.joined().utf8)
    }
    while !streams.allSatisfy(\.isEmpty) {
      let c = random.below(5)
      let piece = min(streams[c].count, 1 + random.below(90))
      try connections[c].send(Array(streams[c].prefix(piece)))
      streams[c].removeFirst(piece)
    }
    for (c, connection) in connections.enumerated() {
      var answered: Set<Int64> = []
      var refused = 0
      for _ in 0..<60 {
        let answer = try #require(try connection.receive())
        if answer.errorCode == .parseError {
          refused += 1
          continue
        }
        let id = try #require(answer["id"]?.wholeNumber)
        #expect(answer["result"] != nil, "seed \(seed)")
        #expect(answered.insert(id).inserted, "seed \(seed): two answers to one request")
        for suggestion in answer["result"]?["suggestions"]?.elements ?? [] {
          let text = String(decoding: suggestion["text"]?.utf8 ?? [], as: UTF8.self)
          #expect(text.hasPrefix("unique\(c) "), "seed \(seed)")
        }
      }
      #expect(refused == 15 && answered.count == 45, "seed \(seed)")
    }
    daemon.stop()
  }

  @Test(arguments: [1, 2, 3]) func noise(seed: UInt64) throws {
    let files = try DaemonFiles()
    let daemon = try files.start()
    var random = SplitMix64(seed: seed)
    for _ in 0..<20 {
      let connection = try RawConnection(files.socket)
      let bytes = (0..<random.below(20_000)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      try connection.send(bytes + [0x0A])
      connection.endSending()
      while let answer = try connection.receive() { #expect(answer["error"] != nil) }
    }
    #expect(try RawConnection(files.socket).ask(Self.ping)["result"] != nil, "seed \(seed)")
    daemon.stop()
  }
}

private func + (sequence: StrideTo<Int>, more: [Int]) -> [Int] { Array(sequence) + more }
