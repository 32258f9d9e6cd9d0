// Items: added, removed, blocked and recorded, over both transports.

import Foundation
import QACEngine
import QACProtocol
import QACRetrieval
import QACSessions
import QACTestSupport
import QACText
import Testing

@testable import QACServer

extension TestConnection {
  /// The answer to `items.add`; each item is "id=title".
  func add(_ items: String...) async throws -> JSONValue {
    let list = items.map { item in
      let parts = item.split(separator: "=", maxSplits: 1)
      return "{\"id\":\"\(parts[0])\",\"title\":\"\(parts[1])\"}"
    }
    return try await call("items.add", "{\"items\":[\(list.joined(separator: ","))]}")
  }

  func remove(_ ids: String...) async throws -> Int64? {
    let list = ids.map { "\"\($0)\"" }.joined(separator: ",")
    return try await call("items.remove", "{\"ids\":[\(list)]}")["result"]?["removed"]?.wholeNumber
  }

  /// The items that were added or removed, each as "id title state".
  func items(_ params: String = "{}") async throws -> [String] {
    let answer = try await call("items", params)
    guard let result = answer["result"] else { throw TestFailure(description: "\(answer)") }
    return try ListedItem.list(result).map { item in
      [item.id, item.title, Array((item.state?.rawValue ?? "?").utf8)]
        .map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }
  }

  func retrieve(_ query: String, extra: String = "") async throws -> Retrieval {
    let answer = try await call("retrieve", "{\"query\":\"\(query)\"\(extra)}")
    guard let result = answer["result"] else { throw TestFailure(description: "\(answer)") }
    return try Retrieval(result)
  }
}

extension TestServer {
  /// What the engine is told beside the index: added ids, and hidden ids of the index.
  fileprivate func served(_ ids: [String]) -> (added: [String], hidden: [String]) {
    let served = core.index.current
    let hidden = ids.filter { id in
      guard let number = served.engine.index.itemNumber(Array(id.utf8)) else { return false }
      return served.items.hidden?.contains(number) ?? false
    }
    let added = served.items.added?.items.map { String(decoding: $0.id, as: UTF8.self) }
    return (added ?? [], hidden)
  }
}

@Suite(.serialized) struct ItemTests {
  private static let items = [
    PlainItem("a", "Garden hose", payload: #"{"price":5}"#), PlainItem("b", "Garden chair"),
    PlainItem("c", "Red shoes"),
  ]
  private static let ids = ["a", "b", "c"]

  @Test(arguments: Transport.allCases)
  func addedItemsStayUntilTheIndexHasThem(transport: Transport) async throws {
    let server = try await TestServer(transport, items: Self.items)
    let client = try await server.connect()
    let first = try await client.add("x=Pond net", "a=Hose")
    #expect(
      try AddedCounts(#require(first["result"])) == AddedCounts(added: 2, replaced: 0, indexed: 1))
    let again = try await client.add("x=Pond nets", "y=Pump")
    #expect(
      try AddedCounts(#require(again["result"])) == AddedCounts(added: 1, replaced: 1, indexed: 0))
    let listed = ["a Hose indexed", "x Pond nets added", "y Pump added"]
    #expect(try await client.items() == listed)
    #expect(try await client.items("{\"limit\":2}") == Array(listed.prefix(2)))
    #expect(server.served(Self.ids).added == ["x", "y"])
    let members = try await client.call("status")["result"]?["items"]
    #expect(
      members
        == .object([
          .init("index", .integer(3)), .init("added", .integer(2)), .init("hidden", .integer(0)),
        ]))
    // What was answered is there, whatever ends the daemon.
    try await server.crash()
    let next = try await server.connect()
    #expect(try await next.items() == listed)
    #expect(server.served(Self.ids).added == ["x", "y"])
    // An index that has one of them, and one that has none.
    try TestIndex.write(
      to: server.configuration.indexPath, items: Self.items + [PlainItem("x", "Net")])
    #expect(try await next.call("reload")["result"] != nil)
    #expect(server.served(Self.ids).added == ["y"])
    #expect(
      try await next.items() == ["a Hose indexed", "x Pond nets indexed", "y Pump added"])
    try TestIndex.write(to: server.configuration.indexPath, items: Self.items)
    #expect(try await next.call("reload")["result"] != nil)
    #expect(server.served(Self.ids).added == ["x", "y"])
    #expect(try await next.remove("x", "y", "z") == 2)
    #expect(try await next.remove("x") == 0)
    #expect(server.served(Self.ids).added == [])
    try await server.crash()
    #expect(try await server.connect().items() == ["a Hose indexed"])
    try await server.stop()
    for text in ["Pond", "Pump"] { #expect(!server.log.text.contains(text)) }
  }

  @Test(arguments: Transport.allCases)
  func aRemovedItemIsHiddenUntilTheNextIndex(transport: Transport) async throws {
    let server = try await TestServer(transport, items: Self.items)
    let client = try await server.connect()
    #expect(try await client.remove("b", "none") == 1)
    #expect(try await client.remove("b") == 0)
    #expect(server.served(Self.ids).hidden == ["b"])
    #expect(try await client.items() == ["b Garden chair removed"])
    // The same index again, after a kill and a reload.
    try await server.crash()
    let next = try await server.connect()
    #expect(server.served(Self.ids).hidden == ["b"])
    #expect(try await next.call("reload")["result"] != nil)
    #expect(server.served(Self.ids).hidden == ["b"])
    // Another index, and back.
    try TestIndex.write(to: server.configuration.indexPath, seed: 2, items: Self.items)
    #expect(try await next.call("reload")["result"] != nil)
    #expect(server.served(Self.ids).hidden == [])
    #expect(try await next.items() == [])
    try TestIndex.write(to: server.configuration.indexPath, items: Self.items)
    #expect(try await next.call("reload")["result"] != nil)
    #expect(server.served(Self.ids).hidden == ["b"])
    // Adding brings it back.
    _ = try await next.add("b=Chair")
    #expect(server.served(Self.ids).hidden == [])
    #expect(try await next.items() == ["b Chair indexed"])
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func rulesHideItems(transport: Transport) async throws {
    let server = try await TestServer(transport, items: Self.items)
    let client = try await server.connect()
    _ = try await client.add("x=Garden gnome", "y=Net")
    let byID = try await client.change("block", "item", "c")
    #expect(
      byID["result"]
        == .object([
          .init("new", .bool(true)), .init("labels", .integer(0)), .init("items", .integer(1)),
        ]))
    #expect(server.served(Self.ids).hidden == ["c"])
    // No completion is hidden.
    #expect(try await client.complete("red s").first == "red shoes")
    let byWord = try await client.change("block", "word", "GARDEN")
    #expect(byWord["result"]?["items"] == .integer(3))
    #expect(server.served(Self.ids).hidden == ["a", "b", "c"])
    #expect(server.served(Self.ids).added == ["y"])
    // What is added later is hidden as well.
    _ = try await client.add("z=Garden pump", "w=Pump")
    #expect(server.served(Self.ids).added == ["w", "y"])
    _ = try await client.change("block", "item", "y")
    #expect(server.served(Self.ids).added == ["w"])
    for _ in 0..<2 {
      try await server.crash()
      #expect(server.served(Self.ids).added == ["w"])
      #expect(server.served(Self.ids).hidden == ["a", "b", "c"])
      try TestIndex.write(to: server.configuration.indexPath, seed: 2, items: Self.items)
      #expect(try await server.connect().call("reload")["result"] != nil)
      #expect(server.served(Self.ids).hidden == ["a", "b", "c"])
    }
    let next = try await server.connect()
    #expect(
      try await next.call("status")["result"]?["items"]?["hidden"] == .integer(3))
    _ = try await next.change("unblock", "word", "garden")
    #expect(server.served(Self.ids).hidden == ["c"])
    #expect(server.served(Self.ids).added == ["w", "x", "z"])
    let gone = try await next.change("unblock", "item", "c")
    #expect(gone["result"]?["items"] == .integer(1))
    #expect(server.served(Self.ids).hidden == [])
    // Ids are compared byte for byte.
    #expect(try await next.change("block", "item", "C")["result"]?["items"] == .integer(0))
    try await server.stop()
  }

  @Test func theBlockListFileHidesItems() async throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("blocks")
    try "item: a\nexact: red shoes\n".write(toFile: path, atomically: true, encoding: .utf8)
    let server = try await TestServer(.inProcess, items: Self.items) { $0.blockListPath = path }
    #expect(server.served(Self.ids).hidden == ["a", "c"])
    try "item: b\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try await server.connect().call("reload")["result"] != nil)
    #expect(server.served(Self.ids).hidden == ["b"])
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func anIndexWithoutItemsFindsWhatWasAdded(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    func found(_ query: String, extra: String = "") async throws -> [String] {
      try await client.retrieve(query, extra: extra).items.map {
        String(decoding: $0.id, as: UTF8.self)
      }
    }
    let empty = try await client.call("complete", "{\"prefix\":\"gar\",\"items\":3}")
    #expect(try Completion(try #require(empty["result"])).items == [])
    #expect(try await client.change("block", "word", "hose")["result"]?["items"] == nil)
    _ = try await client.change("unblock", "word", "hose")
    #expect(try await found("garden") == [])
    let added = try await client.add("x=Garden hose", "y=Garden chair", "z=Net")
    #expect(added["result"]?["added"] == .integer(3))
    #expect(try await found("garden hose") == ["x", "y"])
    #expect(try await found("garden", extra: ",\"limit\":1") == ["x"])
    #expect(try await found("garden hose", extra: ",\"explain\":true") == ["x", "y"])
    #expect(try await found("shoes") == [])
    let answer = try await client.call("complete", "{\"prefix\":\"gar\",\"items\":3}")
    let completion = try Completion(try #require(answer["result"]))
    #expect(completion.items?.isEmpty == false && !completion.suggestions.isEmpty)
    let plain = try await client.call("complete", "{\"prefix\":\"gar\"}")
    #expect(plain["result"]?["items"] == nil)
    let members = try await client.call("status")["result"]?["items"]
    #expect(
      members
        == .object([
          .init("index", .integer(0)), .init("added", .integer(3)), .init("hidden", .integer(0)),
        ]))
    #expect(try await client.change("block", "pattern", "*e*")["result"]?["items"] == .integer(3))
    #expect(try await found("garden") == [])
    _ = try await client.change("unblock", "pattern", "*e*")
    #expect(try await client.change("block", "word", "hose")["result"]?["items"] == .integer(1))
    #expect(try await found("garden hose") == ["y"])
    _ = try await client.change("unblock", "word", "hose")
    // Another index without items, after a kill; then one that has one of them.
    try await server.crash()
    try TestIndex.write(to: server.configuration.indexPath, seed: 2)
    let next = try await server.connect()
    #expect(try await next.call("reload")["result"] != nil)
    #expect(try await next.retrieve("garden").items.count == 2)
    try TestIndex.write(
      to: server.configuration.indexPath, items: Self.items + [PlainItem("x", "Hose")])
    #expect(try await next.call("reload")["result"] != nil)
    #expect(server.served(Self.ids).added == ["y", "z"])
    #expect(try await next.remove("y", "z") == 2)
    #expect(try await next.retrieve("net").items == [])
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func anExampleIsNoQuery(transport: Transport) async throws {
    let server = try await TestServer(transport, items: Self.items) { $0.liveSessions = 1 }
    let client = try await server.connect()
    try await client.record("zebra hose", session: "s")
    let before = try await client.call("status")["result"]
    for (query, item) in [("zebra hose", "a"), ("zebra canary", "none")] {
      try await client.record(
        query, session: "s", extra: ",\"item\":\"\(item)\",\"kind\":\"purchase\"")
    }
    #expect(try await client.history("s").map(\.query) == [Array("zebra hose".utf8)])
    for session in ["s", nil] {
      #expect(try await client.complete("zebra", session: session) == ["zebra hose"])
    }
    let after = try await client.call("status")["result"]
    for name in ["events", "sessions", "live"] { #expect(after?[name] == before?[name]) }
    #expect(after?["examples"] == .integer(2))
    func examples() throws -> [String] {
      var found: [String] = []
      let path = server.configuration.databasePath
      try SessionStore.readExamples(ofDatabaseAt: path, after: 0) { _, query, use, _ in
        found.append(
          String(decoding: query, as: UTF8.self) + " " + String(decoding: use.item, as: UTF8.self))
      }
      return found
    }
    try await server.crash()
    #expect(try examples() == ["zebra hose a", "zebra canary none"])
    let next = try await server.connect()
    let forgotten = try await next.call(
      "forget", "{\"session\":\"s\",\"query\":\"Zebra  CANARY\"}")
    #expect(forgotten["result"]?["forgotten"] == .integer(1))
    #expect(try examples() == ["zebra hose a"])
    let rest = try await next.call("forget", "{\"session\":\"s\"}")
    #expect(rest["result"]?["forgotten"] == .integer(2))
    #expect(try examples() == [])
    #expect(try await next.call("status")["result"]?["examples"] == .integer(0))
    for suffix in ["", "-wal"] {
      let bytes = FileManager.default.contents(atPath: server.configuration.databasePath + suffix)
      #expect(bytes?.range(of: Data("canary".utf8)) == nil)
    }
    try await server.stop()
  }

  @Test func retrievalsAreCountedAndTimed() async throws {
    let server = try await TestServer(.inProcess, items: Self.items)
    let client = try await server.connect()
    let index = String(decoding: server.core.index.current.identity, as: UTF8.self)
    for extra in ["", ",\"session\":\"s\"", ",\"previous\":[\"garden\",\"\"]", ",\"explain\":true"]
    {
      #expect(try await client.retrieve("garden", extra: extra).index == index)
    }
    let status = try await client.call("status")["result"]
    #expect(status?["requests"]?["retrieve"] == .integer(4))
    #expect(status?["latency_us"]?["retrieve"]?["count"] == .integer(4))
    #expect(status?["session_us"]?["count"] == .integer(1))
    let text = try #require(try await client.call("metrics")["result"]?["text"]?.utf8)
    let metrics = String(decoding: text, as: UTF8.self)
    for line in [
      "qacd_requests_total{method=\"retrieve\"} 4", "qacd_index_items 3", "qacd_added_items 0",
      "qacd_hidden_items 0", "qacd_examples 0",
      "qacd_request_duration_seconds_count{method=\"retrieve\"} 4",
    ] {
      #expect(metrics.contains(line + "\n"), "\(line)")
    }
    try await server.stop()
  }

  /// A session that must be loaded puts a retrieval off, and what was forgotten is no longer in the
  /// loop's memory: requests go on in the meantime.
  @Test func retrievalsGoOnWhileASessionIsForgotten() async throws {
    let server = try await TestServer(.inProcess, items: Self.items)
    let client = try await server.connect()
    try await client.record("garden", session: "s")
    try await server.restart()
    let next = try await server.connect()
    _ = try await next.retrieve("hose", extra: ",\"session\":\"s\"")
    #expect(
      try await next.call("forget", "{\"session\":\"s\"}")["result"]?["forgotten"] == .integer(1))
    _ = try await next.retrieve("hose", extra: ",\"session\":\"s\"")
    try await server.stop()
  }

  @Test func tooManyItemsAreRefusedWhole() async throws {
    let server = try await TestServer(.inProcess, items: Self.items)
    let client = try await server.connect()
    func list(_ numbers: Range<Int>) -> String {
      numbers.map { "{\"id\":\"\($0)\",\"title\":\"t\"}" }.joined(separator: ",")
    }
    for start in stride(from: 0, to: ItemChanges.maximumCount - 2, by: 1000) {
      let range = start..<min(start + 1000, ItemChanges.maximumCount - 2)
      let answer = try await client.call("items.add", "{\"items\":[\(list(range))]}")
      #expect(answer["result"]?["added"] == .integer(Int64(range.count)))
    }
    // Two that the index has do not matter when there is no room.
    #expect(try await client.add("a=Hose", "b=Chair")["result"]?["indexed"] == .integer(2))
    #expect(try await client.add("x=one", "y=two")["result"]?["added"] == .integer(2))
    let before = try await client.items()
    #expect(before.count == ItemChanges.maximumCount && !before.contains("a Hose indexed"))
    let refused = try await client.add("0=other", "z=three")
    #expect(refused.errorCode == .invalidParams)
    #expect(refused.errorMessage.contains("\(ItemChanges.maximumCount)"))
    #expect(refused.errorMessage.contains("; remove some"))
    #expect(try await client.items() == before)
    try await server.crash()
    #expect(try await server.connect().items() == before)
    try await server.stop()
  }

  @Test func aPayloadThatIsNoJSONIsRefusedWithItsIndex() async throws {
    let server = try await TestServer(.inProcess, items: Self.items)
    let client = try await server.connect()
    for payload in ["{", "1 2", "[\n]", String(repeating: "[", count: 28)] {
      try TestIndex.write(
        to: server.configuration.indexPath, seed: 3, items: [PlainItem("a", "t", payload: payload)])
      let answer = try await client.call("reload")
      #expect(answer.errorCode == .indexUnavailable, "\(payload)")
      #expect(answer.errorMessage.contains("payload of item 0"))
    }
    #expect(server.served(Self.ids).hidden == [])
    try await server.stop()
  }

  @Test func aLongListIsSentAlone() async throws {
    let server = try await TestServer(.inProcess, items: Self.items)
    let client = try await server.connect()
    let title = String(repeating: "t", count: 1000)
    for start in stride(from: 0, to: 300, by: 50) {
      let items = (start..<start + 50).map { "{\"id\":\"\($0)\",\"title\":\"\(title)\"}" }
      _ = try await client.call("items.add", "{\"items\":[\(items.joined(separator: ","))]}")
    }
    #expect(try await client.items().count == 300)
    try await client.send("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"items\"}]\n")
    #expect(try await client.receive().elements?.first?.errorCode == .batchTooLarge)
    try await server.stop()
  }
}
