// Flow control and the end of connections: tests that need a real socket or a channel's own clock.

import Foundation
import NIOCore
import NIOEmbedded
import QACProtocol
import QACSessions
import Testing

@testable import QACServer

@Suite(.serialized) struct ConnectionFlowTests {
  private func socket(_ server: TestServer) async throws -> SocketConnection {
    try #require(try await server.connect() as? SocketConnection)
  }

  @Test func whoDoesNotReadIsNotReadFrom() async throws {
    let server = try await TestServer(.socket)
    let client = try await socket(server)
    // Answers of about 10 KB to requests of about 100 bytes.
    let request = Array(
      ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"complete\","
        + "\"params\":{\"prefix\":\"\",\"limit\":20,\"explain\":true}}\n").utf8)
    let block = Array(repeating: request, count: 400).flatMap { $0 }
    var sent = 0
    // Send until the daemon has read nothing for half a second: it must stop reading by itself.
    while sent < 64 << 20 {
      let count = client.sendAvailable(Array(block[(sent % block.count)...]), wait: 500)
      if count == 0 { break }
      sent += count
    }
    #expect(sent < 8 << 20, "the daemon read \(sent) bytes from a client that reads nothing")
    // Another client is served meanwhile.
    #expect(try await server.connect().call("ping")["result"] != nil)
    // And every request is answered once the client reads.
    let cut = sent % request.count
    async let rest: Void = client.send(cut == 0 ? [] : Array(request[cut...]))
    for i in 0..<(sent + request.count - 1) / request.count {
      #expect(try await client.receive().texts.count == 20, "answer \(i)")
    }
    try await rest
    try await server.stop()
  }

  @Test func aHalfClosedConnectionGetsItsAnswers() async throws {
    let server = try await TestServer(.socket)
    let client = try await socket(server)
    for i in 0..<1000 {
      _ = try await client.post("record", "{\"session\":\"s\",\"query\":\"q\(i)\"}")
    }
    try await client.send("{\"jsonrpc\":\"2.0\",\"id\":9,\"meth")
    client.endSending()
    var ids: Set<Int64> = []
    while let line = try await client.receiveLine() {
      let answer = try JSONValue(parsing: line)
      #expect(answer["result"] != nil)
      ids.insert(answer["id"]?.wholeNumber ?? -1)
    }
    #expect(ids.count == 1000)
    let counts = server.core.store.statistics
    #expect(counts.events == 1000)
    try await server.stop()
  }

  @Test func tooManyConnectionsAreToldSo() async throws {
    let server = try await TestServer(.socket) { $0.maximumConnections = 2 }
    let first = try await server.connect()
    var second: (any TestConnection)? = try await server.connect()
    _ = try await first.call("ping")
    _ = try await second?.call("ping")
    let third = try await server.connect()
    #expect(try await third.receive().errorCode == .busy)
    #expect(try await third.receiveLine() == nil)
    _ = try await first.call("ping")
    second = nil
    // Its place is free as soon as the daemon has seen the end of the second.
    var attempts = 0
    while true {
      let again = try await server.connect()
      if (try? await again.call("ping"))?["result"] != nil { break }
      attempts += 1
      try #require(attempts < 10_000)
    }
    try await server.stop()
  }

  @Test func aStopDeliversWhatIsInFlight() async throws {
    let server = try await TestServer(.socket)
    let clients = [try await socket(server), try await socket(server)]
    for client in clients {
      for i in 0..<2000 {
        _ = try await client.post("record", "{\"session\":\"s\",\"query\":\"q\(i)\"}")
      }
    }
    await server.beginStop()
    var acknowledged = 0
    for client in clients {
      // The kernel may hold requests that the daemon never read; then the stream ends in a reset.
      while let line = try? await client.receiveLine() {
        let answer = try JSONValue(parsing: line)
        if answer["result"] != nil {
          acknowledged += 1
        } else {
          #expect(answer.errorCode == .shuttingDown)
        }
      }
    }
    try await server.stop()
    #expect(!FileManager.default.fileExists(atPath: server.configuration.socketPath))
    try await server.restart()
    #expect(server.core.store.statistics.events >= acknowledged)
    try await server.stop()
  }

  @Test func anIdleConnectionIsClosed() async throws {
    let server = try await TestServer(.inProcess) { $0.idleSeconds = 100 }
    let client = try #require(try await server.connect() as? ChannelConnection)
    _ = try await client.call("ping")
    await client.channel.testingEventLoop.advanceTime(by: .seconds(99))
    _ = try await client.call("ping")
    await client.channel.testingEventLoop.advanceTime(by: .seconds(99))
    #expect(client.channel.isActive)
    await client.channel.testingEventLoop.advanceTime(by: .seconds(2))
    #expect(!client.channel.isActive)
    try await server.stop()
  }

  @Test func manyClientsAtOnce() async throws {
    let server = try await TestServer(.socket)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        let client = try await socket(server)
        group.addTask {
          let session = "session \(number)"
          for i in 0..<60 {
            try await client.record("unique\(number) q\(i)", session: session)
            let texts = try await client.complete("unique", session: session)
            #expect(!texts.isEmpty && texts.allSatisfy { $0.hasPrefix("unique\(number) ") })
          }
          #expect(try await client.history(session).count == 60)
        }
      }
      try await group.waitForAll()
    }
    try await server.stop()
  }
}
