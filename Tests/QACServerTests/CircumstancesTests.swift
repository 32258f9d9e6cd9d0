// What a client says of a query beside its text: threads, places, outcomes, what was typed.

import Foundation
import QACProtocol
import QACSessions
import QACTestSupport
import Testing

@testable import QACServer

@Suite struct CircumstancesTests {
  /// Records a query; returns what the daemon calls it.
  private func record(
    _ query: String, _ session: String, _ members: String = "", _ client: any TestConnection
  ) async throws -> String {
    let answer = try await client.call(
      "record", "{\"session\":\"\(session)\",\"query\":\"\(query)\"\(members)}")
    let id = try #require(answer["result"]?["id"]?.utf8)
    return String(decoding: id, as: UTF8.self)
  }

  private func end(
    _ id: String, _ session: String, _ outcome: String, _ client: any TestConnection
  ) async throws -> Bool? {
    let answer = try await client.call(
      "record", "{\"session\":\"\(session)\",\"id\":\"\(id)\",\"outcome\":\"\(outcome)\"}")
    return answer["result"]?["found"].map { $0 == .bool(true) }
  }

  private func complete(
    _ prefix: String, _ session: String, _ members: String, _ client: any TestConnection
  ) async throws -> [String] {
    try await client.complete(prefix, session: session, extra: members)
  }

  @Test func twoThreadsOfOnePersonShareTheirHistoryAlone() async throws {
    let server = try await TestServer(.inProcess)
    let client = try await server.connect()
    for _ in 0..<3 {
      _ = try await record("zulu one", "ada", ",\"thread\":\"t1\"", client)
      _ = try await record("quebec one", "ada", ",\"thread\":\"t2\"", client)
      _ = try await record("zulu two", "ada", ",\"thread\":\"t1\"", client)
      _ = try await record("quebec two", "ada", ",\"thread\":\"t2\"", client)
    }
    // What was typed in one is suggested in the other.
    for thread in ["t1", "t2", "t3"] {
      let found = try await complete("zulu", "ada", ",\"thread\":\"\(thread)\"", client)
      #expect(Set(found) == ["zulu one", "zulu two"])
    }
    // The context is that of the thread: what the previous query was tells the features.
    func follows(_ thread: String?, _ prefix: String) async throws -> [String: Double] {
      let member = thread.map { ",\"thread\":\"\($0)\"" } ?? ""
      let answer = try await client.call(
        "complete",
        "{\"session\":\"ada\",\"prefix\":\"\(prefix)\",\"explain\":true\(member)}")
      let result = try Completion(try #require(answer["result"]))
      return Dictionary(
        uniqueKeysWithValues: result.suggestions.map { suggestion in
          (
            String(decoding: suggestion.text, as: UTF8.self),
            suggestion.features.first { $0.name == "sessionFollower" }?.value ?? -1
          )
        })
    }
    // Each thread ends with "two": "one" followed it twice there, and nothing of the other did.
    for thread in ["t1", "t2"] {
      let (own, other) = thread == "t1" ? ("zulu", "quebec") : ("quebec", "zulu")
      let found = try await follows(thread, own)
      #expect(abs((found["\(own) one"] ?? 0) - log(3)) < 1e-4 && found["\(own) two"] == 0)
      #expect(try await follows(thread, other).values.allSatisfy { $0 == 0 })
    }
    #expect(try await follows("t3", "zulu").values.allSatisfy { $0 == 0 })
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func whatFailedIsShownToNobodyElse(transport: Transport) async throws {
    let server = try await TestServer(transport) { $0.liveSessions = 3 }
    var client = try await server.connect()
    func complete(_ prefix: String, _ session: String) async throws -> [String] {
      try await client.complete(prefix, session: session)
    }
    // One command that exists nowhere, and one that the index has.
    var ids: [(String, String)] = []
    for session in ["ada", "ben", "cid", "dora"] {
      let outcome = session == "ada" ? ",\"outcome\":\"failed\"" : ""
      let id = try await record("zzz gti", session, outcome, client)
      if session != "ada" { ids.append((session, id)) }
      _ = try await record("garden hose", session, ",\"outcome\":\"failed\"", client)
    }
    // Three have not said yet how it ended.
    #expect(try await complete("zzz", "eve") == ["zzz gti"])
    #expect(try await !complete("garden h", "eve").contains("garden hose"))
    for (session, id) in ids { #expect(try await end(id, session, "failed", client) == true) }
    for round in 0..<2 {
      #expect(try await complete("zzz", "eve").isEmpty, "round \(round)")
      #expect(try await !complete("garden h", "eve").contains("garden hose"))
      for session in ["ada", "ben", "cid", "dora"] {
        #expect(try await complete("zzz", session) == ["zzz gti"])
        #expect(try await complete("garden h", session).contains("garden hose"))
      }
      // A daemon that was killed knows it still.
      if round == 0 {
        try await server.crash()
        client = try await server.connect()
      }
    }
    // What was forgotten counts against nothing.
    for session in ["ada", "ben"] {
      _ = try await client.call("forget", "{\"session\":\"\(session)\"}")
    }
    #expect(try await complete("garden h", "eve").contains("garden hose"))
    #expect(try await end(ids[0].1, ids[0].0, "ok", client) == false)
    try await server.stop()
  }

  @Test(arguments: Transport.allCases, [true, false])
  func aSessionIsToldWhatFailedWhenItUsedItLast(transport: Transport, inMemory: Bool) async throws {
    let server = try await TestServer(transport) { $0.liveSessions = 1 }
    let client = try await server.connect()
    func failed(_ session: String = "ada", last: Bool = false) async throws -> [String] {
      if !inMemory { server.core.sessions.dropAll() }
      let answer = try await client.call(
        "complete",
        "{\"session\":\"\(session)\",\"prefix\":\"zzz\"\(last ? ",\"last\":true" : "")}")
      #expect(answer.texts.contains("zzz one"))
      return answer.failedTexts
    }
    _ = try await record("zzz two", "ada", ",\"outcome\":\"failed\"", client)
    let first = try await record("zzz one", "ada", "", client)
    #expect(try await failed() == ["zzz two"])
    #expect(try await end(first, "ada", "failed", client) == true)
    #expect(try await Set(failed()) == ["zzz one", "zzz two"])
    // The use that others are told of, too.
    #expect(try await Set(failed(last: true)) == ["zzz one", "zzz two"])
    // It is nobody else's failure.
    _ = try await record("zzz one", "ben", "", client)
    #expect(try await failed("ben").isEmpty)
    // In the same second: only the database can tell which of both is meant.
    let second = try await record("zzz one", "ada", "", client)
    #expect(try await failed() == ["zzz two"])
    #expect(try await end(first, "ada", "ok", client) == true)
    #expect(try await end(first, "ada", "failed", client) == true)
    #expect(try await failed() == ["zzz two"])
    #expect(try await end(second, "ada", "failed", client) == true)
    #expect(try await Set(failed()) == ["zzz one", "zzz two"])
    server.clock.advance(60)
    let third = try await record("zzz one", "ada", ",\"outcome\":\"failed\"", client)
    #expect(try await end(second, "ada", "ok", client) == true)
    #expect(try await Set(failed()) == ["zzz one", "zzz two"])
    #expect(try await end(third, "ada", "ok", client) == true)
    #expect(try await failed() == ["zzz two"])
    // Without the newest use, the one before it counts.
    let now = server.core.clock.now
    #expect(try await end(second, "ada", "failed", client) == true)
    _ = try await client.call("forget", "{\"session\":\"ada\",\"since\":\(now)}")
    #expect(try await Set(failed()) == ["zzz one", "zzz two"])
    try await server.restart()
    let other = try await server.connect()
    let answer = try await other.call("complete", "{\"session\":\"ada\",\"prefix\":\"zzz\"}")
    #expect(Set(answer.failedTexts) == ["zzz one", "zzz two"])
    try await server.stop()
  }

  @Test func anIDNamesOneQueryOfItsSession() async throws {
    let server = try await TestServer(.inProcess)
    let client = try await server.connect()
    let first = try await record("red hat", "ada", "", client)
    let second = try await record("wine", "ada", "", client)
    #expect(first != second)
    #expect(try await end(first, "ben", "failed", client) == false)
    // The id of a query that was forgotten does not name the next one of the same second.
    _ = try await client.call("forget", "{\"session\":\"ada\"}")
    let third = try await record("glass", "ada", "", client)
    #expect(third.split(separator: ".").prefix(2) == first.split(separator: ".").prefix(2))
    #expect(try await end(first, "ada", "failed", client) == false)
    #expect(try await end(third, "ada", "failed", client) == true)
    #expect(try await client.history("ada").map(\.circumstances.outcome) == [.failed])
    try await server.stop()
  }

  @Test func aHistoryTellsEverythingAndForgetDeletesIt() async throws {
    let server = try await TestServer(.inProcess)
    let client = try await server.connect()
    _ = try await record(
      "zzz query", "ada",
      ",\"thread\":\"canarythread\",\"place\":\"/canaryplace\",\"typed\":\"canarytyped\","
        + "\"taken\":2,\"source\":\"canarysource\"", client)
    let expected = Request.Circumstances(
      thread: SessionName("canarythread"), place: Place("/canaryplace"),
      typed: Array("canarytyped".utf8),
      choice: Choice(taken: 2, source: Array("canarysource".utf8)))
    #expect(try await client.history("ada").map(\.circumstances) == [expected])
    let metrics = try await client.call("metrics")["result"]?["text"]?.utf8 ?? []
    let status = try await client.call("status")["result"]?.json ?? []
    for text in [metrics, status, Array(server.log.text.utf8)] {
      #expect(!String(decoding: text, as: UTF8.self).contains("canary"))
    }
    #expect(
      try await client.call("forget", "{\"session\":\"ada\"}")["result"]?["forgotten"]
        == .integer(1))
    server.core.store.maintain()
    try await server.stop()
    for suffix in ["", "-wal"] {
      let path = server.configuration.databasePath + suffix
      guard let file = FileManager.default.contents(atPath: path) else { continue }
      #expect(file.range(of: Data("canary".utf8)) == nil, "\(suffix)")
    }
  }

  @Test func metricsCountWhatWasTaken() async throws {
    let server = try await TestServer(.inProcess)
    let client = try await server.connect()
    _ = try await record(
      "red hat", "ada", ",\"typed\":\"r\",\"taken\":2,\"source\":\"index\"", client)
    _ = try await record(
      "größe", "ada", ",\"typed\":\"gr\",\"taken\":1,\"source\":\"index\"", client)
    _ = try await record("wine", "ben", ",\"typed\":\"wine\",\"taken\":0", client)
    _ = try await record("wine", "ben", ",\"typed\":\"\",\"taken\":7,\"source\":\"later\"", client)
    _ = try await record("glass", "ben", "", client)
    let answer = try #require(try await client.call("metrics")["result"]?["text"]?.utf8)
    let document = try PrometheusDocument(String(decoding: answer, as: UTF8.self))
    func value(_ name: String, _ source: String, _ typed: String) -> Double? {
      document.series["\(name){source=\"\(source)\",typed=\"\(typed)\"}"]
    }
    #expect(value("qacd_submitted_total", "index", "1-2") == 2)
    #expect(value("qacd_taken_places_total", "index", "1-2") == 3)
    #expect(value("qacd_saved_characters_total", "index", "1-2") == 9)
    #expect(value("qacd_submitted_total", "none", "3-5") == 1)
    #expect(value("qacd_saved_characters_total", "none", "3-5") == 0)
    #expect(value("qacd_submitted_total", "other", "0") == 1)
    #expect(value("qacd_taken_places_total", "other", "0") == 7)
    let all = document.series.filter { $0.key.hasPrefix("qacd_submitted_total") }
    #expect(all.values.reduce(0, +) == 4 && all.count == Submission.kinds)
    try await server.stop()
  }

  @Test func statusListsWhatTheDaemonKnows() async throws {
    let server = try await TestServer(.inProcess)
    let client = try await server.connect()
    let features = try await client.call("status")["result"]?["features"]?.elements
    #expect(features == ProtocolLimits.features.map { .text("\($0)") })
    try await server.stop()
  }
}
