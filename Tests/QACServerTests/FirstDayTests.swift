// A daemon without an index: what it answers to every method, and how it takes the first index in.

import Foundation
import QACBinary
import QACProtocol
import QACTestSupport
import QACText
import Synchronization
import Testing

@testable import QACServer

@Suite(.serialized) struct FirstDayTests {
  private func server(
    _ transport: Transport = .inProcess, _ configure: (inout ServerConfiguration) -> Void = { _ in }
  ) async throws -> TestServer {
    try await TestServer(transport, writesIndex: false, configure: configure)
  }

  /// Waits until the loading thread is done.
  private func settle(_ server: TestServer) async {
    await withCheckedContinuation { continuation in
      server.core.index.inTurn { continuation.resume() }
    }
  }

  @Test(arguments: Transport.allCases) func everyMethodAnswers(transport: Transport) async throws {
    let server = try await server(transport) { $0.liveSessions = 2 }
    let client = try await server.connect()
    #expect(try await client.complete("") == [])
    for query in ["red shoes", "red shoes", "red hat"] {
      try await client.record(query, session: "ada")
    }
    // Its own history, what it submitted most before the rest.
    #expect(try await client.complete("re", session: "ada") == ["red shoes", "red hat"])
    #expect(try await client.complete("re") == [], "one session is not enough")
    try await client.record("red hat", session: "bob")
    #expect(try await client.complete("re") == ["red hat"])
    let explained = try await client.call(
      "complete", #"{"prefix":"red","session":"ada","explain":true}"#)
    #expect(explained["result"]?["index"]?.text == "none")
    #expect(explained["result"]?["suggestions"]?.elements?.first?["features"] != nil)
    #expect(try await client.history("ada").count == 3)

    let retrieved = try await client.call("retrieve", #"{"query":"red"}"#)
    #expect(retrieved["result"]?["items"]?.elements?.isEmpty == true)
    for (method, params, undo) in [
      ("block", #"{"kind":"word","text":"hat"}"#, "unblock"),
      ("pin", #"{"prefix":"re","text":"red carpet"}"#, "unpin"),
      ("boost", #"{"kind":"word","text":"shoes","factor":2}"#, "unboost"),
      ("items.add", #"{"items":[{"id":"a","title":"Red carpet"}]}"#, "items.remove"),
    ] {
      let answer = try await client.call(method, params)
      #expect(answer["result"] != nil, "\(method): \(answer)")
      let listed = try await client.complete("re", session: "ada")
      if method == "block" { #expect(listed == ["red shoes"]) }
      if method == "pin" { #expect(listed.first == "red carpet") }
      let back =
        method == "items.add" ? #"{"ids":["a"]}"# : params.replacing(#","factor":2"#, with: "")
      #expect(try await client.call(undo, back)["result"] != nil, "\(undo)")
    }
    for method in ["blocks", "pins", "boosts", "items", "metrics", "ping", "reload"] {
      #expect(try await client.call(method)["result"] != nil, "\(method)")
    }
    let status = try await client.call("status")
    #expect(status["result"]?["index"]?.text == "none")
    #expect(status["result"]?["labels"]?.wholeNumber == 0)
    #expect(status["result"]?["provenance"] == .null)
    let forgotten = try await client.call("forget", #"{"session":"ada","query":"red shoes"}"#)
    #expect(forgotten["result"] != nil)
    #expect(try await client.complete("re", session: "ada") == ["red hat"])
    try await server.stop()
  }

  @Test func theFirstIndexIsTakenInWhenItIsThere() async throws {
    let server = try await server { $0.liveSessions = 1 }
    let client = try await server.connect()
    try await client.record("zebra rug", session: "ada")
    let housekeeper = Housekeeper(core: server.core)
    housekeeper.step(at: server.clock.now)
    await settle(server)
    #expect(!server.core.index.current.hasIndex)
    try TestIndex.write(to: server.configuration.indexPath)
    // The file has to stay the same for a step.
    for _ in 0..<2 { housekeeper.step(at: server.clock.now) }
    await settle(server)
    #expect(server.core.index.current.hasIndex)
    #expect(try await client.complete("red s").first == "red shoes")
    #expect(try await client.complete("zeb") == ["zebra rug"], "the overlay goes on")
    // From now on a missing index is an error, and another one is not looked for.
    let served = server.core.index.current.identity
    try FileManager.default.removeItem(atPath: server.configuration.indexPath)
    #expect(try await client.call("reload").errorCode == .indexUnavailable)
    try TestIndex.write(to: server.configuration.indexPath, seed: 2)
    for _ in 0..<3 { housekeeper.step(at: server.clock.now) }
    await settle(server)
    #expect(server.core.index.current.identity == served)
    try await server.stop()
  }

  @Test func aBadFirstIndexIsRefusedOnceAndAGoodOneTaken() async throws {
    let server = try await server()
    let client = try await server.connect()
    let housekeeper = Housekeeper(core: server.core)
    try Data("no index".utf8).write(to: URL(fileURLWithPath: server.configuration.indexPath))
    for _ in 0..<4 {
      housekeeper.step(at: server.clock.now)
      await settle(server)
    }
    #expect(server.core.reloadsRefused.load(ordering: .relaxed) == 1)
    #expect(try await client.call("reload").errorCode == .indexUnavailable)
    #expect(try await client.complete("red") == [])
    // Another profile than that before the index is no mistake.
    try TestIndex.write(to: server.configuration.indexPath, profile: .verbatim)
    #expect(try await client.call("reload")["result"]?["index"]?.text?.count == 16)
    #expect(try await client.complete("red s").first == "red shoes")
    try await server.stop()
  }

  @Test func theProfileHoldsBeforeTheIndex() async throws {
    let server = try await server { $0.profile = .verbatim }
    let client = try await server.connect()
    try await client.record("ls -L", session: "ada")
    #expect(try await client.complete("ls -L", session: "ada") == ["ls -L"])
    // Under `search` both would have one normal form, and be one query.
    try await client.record("ls -l", session: "ada")
    #expect(Set(try await client.complete("ls -", session: "ada")) == ["ls -L", "ls -l"])
    try await server.stop()
  }

  @Test(arguments: UInt64(0)..<3) func nothingIsLostInACrash(seed: UInt64) async throws {
    let server = try await server()
    var random = SplitMix64(seed: seed)
    var queries: [String] = []
    for _ in 0..<3 {
      let client = try await server.connect()
      for _ in 0..<5 {
        queries.append("query \(random.below(1000))")
        try await client.record(queries[queries.count - 1], session: "ada")
      }
      try await server.crash()
      let after = try await server.connect()
      #expect(try await after.history("ada").count == queries.count, "seed \(seed)")
    }
    try await server.stop()
  }

  @Test func theBlockListHoldsAndIsReadAgain() async throws {
    let directory = try TemporaryDirectory()
    let list = directory.file("list")
    try Data("word: hat\n".utf8).write(to: URL(fileURLWithPath: list))
    let server = try await server { $0.blockListPath = list }
    let client = try await server.connect()
    for query in ["red hat", "red shoes"] { try await client.record(query, session: "ada") }
    #expect(try await client.complete("red", session: "ada") == ["red shoes"])
    try Data("word: shoes\n".utf8).write(to: URL(fileURLWithPath: list))
    #expect(try await client.call("reload")["result"]?["index"]?.text == "none")
    #expect(try await client.complete("red", session: "ada") == ["red hat"])
    try Data("shoes\n".utf8).write(to: URL(fileURLWithPath: list))
    #expect(try await client.call("reload").errorCode == .blockListUnavailable)
    try await server.stop()
  }
}

extension JSONValue {
  fileprivate var text: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }
}
