// What one connection may hold, and what that costs the others.

import Foundation
import QACProtocol
import QACSessions
import Synchronization
import Testing

@testable import QACServer

@Suite(.serialized) struct BoundsTests {
  private static let ping = Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n".utf8)

  /// A session whose history is as long as it can be.
  private func fill(_ client: any TestConnection) async throws {
    let query = String(repeating: "\\u0001x", count: ProtocolLimits.maximumTextBytes / 2)
    for _ in 0..<ProtocolLimits.maximumLimit { try await client.record(query, session: "big") }
  }

  private static let history =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"history\",\"params\":{\"session\":\"big\",\"limit\":100}}"

  @Test(arguments: Transport.allCases) func aBatchThatIsTooLongIsCutShort(transport: Transport)
    async throws
  {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    try await fill(client)
    let batch = Array(repeating: Self.history, count: 100).joined(separator: ",")
    try await client.send("[\(batch)]\n")
    let answers = try #require(try await client.receive().elements)
    #expect(answers.count == 100)
    let refused = answers.count { $0["error"]?["code"]?.wholeNumber == -32001 }
    #expect(refused > 50 && refused < 100)
    // The records of a batch are stored, however long its answers are.
    let record =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record\",\"params\":{\"session\":\"r\",\"query\":\"q\"}}"
    let mixed = (0..<100).map { $0 % 2 == 0 ? Self.history : record }
    try await client.send("[\(mixed.joined(separator: ","))]\n")
    _ = try await client.receive()
    #expect(try await client.history("r").count == 50)
    // An answer may arrive before its bytes are counted off; they are before the next request.
    _ = try await client.call("ping")
    #expect(server.core.held.load(ordering: .relaxed) == 0)
    try await server.stop()
  }

  /// Clients that ask for much and read nothing: the sum stays bounded, and others are served.
  @Test func whatIsHeldForThoseWhoDoNotReadIsBounded() async throws {
    let server = try await TestServer(.socket) { $0.maximumHeldBytes = 4 << 20 }
    let good = try await server.connect()
    try await fill(good)
    let request = Array((Self.history + "\n").utf8)
    let block = Array(repeating: request, count: 400).flatMap { $0 }
    var clients: [SocketConnection] = []
    var most = 0
    for _ in 0..<12 {
      let client = try #require(try await server.connect() as? SocketConnection)
      clients.append(client)
      var sent = 0
      while sent < 4 << 20 {
        let count = client.sendAvailable(Array(block[(sent % request.count)...]), wait: 100)
        if count == 0 { break }
        sent += count
        most = max(most, server.core.held.load(ordering: .relaxed))
      }
      #expect(sent < 4 << 20)
      #expect(try await good.call("ping")["result"] != nil)
      #expect(!(try await good.complete("red")).isEmpty)
    }
    // The limit; for each client, what it may hold whatever the others do; and one answer above
    // what the store may be preparing.
    let answer = ProtocolLimits.maximumLimit * ProtocolLimits.maximumTextBytes * 6
    let each =
      ConnectionHandler.fairShareBytes + ConnectionHandler.maximumPromisedBytes + answer
    #expect(most > 4 << 20 && most < (4 << 20) + 12 * each)
    clients = []
    var attempts = 0
    while server.core.held.load(ordering: .relaxed) > 0 {
      // The daemon finds out when it writes or reads.
      _ = try await good.call("ping")
      attempts += 1
      try #require(attempts < 100_000)
    }
    try await server.stop()
  }

  @Test func whoTakesNothingIsClosed() async throws {
    let server = try await TestServer(.socket) { $0.writeSeconds = 1 }
    let client = try #require(try await server.connect() as? SocketConnection)
    let other = try await server.connect()
    let block = Array(repeating: Self.ping, count: 4000).flatMap { $0 }
    #expect(try await client.call("ping")["result"] != nil)
    #expect(try await other.call("ping")["result"] != nil)
    // The daemon closes it by itself, and its place is free. Until then the test sends as much as
    // the kernel takes: a slow daemon need not answer what it has not read.
    var attempts = 0
    while server.core.connections.count > 1 {
      _ = client.sendAvailable(block, wait: 0)
      _ = try await other.call("ping")
      attempts += 1
      try #require(attempts < 1_000_000)
    }
    #expect(server.log.text.contains("it takes no answers"))
    try await server.stop()
  }

  /// Any number of short lines at once, with any content.
  @Test(arguments: ["x\n", "[]\n", "\n", "{}\r\n", "7\n", "[[[[\n", "\u{0}\n", "\"\\ud800\n"])
  func tinyLines(line: String) async throws {
    let server = try await TestServer(.socket)
    let client = try #require(try await server.connect() as? SocketConnection)
    let count = line == "\n" ? 0 : 3000
    let lines = Array(repeating: Array(line.utf8), count: 3000).flatMap { $0 }
    async let sent: Void = client.send(lines)
    for _ in 0..<count { #expect(try await client.receive().errorCode != nil) }
    try await sent
    #expect(try await client.call("ping")["result"] != nil)
    try await server.stop()
  }

  /// Lines that JSON allows and no sensible client sends.
  @Test(arguments: [
    #"history","params":{"session":"s","limit":1e400}"#,
    #"history","params":{"session":"s","limit":99999999999999999999}"#,
    #"history","params":{"session":"s","session":"s"}"#,
    #"record","params":{"session":"s","query":"a\u0000b"}"#,
    #"ping","id":1"#,
    #"ping","params":\#(String(repeating: "[", count: 40))\#(String(repeating: "]", count: 40))"#,
  ]) func strangeRequests(rest: String) async throws {
    let server = try await TestServer(.inProcess)
    let client = try await server.connect()
    try await client.send(#"{"jsonrpc":"2.0","id":1,"method":""# + rest + "}\n")
    #expect(try await client.receive().errorCode != nil)
    #expect(try await client.call("ping")["result"] != nil)
    try await server.stop()
  }

  @Test func invalidUTF8IsRefused() async throws {
    let server = try await TestServer(.inProcess)
    let client = try await server.connect()
    let head = Array(
      #"{"jsonrpc":"2.0","id":1,"method":"record","params":{"session":"s","query":""#.utf8)
    let texts: [[UInt8]] = [
      [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2],
    ]
    for bad in texts {
      try await client.send(head + bad + Array("\"}}\n".utf8))
      #expect(try await client.receive().errorCode == .parseError)
    }
    #expect(server.core.store.statistics.events == 0)
    try await server.stop()
  }
}
