// `search`, and a `complete` that asks for last uses, over connections.

import QACProtocol
import QACTestSupport
import Testing

@testable import QACServer

@Suite struct SearchTests {
  private func search(
    _ members: String, _ client: any TestConnection
  ) async throws -> SearchPage {
    let answer = try await client.call("search", "{\"session\":\"ada\",\(members)}")
    guard let result = answer["result"] else { throw TestFailure(description: "\(answer)") }
    return try SearchPage(result)
  }

  private func texts(_ page: SearchPage) -> [String] {
    page.hits.map { String(decoding: $0.query, as: UTF8.self) }
  }

  @Test func aSearchFindsWordsInAnyOrderPageByPage() async throws {
    let server = try await TestServer(.inProcess)
    let client = try await server.connect()
    for i in 0..<5 {
      _ = try await client.call(
        "record",
        "{\"session\":\"ada\",\"query\":\"Pull lever \(i)\",\"place\":\"/p\(i % 2)\"}")
    }
    _ = try await client.call("record", "{\"session\":\"ben\",\"query\":\"pull lever 9\"}")
    var page = try await search("\"query\":\"lev pull\",\"limit\":2", client)
    #expect(texts(page).isEmpty)
    page = try await search("\"query\":\"lever pul\",\"limit\":2", client)
    #expect(texts(page) == ["Pull lever 4", "Pull lever 3"])
    let next = String(decoding: try #require(page.next), as: UTF8.self)
    page = try await search(
      "\"query\":\"lever pul\",\"limit\":3,\"before\":\"\(next)\"", client)
    #expect(texts(page) == ["Pull lever 2", "Pull lever 1", "Pull lever 0"])
    #expect(page.next == nil)
    page = try await search("\"query\":\"\",\"place\":\"/p1\"", client)
    #expect(texts(page) == ["Pull lever 3", "Pull lever 1"])
    #expect(page.hits.first?.last.place == Place("/p1"))
    for wrong in ["", "1.2", "1.2.3.4", "a.b.c"] {
      let answer = try await client.call(
        "search", "{\"session\":\"ada\",\"query\":\"\",\"before\":\"\(wrong)\"}")
      #expect(answer["error"]?["code"]?.wholeNumber == -32602, "\(wrong)")
    }
    try await server.stop()
  }

  @Test func completionsTellLastUsesOnlyIfAsked() async throws {
    let server = try await TestServer(.inProcess)
    let client = try await server.connect()
    for place in ["/one", "/two"] {
      _ = try await client.call(
        "record",
        "{\"session\":\"ada\",\"query\":\"zulu time\",\"place\":\"\(place)\",\"outcome\":\"ok\"}")
    }
    func complete(_ members: String) async throws -> Completion {
      let answer = try await client.call(
        "complete", "{\"session\":\"ada\",\"prefix\":\"zulu\"\(members)}")
      return try Completion(try #require(answer["result"]))
    }
    let plain = try await complete("")
    #expect(plain.suggestions.first?.last == nil)
    let asked = try await complete(",\"last\":true,\"explain\":true")
    let last = try #require(asked.suggestions.first?.last)
    #expect(last.uses == 2 && last.place == Place("/two") && last.outcome == .ok)
    #expect(asked.suggestions.map(\.text) == plain.suggestions.map(\.text))
    #expect(asked.index == plain.index)
    // What the session never submitted has none.
    let others = try await client.call(
      "complete", "{\"session\":\"ada\",\"prefix\":\"\",\"limit\":100,\"last\":true}")
    let known = try Completion(try #require(others["result"])).suggestions.filter { $0.last != nil }
    #expect(known.map { String(decoding: $0.text, as: UTF8.self) } == ["zulu time"])
    let refused = try await client.call("complete", "{\"prefix\":\"\",\"limit\":100,\"last\":true}")
    #expect(refused["error"]?["code"]?.wholeNumber == -32602)
    try await server.stop()
  }
}
