// What the daemon does with bad input, bad files and bad neighbours, over both transports.

import Foundation
import GRDB
import QACBinary
import QACProtocol
import Testing

@testable import QACServer

@Suite(.serialized) struct ServerBehaviourTests {
  @Test(arguments: Transport.allCases)
  func badLinesCostNobodyAnything(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let bad = try await server.connect()
    let good = try await server.connect()
    let lines: [(String, ErrorCode)] = [
      ("nonsense\n", .parseError),
      ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"drop\"}\n", .methodNotFound),
      ("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}\n", .invalidRequest),
      ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"complete\",\"params\":{}}\n", .invalidParams),
      (String(repeating: "x", count: 70_000) + "\n", .frameTooLarge),
      ("[]\n", .invalidRequest),
      (String(repeating: "[", count: 5000) + "\n", .parseError),
      ("\u{0}\u{1}\n", .parseError),
    ]
    for (line, code) in lines {
      try await bad.send(line)
      #expect(try await bad.receive().errorCode == code)
      #expect(try await good.complete("red s").first == "red shoes")
      #expect(try await bad.call("ping")["result"] != nil)
    }
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func requestsMayComeInAnyPieces(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    let request =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"complete\",\"params\":{\"prefix\":\"gar\"}}\n"
    let whole = try await client.complete("gar")
    for byte in request.utf8 { try await client.send([byte]) }
    #expect(try await client.receive().texts == whole)
    for cut in [1, 20, request.utf8.count - 1] {
      let bytes = Array((request + request).utf8)
      try await client.send(Array(bytes[..<cut]))
      try await client.send(Array(bytes[cut...]))
      #expect(try await client.receive().texts == whole)
      #expect(try await client.receive().texts == whole)
    }
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func batchesAndNotifications(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    func request(_ id: String, _ method: String, _ params: String) -> String {
      "{\"jsonrpc\":\"2.0\"\(id),\"method\":\"\(method)\",\"params\":\(params)}"
    }
    let session = "\"session\":\"s\""
    let batch = [
      request(",\"id\":1", "record", "{\(session),\"query\":\"zebra\"}"),
      request(",\"id\":2", "complete", "{\(session),\"prefix\":\"ze\"}"),
      request("", "record", "{\(session),\"query\":\"zebra two\"}"),
      request(",\"id\":3", "history", "{\(session)}"), "7",
    ]
    try await client.send("[\(batch.joined(separator: ","))]\n")
    let answers = try #require(try await client.receive().elements)
    let byID = Dictionary(
      answers.map { ($0["id"]?.wholeNumber ?? -1, $0) }, uniquingKeysWith: { a, _ in a })
    #expect(answers.count == 4)
    #expect(byID[1]?["result"] != nil)
    #expect(byID[2]?.texts == ["zebra"])
    #expect(byID[3]?["result"]?["queries"]?.elements?.count == 2)
    #expect(byID[-1]?.errorCode == .invalidRequest)
    // A batch of notifications gets no answer: the next line answers the ping.
    try await client.send("[\(request("", "ping", "{}"))]\n")
    #expect(try await client.call("ping")["result"] != nil)
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func aBadIndexIsRefusedAndTheOldOneServesOn(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    let path = server.configuration.indexPath
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let before = try await client.call("complete", "{\"prefix\":\"red\"}")
    var flipped = good
    flipped[good.count / 2] ^= 1
    for bytes in [Array(good.prefix(good.count / 2)), [], Array("text".utf8), flipped] {
      try AtomicFile.write(bytes, to: path)
      let answer = try await client.call("reload")
      #expect(answer.errorCode == .indexUnavailable)
      #expect(answer.errorMessage.contains(path))
      let after = try await client.call("complete", "{\"prefix\":\"red\"}")
      #expect(after.texts == before.texts)
      #expect(after["result"]?["index"] == before["result"]?["index"])
    }
    try FileManager.default.removeItem(atPath: path)
    #expect(try await client.call("reload").errorMessage.contains("there is no index"))
    try AtomicFile.write(good, to: path)
    #expect(try await client.call("reload")["result"] != nil)
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func aLockedDatabaseStopsRecordsButNotTyping(transport: Transport) async throws {
    let server = try await TestServer(transport) { $0.databaseBusySeconds = 0 }
    let client = try await server.connect()
    try await client.record("zebra one", session: "s")
    #expect(try await client.complete("ze", session: "s") == ["zebra one"])
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(
      path: server.configuration.databasePath, configuration: configuration)
    try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let refused = try await client.call("record", "{\"session\":\"s\",\"query\":\"zebra two\"}")
    #expect(refused.errorCode == .databaseUnavailable)
    // A query that was not stored is not remembered, and completions go on.
    #expect(try await client.complete("ze", session: "s") == ["zebra one"])
    #expect(try await client.complete("red s").first == "red shoes")
    try other.inDatabase { try $0.execute(sql: "COMMIT") }
    try await client.record("zebra three", session: "s")
    #expect(Set(try await client.complete("ze", session: "s")) == ["zebra one", "zebra three"])
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func nothingThatIsLoggedTellsWhatWasTyped(transport: Transport) async throws {
    let server = try await TestServer(transport) { $0.databaseBusySeconds = 0 }
    let client = try await server.connect()
    let canary = "canary4711"
    try await client.record("\(canary) query", session: "\(canary)-session")
    _ = try await client.complete("\(canary) pre", session: "\(canary)-session")
    _ = try await client.complete("", extra: ",\"previous\":[\"\(canary)\"],\"explain\":true")
    _ = try await client.history("\(canary)-session")
    let errors = [
      try await client.call("complete", "{\"prefix\":\"\(canary)\",\"limit\":0}"),
      try await client.call("complete", "{\"prefix\":\"\(canary)\",\"at\":5}"),
      try await client.call("\(canary)"),
    ]
    try await client.send("\(canary)\n")
    let notJSON = try await client.receive()
    for error in errors + [notJSON] { #expect(!error.errorMessage.contains(canary)) }
    let other = try DatabaseQueue(path: server.configuration.databasePath)
    try other.inDatabase { db in
      try db.execute(sql: "DROP TABLE event; CREATE TABLE event (x)")
    }
    let failed = try await client.call(
      "record", "{\"session\":\"\(canary)-session\",\"query\":\"\(canary)\"}")
    #expect(failed.errorCode == .databaseUnavailable)
    #expect(!failed.errorMessage.contains(canary))
    _ = try await client.call("reload")
    try await server.stop()
    #expect(server.log.text.contains("database failed"))
    #expect(server.log.text.contains("index reloaded"))
    #expect(!server.log.text.contains(canary))
  }

  @Test(arguments: Transport.allCases)
  func statusCounts(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    try await client.record("q", session: "a")
    try await client.record("q", session: "a")
    try await client.record("q", session: "b")
    for _ in 0..<10 { _ = try await client.complete("r", session: "a") }
    _ = try await client.call("complete")
    let status = try #require(try await client.call("status")["result"])
    #expect(status["protocol"]?.wholeNumber == Int64(ProtocolLimits.protocolVersion))
    #expect(status["sessions"]?.wholeNumber == 2)
    #expect(status["events"]?.wholeNumber == 3)
    #expect(status["labels"]?.wholeNumber == Int64(TestIndex.words.count))
    #expect(status["requests"]?["record"]?.wholeNumber == 3)
    #expect(status["requests"]?["complete"]?.wholeNumber == 10)
    #expect(status["complete_us"]?["count"]?.wholeNumber == 10)
    #expect(status["errors"]?["invalidParams"]?.wholeNumber == 1)
    #expect(status["provenance"]?["made"]?.utf8 == Array("by a test".utf8))
    #expect(status["pid"]?.wholeNumber == Int64(getpid()))
    try await server.stop()
  }
}
