// Items as clients get them, over both transports.

import QACProtocol
import QACTestSupport
import Testing

@testable import QACServer

@Suite(.serialized) struct RetrievalTests {
  private static let items = [
    PlainItem("hose", "Garden hose", payload: #"{"price": 5}"#),
    PlainItem("chair", "Garden chair"), PlainItem("shoes", "Red shoes"),
    PlainItem("rack", "Wine rack"),
  ]

  private func ids(_ items: [RetrievedItem]?) -> [String] {
    (items ?? []).map { String(decoding: $0.id, as: UTF8.self) }
  }

  @Test(arguments: Transport.allCases)
  func itemsAreFoundByTheirTitles(transport: Transport) async throws {
    let server = try await TestServer(transport, items: Self.items)
    let client = try await server.connect()
    let hose = try await client.retrieve("GARDEN hose").items
    #expect(ids(hose).first == "hose" && ids(hose).contains("chair"))
    #expect(hose.first?.title == Array("Garden hose".utf8))
    #expect(hose.first?.payload == .object([.init("price", .integer(5))]))
    #expect(hose.first?.arm == nil && hose.first?.features == [])
    #expect(hose.map(\.score) == hose.map(\.score).sorted(by: >))
    #expect(try await client.retrieve("garden", extra: ",\"limit\":1").items.count == 1)
    for query in ["", "  ", "!!!"] { #expect(try await client.retrieve(query).items == []) }
    let explained = try await client.retrieve("hose", extra: ",\"explain\":true").items
    let first = try #require(explained.first)
    #expect(["tree", "lexical", "neighbours"].contains(first.arm ?? "") && !first.features.isEmpty)
    #expect(first.terms.contains(.init(kind: "word", text: Array("hose".utf8))))
    #expect(hose.first?.terms == [])
    let sum = first.features.map { $0.value * $0.weight }.reduce(0, +)
    #expect(abs(sum - first.score) < 1e-3 * max(1, abs(first.score)), "\(first)")
    // In a batch, and as a notification.
    let request = "\"method\":\"retrieve\",\"params\":{\"query\":\"hose\"}}"
    try await client.send(
      "[{\"jsonrpc\":\"2.0\",\"id\":1,\(request),{\"jsonrpc\":\"2.0\",\(request)]\n")
    let batch = try #require(try await client.receive().elements)
    #expect(batch.count == 1)
    #expect(ids(try Retrieval(#require(batch.first?["result"])).items).first == "hose")
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func aCompletionBringsTheItemsOfTheBest(transport: Transport) async throws {
    let server = try await TestServer(transport, items: Self.items)
    let client = try await server.connect()
    func complete(_ prefix: String, _ extra: String = "") async throws -> Completion {
      let answer = try await client.call(
        "complete", "{\"prefix\":\"\(prefix)\",\"items\":2\(extra)}")
      return try Completion(try #require(answer["result"]))
    }
    let shoes = try await complete("red sh")
    #expect(shoes.suggestions.first?.text == Array("red shoes".utf8))
    #expect(ids(shoes.items).first == "shoes")
    #expect(try await client.retrieve("red shoes", extra: ",\"limit\":2").items == shoes.items)
    #expect(try await complete("red sh", ",\"explain\":true").items?.first?.features != [])
    // Without a completion, those of what was typed.
    let typed = try await complete("qzx rack")
    #expect(typed.suggestions.isEmpty && ids(typed.items).first == "rack")
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func whatIsAddedIsFoundAndWhatIsHiddenIsNot(transport: Transport) async throws {
    let server = try await TestServer(transport, items: Self.items)
    let client = try await server.connect()
    let other = try await server.connect()
    // Also items that hardly fit may be found; the best comes first.
    func found(_ query: String) async throws -> [String] {
      let found = ids(try await client.retrieve(query, extra: ",\"limit\":50").items)
      // Everybody finds the same.
      #expect(ids(try await other.retrieve(query, extra: ",\"limit\":50").items) == found)
      return found
    }
    _ = try await client.call(
      "items.add",
      #"{"items":[{"id":"gnome","title":"Garden gnome","text":"whimsical","payload":[ 1]}]}"#)
    #expect(try await Set(found("garden")).isSuperset(of: ["hose", "chair", "gnome"]))
    #expect(try await found("whimsical").first == "gnome")
    #expect(try await client.retrieve("gnome").items.first?.payload == .array([.integer(1)]))
    _ = try await client.add("gnome=Garden dwarf")
    let dwarf = try await client.retrieve("dwarf").items.first
    #expect(dwarf?.title == Array("Garden dwarf".utf8) && dwarf?.payload == nil)
    _ = try await client.change("block", "item", "chair")
    _ = try await client.change("block", "word", "dwarf")
    let rest = try await found("garden")
    #expect(rest.first == "hose" && Set(rest).isDisjoint(with: ["chair", "gnome"]))
    #expect(try await client.remove("hose") == 1)
    #expect(try await Set(found("garden")).isDisjoint(with: ["hose", "chair", "gnome"]))
    try await server.crash()
    let next = try await server.connect()
    let all = ",\"limit\":50"
    let after = ids(try await next.retrieve("garden", extra: all).items)
    #expect(Set(after).isDisjoint(with: ["hose", "chair", "gnome"]))
    _ = try await next.change("unblock", "word", "dwarf")
    #expect(ids(try await next.retrieve("garden", extra: all).items).first == "gnome")
    // The next index has it under another title.
    try TestIndex.write(
      to: server.configuration.indexPath, seed: 2,
      items: Self.items + [PlainItem("gnome", "Garden troll")])
    #expect(try await next.call("reload")["result"] != nil)
    let swapped = try await next.retrieve("garden", extra: all).items
    #expect(Set(ids(swapped)).isSuperset(of: ["hose", "gnome"]) && !ids(swapped).contains("chair"))
    let troll = try await next.retrieve("troll").items.first
    #expect(troll?.title == Array("Garden troll".utf8))
    try await server.stop()
  }

  /// Retrievals go on while indexes are swapped and items change, and each sees one whole state.
  @Test func retrievalsGoOnDuringSwaps() async throws {
    let server = try await TestServer(.socket, items: Self.items)
    let client = try await server.connect()
    let asker = try await server.connect()
    for round in 0..<6 {
      try TestIndex.write(
        to: server.configuration.indexPath, seed: UInt64(round % 2 + 1), items: Self.items)
      let reload = try await client.post("reload", "{\"force\":true}")
      let add = try await client.post(
        "items.add", "{\"items\":[{\"id\":\"n\(round)\",\"title\":\"Garden \(round)\"}]}")
      for _ in 0..<20 {
        let found = Set(ids(try await asker.retrieve("garden", extra: ",\"limit\":50").items))
        #expect(found.isSuperset(of: ["hose", "chair"]))
      }
      let answers = [try await client.receive(), try await client.receive()]
      #expect(answers.allSatisfy { $0["result"] != nil })
      #expect(Set(answers.compactMap { $0["id"]?.wholeNumber }) == [Int64(reload), Int64(add)])
      #expect(
        ids(try await asker.retrieve("garden", extra: ",\"limit\":50").items).contains("n\(round)"))
    }
    try await server.stop()
  }
}
