// Rules for what is never suggested: from the file and from the methods, over both transports.

import Foundation
import GRDB
import QACEngine
import QACProtocol
import QACTestSupport
import QACText
import Testing

@testable import QACServer

extension TestConnection {
  /// The answer to `block` or `unblock`.
  func change(_ method: String, _ kind: String, _ text: String) async throws -> JSONValue {
    try await call(method, "{\"kind\":\"\(kind)\",\"text\":\"\(text)\"}")
  }

  /// The rules, each as "source kind: text".
  func rules() async throws -> [String] {
    let answer = try await call("blocks")
    guard let result = answer["result"] else { throw TestFailure(description: "\(answer)") }
    return try ListedRule.list(result).map {
      "\($0.source) \($0.kind): \(String(decoding: $0.text, as: UTF8.self))"
    }
  }
}

@Suite(.serialized) struct RuleTests {
  private func server(
    _ transport: Transport, list: String? = nil
  ) async throws -> TestServer {
    try await TestServer(transport) { configuration in
      guard let list else { return }
      configuration.blockListPath = configuration.indexPath + ".blocks"
      _ = FileManager.default.createFile(
        atPath: configuration.indexPath + ".blocks", contents: Data(list.utf8))
    }
  }

  private func write(_ list: String, _ server: TestServer) throws {
    try Data(list.utf8).write(to: URL(fileURLWithPath: server.configuration.indexPath + ".blocks"))
  }

  @Test(arguments: Transport.allCases)
  func rulesAreKeptUntilTheyAreTakenBack(transport: Transport) async throws {
    let server = try await server(transport)
    let client = try await server.connect()
    let blocked = try await client.change("block", "word", "Hat")
    #expect(
      blocked["result"] == .object([.init("new", .bool(true)), .init("labels", .integer(3))]))
    // The same rule in another form.
    let again = try await client.change("block", "word", "hat!")
    #expect(again["result"]?["new"] == .bool(false))
    _ = try await client.change("block", "pattern", "garden*")
    _ = try await client.change("block", "exact", "never recorded")
    let expected: Set = [
      "method word: Hat", "method pattern: garden*", "method exact: never recorded",
    ]
    #expect(Set(try await client.rules()) == expected)
    let status = try await client.call("status")["result"]?["blocks"]
    #expect(status?["method_rules"] == .integer(3) && status?["file_rules"] == .integer(0))
    #expect(status?["labels"] == .integer(6))

    try await server.restart()
    let next = try await server.connect()
    #expect(Set(try await next.rules()) == expected)
    let restarted = try await next.call("status")["result"]?["blocks"]
    #expect(restarted == status)

    let gone = try await next.change("unblock", "word", "HAT")
    #expect(
      gone["result"]
        == .object([
          .init("existed", .bool(true)), .init("in_file", .bool(false)),
          .init("labels", .integer(3)),
        ]))
    let nothing = try await next.change("unblock", "word", "hat")
    #expect(nothing["result"]?["existed"] == .bool(false))
    // The kind belongs to the rule.
    let other = try await next.change("unblock", "prefix", "garden*")
    #expect(other["result"]?["existed"] == .bool(false))
    #expect(try await next.rules().count == 2)
    try await server.restart()
    let last = try await server.connect()
    #expect(try await last.rules().count == 2)
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func theFileIsReadAtTheStartAndAtEachReload(transport: Transport) async throws {
    let server = try await server(transport, list: "# ours\nword: hat\nexact: wine\n")
    let client = try await server.connect()
    #expect(try await client.rules() == ["file word: hat", "file exact: wine"])
    try write("prefix: garden\n", server)
    #expect(try await client.rules().count == 2)
    #expect(try await client.call("reload")["result"] != nil)
    #expect(try await client.rules() == ["file prefix: garden"])
    let status = try await client.call("status")["result"]
    #expect(status?["blocks"]?["labels"] == .integer(3))
    #expect(
      status?["block_list_path"]?.utf8 == server.configuration.blockListPath.map { Array($0.utf8) })

    // A bad file changes neither the rules nor the index.
    let index = status?["index"]
    try TestIndex.write(to: server.configuration.indexPath, seed: 2)
    for bad in ["prefix: garden\nnonsense canary\n", "pattern: *\n", "exact: canary\u{0}\n"] {
      try write(bad, server)
      let answer = try await client.call("reload")
      #expect(answer.errorCode == .blockListUnavailable)
      #expect(answer.errorMessage.contains("line "))
      #expect(!answer.errorMessage.contains("canary"))
      #expect(try await client.rules() == ["file prefix: garden"])
      #expect(try await client.call("status")["result"]?["index"] == index)
    }
    try FileManager.default.removeItem(atPath: server.configuration.indexPath + ".blocks")
    #expect(try await client.call("reload").errorCode == .blockListUnavailable)
    try write("", server)
    #expect(try await client.call("reload")["result"]?["index"] != index)
    #expect(try await client.rules() == [])
    try await server.stop()
    #expect(!server.log.text.contains("canary") && !server.log.text.contains("garden"))
  }

  @Test func aBadFileStopsTheStart() throws {
    let directory = try TemporaryDirectory()
    let index = directory.file("i.qaci")
    let list = directory.file("list")
    try TestIndex.write(to: index)
    #expect(throws: ServerError.self) { try IndexHolder(path: index, blockListPath: list) }
    try Data("word: hat\nhat\n".utf8).write(to: URL(fileURLWithPath: list))
    let error = ServerError.blockList(.line(2, path: list, .noKind))
    #expect(throws: error) { try IndexHolder(path: index, blockListPath: list) }
    #expect(error.exitCode == 66 && error.description.contains("line 2"))
  }

  @Test(arguments: Transport.allCases)
  func whatTheFileHoldsIsRemovedThere(transport: Transport) async throws {
    let server = try await server(transport, list: "word: hat\n")
    let client = try await server.connect()
    let refused = try await client.change("unblock", "word", "HAT")
    #expect(refused.errorCode == .ruleInFile)
    #expect(refused.errorMessage.contains(server.configuration.blockListPath ?? "?"))
    // Both have the rule: the one added by the method goes, and the answer says that the file's
    // stays.
    let added = try await client.change("block", "word", "hat")
    #expect(added["result"]?["new"] == .bool(true))
    #expect(try await client.rules() == ["method word: hat", "file word: hat"])
    let removed = try await client.change("unblock", "word", "hat")
    #expect(removed["result"]?["existed"] == .bool(true))
    #expect(removed["result"]?["in_file"] == .bool(true))
    #expect(try await client.call("status")["result"]?["blocks"]?["labels"] == .integer(3))
    #expect(try await client.change("unblock", "word", "hat").errorCode == .ruleInFile)
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func rulesThatBlockNothingOrEverythingAreRefused(transport: Transport) async throws {
    let server = try await server(transport)
    let client = try await server.connect()
    for (kind, text) in [
      ("pattern", "*"), ("pattern", "canary\\\\x"), ("exact", "!!!"), ("prefix", " "),
      ("pattern", "canary" + String(repeating: "x", count: 300)),
    ] {
      let answer = try await client.change("block", kind, text)
      #expect(answer.errorCode == .invalidParams, "\(kind): \(text)")
      #expect(answer.errorMessage.contains(";") && !answer.errorMessage.contains("canary"))
    }
    #expect(try await client.rules() == [])
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func aRuleThatIsNotStoredIsNotInForce(transport: Transport) async throws {
    let server = try await TestServer(transport) { $0.databaseBusySeconds = 0 }
    let client = try await server.connect()
    _ = try await client.change("block", "word", "hat")
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(
      path: server.configuration.databasePath, configuration: configuration)
    try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    #expect(
      try await client.change("block", "word", "wine").errorCode == .databaseUnavailable)
    #expect(
      try await client.change("unblock", "word", "hat").errorCode == .databaseUnavailable)
    #expect(try await client.rules() == ["method word: hat"])
    #expect(try await client.call("status")["result"]?["blocks"]?["labels"] == .integer(3))
    try other.inDatabase { try $0.execute(sql: "COMMIT") }
    #expect(try await client.change("unblock", "word", "hat")["result"] != nil)
    try await server.stop()
  }

  /// Rules are kept as written: an index of another profile compares them in its own normal form.
  @Test func rulesOutliveTheProfile() async throws {
    let server = try await server(.socket)
    let client = try await server.connect()
    _ = try await client.change("block", "word", "RED")
    _ = try await client.change("block", "exact", "garden-hose")
    #expect(try await client.call("status")["result"]?["blocks"]?["labels"] == .integer(4))
    try TestIndex.write(to: server.configuration.indexPath, profile: .verbatim)
    #expect(try await client.call("reload", "{\"force\":true}")["result"] != nil)
    #expect(try await client.call("status")["result"]?["blocks"]?["labels"] == .integer(0))
    #expect(try await client.rules().count == 2)
    #expect(try await client.change("unblock", "word", "red")["result"]?["existed"] == .bool(false))
    #expect(try await client.change("unblock", "word", "RED")["result"]?["existed"] == .bool(true))
    try await server.stop()
  }

  /// When `block` is answered the labels are gone on every connection; after `unblock` they are
  /// back.
  @Test(arguments: Transport.allCases)
  func rulesAreInForceWithTheirAnswer(transport: Transport) async throws {
    let server = try await server(transport)
    let first = try await server.connect()
    // One connection on each event loop, and one more.
    let others = [try await server.connect(), try await server.connect()]
    try await first.record("red hat box", session: "s")
    let before = try await first.complete("red", session: "s")
    #expect(before.contains("red hat") && before.contains("red hat box"))
    for _ in 0..<5 {
      _ = try await first.change("block", "word", "hat")
      for client in [first] + others {
        let texts = try await client.complete("red", session: "s")
        #expect(texts == before.filter { !$0.contains("hat") } && !texts.isEmpty)
        #expect(try await client.complete("hat", session: "s").isEmpty)
      }
      _ = try await others[0].change("unblock", "word", "hat")
      for client in [first] + others {
        #expect(try await client.complete("red", session: "s") == before)
      }
    }
    _ = try await others[1].change("block", "exact", "Red Hat Box")
    // "red h" has composed suggestions too.
    let rest = before.filter { $0.hasPrefix("red h") && $0 != "red hat box" }
    #expect(Set(rest).isSubset(of: try await others[0].complete("red h", session: "s")))
    #expect(!(try await others[0].complete("red h", session: "s").contains("red hat box")))
    try await server.restart()
    let next = try await server.connect()
    #expect(Set(rest).isSubset(of: try await next.complete("red h", session: "s")))
    #expect(!(try await next.complete("red h", session: "s").contains("red hat box")))
    // Nothing was deleted.
    #expect(try await next.history("s").map(\.query) == [Array("red hat box".utf8)])
    try await server.stop()
  }
}
