// Pins and boosts: from the methods, over both transports.

import Foundation
import QACEngine
import QACProtocol
import QACTestSupport
import QACText
import Testing

@testable import QACServer

extension TestConnection {
  /// The answer to `pin` or `unpin`.
  func pin(
    _ method: String, _ prefix: String, _ text: String, until: Int64? = nil
  ) async throws -> JSONValue {
    let until = until.map { ",\"until\":\($0)" } ?? ""
    return try await call(method, "{\"prefix\":\"\(prefix)\",\"text\":\"\(text)\"\(until)}")
  }

  /// The answer to `boost`.
  func boost(_ kind: String, _ text: String, _ factor: Double) async throws -> JSONValue {
    try await call("boost", "{\"kind\":\"\(kind)\",\"text\":\"\(text)\",\"factor\":\(factor)}")
  }

  func pins() async throws -> [ListedPin] {
    let answer = try await call("pins")
    guard let result = answer["result"] else { throw TestFailure(description: "\(answer)") }
    return try ListedPin.list(result)
  }

  func boosts() async throws -> [ListedBoost] {
    let answer = try await call("boosts")
    guard let result = answer["result"] else { throw TestFailure(description: "\(answer)") }
    return try ListedBoost.list(result)
  }
}

@Suite(.serialized) struct RankingRuleTests {
  private func listed(_ prefix: String, _ text: String, _ until: Int64? = nil) -> ListedPin {
    ListedPin(prefix: Array(prefix.utf8), text: Array(text.utf8), until: until)
  }

  @Test(arguments: Transport.allCases)
  func pinsAreKeptUntilTheyAreTakenBack(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    let before = try await client.complete("re")
    let added = try await client.pin("pin", "r", "Red Gnome")
    #expect(added["result"] == .object([.init("new", .bool(true)), .init("labels", .integer(0))]))
    let label = try await client.pin("pin", "re", "red wine glass")
    #expect(label["result"]?["labels"] == .integer(1))
    // A longer prefix stands first; what was added first, before the rest.
    let pinned = try await client.complete("RE")
    #expect(Array(pinned.prefix(2)) == ["red wine glass", "Red Gnome"])
    #expect(
      Array(pinned.dropFirst(2)) == before.filter { $0 != "red wine glass" }.prefix(3).map { $0 })
    #expect(try await client.complete("red g").first == "Red Gnome")
    #expect(try await client.complete("red w").first == "red wine glass")
    #expect(try await client.complete("gr").contains { $0.contains("red") } == false)
    // The same pin in another spelling.
    let again = try await client.pin("pin", "RE", "red  wine-glass")
    #expect(again["result"]?["new"] == .bool(false))
    let expected = [listed("r", "Red Gnome"), listed("RE", "red  wine-glass")]
    #expect(try await client.pins() == expected)
    #expect(try await client.call("status")["result"]?["pins"] == .integer(2))

    try await server.restart()
    let next = try await server.connect()
    #expect(try await next.pins() == expected)
    #expect(try await next.complete("re") == pinned)
    let gone = try await next.pin("unpin", "r", "RED GNOME")
    #expect(
      gone["result"] == .object([.init("existed", .bool(true)), .init("labels", .integer(0))]))
    // The prefix belongs to the pin.
    let nothing = try await next.pin("unpin", "red", "red wine glass")
    #expect(nothing["result"]?["existed"] == .bool(false))
    _ = try await next.pin("unpin", "re", "red wine glass")
    #expect(try await next.complete("re") == before)
    try await server.restart()
    #expect(try await server.connect().pins() == [])
    try await server.stop()
    #expect(!server.log.text.lowercased().contains("gnome"))
  }

  @Test(arguments: Transport.allCases)
  func aPinCountsBeforeItsTime(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    let before = try await client.complete("g")
    let until = server.clock.now + 60
    _ = try await client.pin("pin", "g", "garden gnome", until: until)
    #expect(try await client.complete("g").first == "garden gnome")
    server.clock.advance(59)
    #expect(try await client.complete("g").first == "garden gnome")
    server.clock.advance(1)
    #expect(try await client.complete("g") == before)
    // It is there, and can be given another time.
    #expect(try await client.pins() == [listed("g", "garden gnome", until)])
    let again = try await client.pin("pin", "g", "garden gnome")
    #expect(again["result"]?["new"] == .bool(false))
    #expect(try await client.complete("g").first == "garden gnome")
    #expect(try await client.pins() == [listed("g", "garden gnome")])
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func whatIsBlockedIsNotPinned(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    _ = try await client.change("block", "word", "canary")
    let refused = try await client.pin("pin", "c", "canary bird")
    #expect(refused.errorCode == .textBlocked)
    #expect(refused.errorMessage.contains("unblock") && !refused.errorMessage.contains("canary"))
    #expect(try await client.pins() == [])
    // What is blocked later does not show, and shows again when it is unblocked.
    _ = try await client.pin("pin", "re", "red hat")
    _ = try await client.pin("pin", "re", "red gnome")
    #expect(Array(try await client.complete("re").prefix(2)) == ["red hat", "red gnome"])
    _ = try await client.change("block", "word", "gnome")
    _ = try await client.change("block", "exact", "red hat")
    let rest = try await client.complete("re")
    #expect(!rest.contains("red hat") && !rest.contains("red gnome") && !rest.isEmpty)
    _ = try await client.change("unblock", "word", "gnome")
    #expect(try await client.complete("re").first == "red gnome")
    for (prefix, text) in [("x", "red hat"), ("red ", "red"), ("r", "!!!"), ("", " ")] {
      let answer = try await client.pin("pin", prefix, text)
      #expect(answer.errorCode == .invalidParams, "\(prefix) \(text)")
      #expect(answer.errorMessage.contains(";") || answer.errorMessage.contains("must"))
    }
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func boostsRaiseAndLowerUntilTheyAreTakenBack(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    let before = try await client.complete("", extra: ",\"limit\":20")
    let last = try #require(before.last)
    let added = try await client.boost("exact", last.uppercased(), 1000)
    #expect(added["result"] == .object([.init("new", .bool(true)), .init("labels", .integer(1))]))
    #expect(try await client.complete("").first == last)
    let explained = try await client.call("complete", "{\"prefix\":\"\",\"explain\":true}")
    let features = explained["result"]?["suggestions"]?.elements?.first?["features"]?.elements ?? []
    let boost = try #require(features.first { $0["name"] == .text("boost") })
    #expect(abs((boost["value"]?.number ?? 0) - log(1000)) < 1e-4)
    #expect(boost["weight"]?.number == 1)
    let again = try await client.boost("exact", last, 0.001)
    #expect(again["result"]?["new"] == .bool(false))
    #expect(try await client.complete("", extra: ",\"limit\":20").last == last)
    let expected = [ListedBoost(kind: "exact", text: Array(last.utf8), factor: 0.001)]
    #expect(try await client.boosts() == expected)
    try await server.restart()
    let next = try await server.connect()
    #expect(try await next.boosts() == expected)
    #expect(try await next.complete("", extra: ",\"limit\":20").last == last)
    let kind = try await next.change("unboost", "word", last)
    #expect(kind["result"]?["existed"] == .bool(false))
    let gone = try await next.change("unboost", "exact", last)
    #expect(
      gone["result"] == .object([.init("existed", .bool(true)), .init("labels", .integer(1))]))
    #expect(try await next.complete("", extra: ",\"limit\":20") == before)
    try await server.stop()
  }

  /// When a rule is answered, it is in force on every connection; a batch does them in order.
  @Test(arguments: Transport.allCases)
  func theyAreInForceWithTheirAnswer(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let first = try await server.connect()
    // One connection on each event loop, and one more.
    let others = [try await server.connect(), try await server.connect()]
    let before = try await first.complete("g")
    for _ in 0..<5 {
      _ = try await first.pin("pin", "g", "garden gnome")
      for client in [first] + others {
        #expect(try await client.complete("g").first == "garden gnome")
      }
      _ = try await others[0].pin("unpin", "g", "garden gnome")
      for client in [first] + others { #expect(try await client.complete("g") == before) }
    }
    let batch = [
      #"{"jsonrpc":"2.0","id":"a","method":"pin","params":{"prefix":"g","text":"gnome"}}"#,
      #"{"jsonrpc":"2.0","method":"pin","params":{"prefix":"g","text":"goat"}}"#,
      #"{"jsonrpc":"2.0","method":"boost","params":{"kind":"word","text":"hat","factor":3}}"#,
      #"{"jsonrpc":"2.0","id":"b","method":"unpin","params":{"prefix":"g","text":"gnome"}}"#,
    ]
    try await first.send("[\(batch.joined(separator: ","))]\n")
    let answers = try await first.receive().elements ?? []
    #expect(answers.count == 2 && answers.allSatisfy { $0["result"] != nil })
    #expect(try await others[0].pins() == [listed("g", "goat")])
    #expect(try await others[0].boosts().count == 1)
    #expect(try await others[1].complete("g").first == "goat")
    try await server.stop()
  }

  /// An index of another profile compares them in its own normal form.
  @Test func theyOutliveTheProfile() async throws {
    let server = try await TestServer(.socket)
    let client = try await server.connect()
    _ = try await client.pin("pin", "RE", "red  gnome")
    _ = try await client.boost("word", "HAT", 2)
    #expect(try await client.complete("re").first == "red  gnome")
    try TestIndex.write(to: server.configuration.indexPath, profile: .verbatim)
    #expect(try await client.call("reload", "{\"force\":true}")["result"] != nil)
    #expect(try await client.complete("re").contains("red  gnome") == false)
    #expect(try await client.pins().count == 1)
    #expect(try await client.boosts().count == 1)
    try TestIndex.write(to: server.configuration.indexPath)
    #expect(try await client.call("reload", "{\"force\":true}")["result"] != nil)
    #expect(try await client.complete("re").first == "red  gnome")
    try await server.stop()
  }
}
