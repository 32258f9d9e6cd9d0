// Sessions that count as one person, and sessions that count for nobody, as a client sees it: in
// what was submitted last, after a crash, and in what a rebuild reads.

import Foundation
import QACProtocol
import QACSessions
import QACTestSupport
import Testing

@testable import QACServer

@Suite struct PeopleTests {
  private func record(
    _ query: String, _ session: String, _ person: String?, _ client: any TestConnection
  ) async throws {
    let member = person.map { ",\"person\":\"\($0)\"" } ?? ""
    let answer = try await client.call(
      "record", "{\"session\":\"\(session)\",\"query\":\"\(query)\"\(member)}")
    #expect(answer["result"] != nil, "\(answer)")
  }

  @Test(arguments: Transport.allCases)
  func sessionsOfOnePersonMakeNothingVisible(transport: Transport) async throws {
    let server = try await TestServer(transport) { $0.liveSessions = 3 }
    var client = try await server.connect()
    for session in 0..<9 { try await record("zzz one", "a\(session)", "net", client) }
    for session in 0..<9 { try await record("zzz two", "b\(session)", "", client) }
    for session in 0..<3 { try await record("zzz three", "c\(session)", "net \(session)", client) }
    for round in 0..<2 {
      #expect(try await client.complete("zzz", session: "eve") == ["zzz three"], "round \(round)")
      // Each has its own, whomever it counts for.
      #expect(
        try await client.complete("zzz", session: "a4").sorted() == ["zzz one", "zzz three"])
      #expect(
        try await client.complete("zzz", session: "b4").sorted() == ["zzz three", "zzz two"])
      if round == 0 {
        try await server.crash()
        client = try await server.connect()
      }
    }
    // What is exported says for whom it counts, so that an import cannot make more of it.
    let exported = try await client.call("export", "{\"session\":\"a4\"}")
    #expect(
      exported["result"]?["events"]?.elements?.first?["person"] == .string(Array("net".utf8)))
    // One takes back what it did: two people are too few.
    _ = try await client.call("forget", "{\"session\":\"c1\"}")
    #expect(try await client.complete("zzz", session: "eve").isEmpty)
    try await server.stop()
  }

  @Test func whatIsWrongWithAPersonIsRefused() async throws {
    let server = try await TestServer(.inProcess)
    let client = try await server.connect()
    for wrong in ["7", "\"\\u0000\"", "[]", "\"\(String(repeating: "a", count: 129))\""] {
      let answer = try await client.call(
        "record", "{\"session\":\"a\",\"query\":\"q\",\"person\":\(wrong)}")
      #expect(answer["error"]?["code"] == .integer(-32602), "\(wrong)")
    }
    let known = try await client.call("status", "{}")
    #expect(known["result"]?["features"]?.elements?.contains(.text("person")) == true)
    try await server.stop()
  }
}
