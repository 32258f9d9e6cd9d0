// What a connection does in its turn: one turn's work at most, whatever it was sent.

import Foundation
import NIOCore
import NIOEmbedded
import QACEngine
import QACProtocol
import Synchronization
import Testing

@testable import QACServer

@Suite(.serialized, .timeLimit(.minutes(30))) struct TurnTests {
  private static let ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n"
  private static let blocks = "{\"jsonrpc\":\"2.0\",\"id\":\"b\",\"method\":\"blocks\"}\n"

  /// A connection whose writes and flushes are counted.
  private func connect(
    _ server: TestServer
  ) async throws -> (connection: ChannelConnection, turns: TurnCounter) {
    let client = try #require(try await server.connect() as? ChannelConnection)
    let counter = TurnCounter()
    try await client.channel.pipeline.addHandler(counter, position: .first).get()
    return (client, counter)
  }

  /// A clock that advances by a fifth of a turn with each reading.
  private func hurriedServer() async throws -> TestServer {
    let clock = Clock()
    return try await TestServer(.inProcess, turnClock: TurnClock { clock.next() })
  }

  private final class Clock: Sendable {
    private let time = Mutex(0)
    func next() -> Int {
      time.withLock { time in
        time += TurnLimits.turnMicroseconds / 5
        return time
      }
    }
  }

  private func burst(_ line: String, _ count: Int) -> [UInt8] {
    Array(repeating: Array(line.utf8), count: count).flatMap { $0 }
  }

  @Test func aBurstIsCarriedOutByTurns() async throws {
    let server = try await TestServer(.inProcess, turnClock: TurnClock { 0 })
    let (client, turns) = try await connect(server)
    try await client.send(burst(Self.ping, 500))
    for _ in 0..<500 { _ = try #require(try await client.receiveLine()) }
    let counts = turns.lines.withLock { $0.filter { $0 > 0 } }
    #expect(counts.max() == TurnLimits.requests)
    #expect(counts.reduce(0, +) == 500)
    try await server.stop()
  }

  /// A batch does not lengthen a turn: its requests are counted one by one.
  @Test func aTurnMayEndWithinABatch() async throws {
    let server = try await hurriedServer()
    let (client, turns) = try await connect(server)
    let batch = Array(repeating: String(Self.ping.dropLast()), count: 100).joined(separator: ",")
    try await client.send("[\(batch)]\n")
    #expect(try await client.receive().elements?.count == 100)
    // Five of its requests per turn.
    #expect(turns.lines.withLock { $0.count } >= 20)
    try await server.stop()
  }

  /// A long context is made over many turns, and answered in its place.
  @Test func aLongContextIsMadeByTurns() async throws {
    let server = try await hurriedServer()
    let (client, turns) = try await connect(server)
    let texts = (0..<30).map { "\"\(String(repeating: "größe ", count: 200))\($0)\"" }
    let line = { (previous: [String]) in
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"complete\",\"params\":{\"prefix\":\"\","
        + "\"previous\":[\((previous + ["\"red hat\""]).joined(separator: ","))]}}\n"
    }
    try await client.send(line(texts) + Self.ping)
    let long = try await client.receive()
    #expect(long["id"]?.wholeNumber == 2 && !long.texts.isEmpty)
    #expect(try await client.receive()["id"]?.wholeNumber == 1)
    #expect(turns.lines.withLock { $0.count } >= 6)
    try await client.send("[" + line(texts).dropLast() + "," + Self.ping.dropLast() + "]\n")
    #expect(try await client.receive().elements?.count == 2)
    try await server.stop()
  }

  @Test func dearRequestsHaveTheTurnOfACheapOne() async throws {
    let server = try await hurriedServer()
    let (client, turns) = try await connect(server)
    try await client.send(burst(Self.ping, 100))
    for _ in 0..<100 { _ = try #require(try await client.receiveLine()) }
    #expect(turns.lines.withLock { $0.max() ?? 0 } <= 5)
    try await server.stop()
  }

  /// Answers from the store are written in turns, too.
  @Test func answersOfTheStoreAreToldByTurns() async throws {
    let server = try await TestServer(.inProcess, turnClock: TurnClock { 0 })
    let (client, turns) = try await connect(server)
    let record =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record\",\"params\":{\"session\":\"s\",\"query\":\"q\"}}\n"
    try await client.send(burst(record, 200))
    for _ in 0..<200 { _ = try #require(try await client.receiveLine()) }
    #expect(turns.lines.withLock { $0.max() ?? 0 } <= TurnLimits.requests)
    try await server.stop()
  }

  // MARK: long answers

  private func writeRules(_ count: Int, _ server: TestServer) throws {
    let path = try #require(server.configuration.blockListPath)
    let text = String(repeating: "x", count: 1000)
    let lines = (0..<count).map { "exact: \($0) \(text)\n" }
    try lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func server(rules count: Int) async throws -> TestServer {
    let server = try await TestServer(.inProcess) {
      $0.blockListPath = $0.indexPath + ".blocks"
      _ = FileManager.default.createFile(atPath: $0.indexPath + ".blocks", contents: Data())
    }
    try writeRules(count, server)
    #expect(try await server.connect().call("reload")["result"] != nil)
    return server
  }

  @Test func manyRulesAreListedPieceByPiece() async throws {
    let server = try await server(rules: 400)
    let (client, turns) = try await connect(server)
    try await client.send(burst(Self.blocks, 1) + burst(Self.ping, 3) + burst(Self.blocks, 1))
    for id in ["b", nil, nil, nil, "b"] {
      let answer = try await client.receive()
      #expect(answer["id"]?.utf8.map { String(decoding: $0, as: UTF8.self) } == id)
      if id == "b" {
        let rules = try #require(answer["result"]?["rules"]?.elements)
        #expect(rules.count == 400)
        #expect(rules.allSatisfy { $0["source"]?.utf8 == Array("file".utf8) })
      }
    }
    // No piece is much longer than what a connection hands on at a time.
    #expect(turns.bytes.withLock { $0.max() ?? 0 } < 3 * ConnectionHandler.outputBytes)
    try await server.stop()
  }

  /// No other answer goes into the middle of a long one, whenever the store answers.
  @Test func aLongAnswerIsNotInterrupted() async throws {
    let server = try await server(rules: 300)
    let (client, _) = try await connect(server)
    let record =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record\",\"params\":{\"session\":\"s\",\"query\":\"q\"}}\n"
    try await client.send(burst(record + Self.blocks, 20))
    var rules = 0
    for _ in 0..<40 {
      let answer = try await client.receive()
      #expect(answer["result"] != nil)
      if answer["result"]?["rules"]?.elements?.count == 300 { rules += 1 }
    }
    #expect(rules == 20)
    try await server.stop()
  }

  @Test func aBatchListsAFewRulesOnly() async throws {
    let server = try await server(rules: 400)
    let (client, _) = try await connect(server)
    let request = String(Self.blocks.dropLast())
    let silent = "{\"jsonrpc\":\"2.0\",\"method\":\"blocks\"}"
    try await client.send("[\(request),\(silent)]\n\(silent)\n")
    let answers = try #require(try await client.receive().elements)
    #expect(answers.map(\.errorCode) == [.batchTooLarge])
    try writeRules(100, server)
    #expect(try await client.call("reload")["result"] != nil)
    try await client.send("[\(request),\(silent)]\n")
    let again = try #require(try await client.receive().elements)
    #expect(again.first?["result"]?["rules"]?.elements?.count == 100)
    try await server.stop()
  }
}

/// Counts the lines and bytes that are written between two flushes.
private final class TurnCounter: ChannelOutboundHandler, Sendable {
  typealias OutboundIn = ByteBuffer

  let lines = Mutex<[Int]>([0])
  let bytes = Mutex<[Int]>([])

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let buffer = unwrapOutboundIn(data)
    let count = buffer.readableBytesView.count { $0 == 0x0A }
    lines.withLock { $0[$0.count - 1] += count }
    bytes.withLock { $0.append(buffer.readableBytes) }
    context.write(data, promise: promise)
  }

  func flush(context: ChannelHandlerContext) {
    lines.withLock { $0.append(0) }
    context.flush()
  }
}
