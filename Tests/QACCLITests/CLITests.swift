// qac-cli as its users run it: exit codes, lines, JSON, and on a terminal.

import Foundation
import Glibc
import QACProtocol
import QACTestSupport
import Testing

@Suite struct CLITests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("s")
  }

  /// A daemon that knows some texts and forgets everything.
  private func daemon() throws -> FakeDaemon {
    let texts = ["garden hose", "garden \u{1B}[31mred\tx", "pond pump"]
    return try FakeDaemon(path: path) { request in
      switch request {
      case .complete(let parameters):
        let prefix = String(decoding: parameters.prefix, as: UTF8.self)
        var suggestions = texts.filter { $0.hasPrefix(prefix) }.map { text in
          JSONValue.object([
            .init("text", .text(text)), .init("score", .double(0.5)),
            .init("source", .text("index")),
          ])
        }
        if prefix == "gardn" {
          suggestions = ["corrected", "session"].map { source in
            .object([
              .init("text", .text("garden")), .init("score", .double(0.5)),
              .init("source", .text(source)), .init("corrected", .bool(true)),
            ])
          }
        }
        if prefix == "hose" {
          suggestions = [
            .object([
              .init("text", .text("garden hose")), .init("score", .double(0.5)),
              .init("source", .text("index")), .init("match", .text("words")),
            ])
          ]
        }
        var result: [JSONValue.Member] = [.init("suggestions", .array(suggestions))]
        if let count = parameters.items {
          let item = JSONValue.object([
            .init("id", .text("net")), .init("title", .text("Net of \(count)\u{1B}")),
            .init("score", .double(0.5)),
          ])
          result.append(.init("items", .array(suggestions.isEmpty ? [] : [item])))
        }
        return .result(
          .object(result + [.init("index", .text("i")), .init("took_us", .integer(1))]))
      case .history:
        return .result(
          .object([
            .init(
              "queries",
              .array([.object([.init("query", .text("old\none")), .init("at", .integer(0))])]))
          ]))
      case .forget: return .result(.object([.init("forgotten", .integer(1))]))
      case .search:
        let old = JSONValue.object([
          .init("query", .text("old\none")), .init("at", .integer(0)), .init("uses", .integer(3)),
          .init("place", .text("/p")), .init("outcome", .text("failed")),
        ])
        let new = JSONValue.object([
          .init("query", .text("new")), .init("at", .integer(1)), .init("uses", .integer(1)),
        ])
        return .result(
          .object([.init("hits", .array([old, new])), .init("next", .text("n"))]))
      case .importEvents, .exportEvents: return .error(-32601, "no; mend it")
      case .block(let rule):
        return .result(
          .object([.init("new", .bool(rule.kind == .word)), .init("labels", .integer(1))]))
      case .unblock(let rule):
        return .result(
          .object([
            .init("existed", .bool(rule.kind != .exact)),
            .init("in_file", .bool(rule.kind == .prefix)), .init("labels", .integer(2)),
          ]))
      case .blocks:
        return .result(
          .object([
            .init(
              "rules",
              .array([
                .object([
                  .init("kind", .text("word")), .init("text", .text("a\u{1B}b")),
                  .init("source", .text("file")),
                ])
              ]))
          ]))
      case .pin(let pin):
        return .result(
          .object([.init("new", .bool(pin.prefix.isEmpty)), .init("labels", .integer(0))]))
      case .boost:
        return .result(.object([.init("new", .bool(true)), .init("labels", .integer(1))]))
      case .unpin, .unboost:
        return .result(.object([.init("existed", .bool(true)), .init("labels", .integer(2))]))
      case .pins:
        return .result(
          .object([
            .init(
              "rules",
              .array([
                .object([.init("prefix", .text("a\t")), .init("text", .text("a\u{1B}b"))]),
                .object([
                  .init("prefix", .text("")), .init("text", .text("c")),
                  .init("until", .integer(7)),
                ]),
              ]))
          ]))
      case .boosts:
        return .result(
          .object([
            .init(
              "rules",
              .array([
                .object([
                  .init("kind", .text("word")), .init("text", .text("a\u{1B}b")),
                  .init("factor", .double(2.5)),
                ])
              ]))
          ]))
      case .retrieve(let parameters):
        var item: [JSONValue.Member] = [
          .init("id", .text("sku 1")), .init("title", .text("Hose\u{1B}")),
          .init("score", .double(0.5)),
          .init("payload", .object([.init("a", .text("\u{7}"))])),
        ]
        if parameters.explain {
          item += [
            .init("arm", .text("lexical")),
            .init(
              "features",
              .array([
                .object([
                  .init("name", .text("bm25")), .init("value", .double(2)),
                  .init("weight", .double(0.25)),
                ])
              ])),
          ]
        }
        return .result(
          .object([
            .init("items", .array([.object(item)])), .init("index", .text("i")),
            .init("took_us", .integer(1)),
          ]))
      case .itemsAdd(let items):
        return .result(
          .object([
            .init("added", .integer(Int64(items.count))), .init("replaced", .integer(0)),
            .init("indexed", .integer(items.contains { $0.id == ItemID("known") } ? 1 : 0)),
          ]))
      case .itemsRemove(let ids):
        let known = ids.count { $0 != ItemID("unknown") }
        return .result(.object([.init("removed", .integer(Int64(known)))]))
      case .items:
        return .result(
          .object([
            .init(
              "items",
              .array([
                .object([
                  .init("id", .text("a")), .init("title", .text("A\u{1B}")),
                  .init("state", .text("added")),
                ])
              ]))
          ]))
      case .reload: return .result(.object([.init("index", .text("i"))]))
      case .metrics: return .result(.object([.init("text", .text("# a\nb 1\n"))]))
      case .status, .ping:
        return .result(
          .object([
            .init("protocol", .integer(1)), .init("inner", .object([.init("a", .bool(true))])),
          ]))
      case .record, .outcome: return .result(.object([]))
      }
    }
  }

  private func run(_ arguments: String..., input: String = "") throws -> ProgramRun {
    try ProgramRun(arguments + ["--socket", path], input: input)
  }

  @Test func commandsPrintLinesOrJSON() throws {
    let daemon = try daemon()
    let complete = try run("complete", "garden", "--session", "s")
    #expect(complete.output == "garden hose\t0.5\tindex\ngarden ␛[31mred␉x\t0.5\tindex\n")
    #expect(complete.status == 0 && complete.errors.isEmpty)
    #expect(
      try run("complete", "gardn").output
        == "garden\t0.5\tcorrected\ngarden\t0.5\tsession\tcorrected\n")
    #expect(try run("complete", "hose").output == "garden hose\t0.5\tindex\twords\n")
    #expect(
      try run("complete", "pond", "--items", "2").output
        == "pond pump\t0.5\tindex\n\nnet\tNet of 2␛\t0.5\n")
    let json = try run("complete", "pond", "--json", "--previous", "a", "--previous", "b")
    #expect(
      json.output
        == #"{"suggestions":[{"text":"pond pump","score":0.5,"source":"index"}],"index":"i","took_us":1}"#
        + "\n")
    #expect(try run("record", "two", "words").output == "")
    #expect(try run("record", "x", "--json", "--at", "5").output == "{}\n")
    #expect(try run("history").output == "1970-01-01T00:00:00Z\told␊one\n")
    #expect(
      try run("search", "old", "one", "--place", "/p").output
        == "1970-01-01T00:00:00Z\t3\tfailed\t/p\told␊one\n1970-01-01T00:00:01Z\t1\t-\t-\tnew\n")
    #expect(try run("search", "--json", "--limit", "2").output.hasSuffix("],\"next\":\"n\"}\n"))
    #expect(try run("search", "--place", "").status == 64)
    #expect(try run("forget", "x").output == "1 forgotten\n")
    #expect(try run("forget", "--all", "--json").output == "{\"forgotten\":1}\n")
    #expect(try run("status").output == "protocol: 1\ninner.a: true\n")
    #expect(try run("reload").output == "serving i\n")
    #expect(try run("metrics").output == "# a\nb 1\n")
    let sent = daemon.received
    #expect(sent.count == 15)
    #expect(
      sent[4]
        == .complete(
          .init(
            context: .previous([Array("a".utf8), Array("b".utf8)]), prefix: Array("pond".utf8))))
    guard case .record(let record) = sent[5] else {
      Issue.record("no record")
      return
    }
    #expect(record.query == Array("two words".utf8))
  }

  @Test func theSocketMayStandBeforeTheCommandOrAfterIt() throws {
    let daemon = try daemon()
    let places = [
      ["--socket", path, "complete", "pond"], ["complete", "--socket", path, "pond"],
      ["complete", "pond", "--socket", path],
      ["--timeout", "9", "complete", "pond", "--socket", path],
    ]
    for arguments in places {
      let result = try ProgramRun(arguments)
      #expect(result.output == "pond pump\t0.5\tindex\n", "\(arguments): \(result.errors)")
    }
    #expect(daemon.received.count == places.count)
    #expect(try ProgramRun(["--socket", path, "status"]).output == "protocol: 1\ninner.a: true\n")
    #expect(try ProgramRun(["--timeout", "0", "status", "--socket", path]).status == 64)
  }

  @Test func forgettingSaysWhoseAndWhen() throws {
    let daemon = try daemon()
    _ = try run("forget", "--everyone", "--all")
    _ = try run("forget", "--everyone", "--until", "7", "two", "words")
    _ = try run("forget", "--session", "s", "--since", "1h")
    let sent = daemon.received
    #expect(
      sent.prefix(2) == [
        .forget(.everyone()),
        .forget(.everyone(query: Array("two words".utf8), until: 7)),
      ])
    guard case .forget(let last) = sent.last, let since = last.since else {
      Issue.record("\(sent)")
      return
    }
    // An hour ago, as of a moment within this test.
    #expect(abs(Int64(time(nil)) - 3600 - since) < 600 && last.session == SessionName("s"))
  }

  @Test func rulesAreNamedByKindAndText() throws {
    let daemon = try daemon()
    #expect(try run("block", "word", "two", "words").output == "blocked, hits 1 label\n")
    #expect(try run("block", "pattern:", "*a*").output == "already blocked, hits 1 label\n")
    #expect(try run("block", "word", "a", "--json").output == "{\"new\":true,\"labels\":1}\n")
    #expect(try run("unblock", "word", "a").output == "unblocked, hit 2 labels\n")
    #expect(
      try run("unblock", "prefix", "a").output
        == "unblocked, hit 2 labels; but the block list file still holds it\n")
    #expect(try run("unblock", "exact", "a").output == "there is no such rule\n")
    #expect(try run("blocks").output == "word: a␛b\tfile\n")
    #expect(try run("blocks", "--json").output.hasPrefix("{\"rules\":["))
    #expect(daemon.received.first == .block(.init(kind: .word, text: Array("two words".utf8))))
    for usage in [["block"], ["block", "word"], ["block", "regex", "a"], ["unblock", "word"]] {
      #expect(try ProgramRun(usage + ["--socket", path]).status == 64, "\(usage)")
    }
  }

  @Test func itemsAreRetrievedAddedAndTakenOut() throws {
    let daemon = try daemon()
    let line = "sku 1\tHose␛\t0.5\t{\"a\":\"\\u0007\"}\n"
    #expect(try run("retrieve", "a", "hose", "--limit", "3").output == line)
    #expect(
      try run("retrieve", "a", "--explain", "--previous", "b").output
        == line + "    found by lexical\n    bm25 2.0 × 0.25\n")
    #expect(try run("retrieve", "a", "--json").output.hasPrefix("{\"items\":[{\"id\":\"sku 1\""))
    _ = try run("record", "--session", "s", "--item", "sku 1", "--kind", "cart", "a", "hose")
    let session = try #require(SessionName("s"))
    let sent = daemon.received
    #expect(
      sent[1]
        == .retrieve(
          .init(context: .previous([Array("b".utf8)]), query: Array("a".utf8), explain: true)))
    #expect(
      sent.last
        == .record(
          .init(
            session: session, query: Array("a hose".utf8), item: ItemID("sku 1"), kind: .cart)))
    let file = directory.file("items.tsv")
    // One row of bad weight, one whose payload is too deep, and the good ones.
    let deep = String(repeating: "[", count: 28) + String(repeating: "]", count: 28)
    let rows = [
      "i1\tHose\tfor water\t2\t{\"a\": 1}", "known\tChair", "bad\tx\t\tmany", "i4\tx\t\t1\t\(deep)",
    ]
    try rows.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    let added = try run("items", "add", file)
    let known = "; the index has 1 of them, which are served as it has them\n"
    #expect(added.output == "2 added, 0 replaced" + known, "\(added.errors)")
    #expect(added.status == 0 && added.errors.contains("left out"))
    guard case .itemsAdd(let items) = daemon.received.last else {
      Issue.record("\(daemon.received)")
      return
    }
    let hose = Request.Item(
      id: try #require(ItemID("i1")), title: Array("Hose".utf8), text: Array("for water".utf8),
      weight: 2, payload: Array("{\"a\": 1}".utf8))
    #expect(items.first == hose && items.count == 2)
    // A text that no request can hold.
    let long = directory.file("items.jsonl")
    let text = String(repeating: "\\u0001", count: 12_000)
    try "{\"id\":\"i5\",\"title\":\"x\",\"text\":\"\(text)\"}\n{\"id\":\"i6\",\"title\":\"y\"}\n"
      .write(
        toFile: long, atomically: true, encoding: .utf8)
    let cut = try run("items", "add", long, "--json")
    #expect(cut.output == "{\"added\":1,\"replaced\":0,\"indexed\":0,\"skipped\":1}\n")
    #expect(cut.errors.contains("1 item is left out") && cut.errors.contains("; shorten"))
    #expect(try run("items", "add", directory.file("none.tsv")).status == 1)
    #expect(try run("items", "remove", "a", "unknown").output == "1 of 2 taken out\n")
    #expect(try run("items", "remove", "unknown").output == "there are no such items\n")
    #expect(try run("items", "list").output == "a\tA␛\tadded\n")
    #expect(try run("items", "list", "--limit", "5", "--json").output.hasPrefix("{\"items\":["))
    #expect(daemon.received.last == .items(limit: 5))
    #expect(try run("block", "item", "i1").output == "already blocked, hits 1 label\n")
    for usage in [
      ["retrieve"], ["items", "remove"], ["items", "remove", "a", "a"], ["items", "add"],
      ["items", "list", "--limit", "0"], ["record", "--kind", "cart", "q"],
      ["record", "--item", "a", "--kind", "view", "q"], ["record", "--item", "", "q"],
      ["complete", "--items", "0", "q"],
    ] {
      #expect(try ProgramRun(usage + ["--socket", path]).status == 64, "\(usage)")
    }
  }

  /// A catalogue of several requests: each is within the limits, and together they have every item.
  @Test func aLargeCatalogueIsSentInPieces() throws {
    let daemon = try daemon()
    let file = directory.file("items.tsv")
    let long = String(repeating: "w ", count: 8000)
    let rows = (0..<2500).map { "id\($0)\tTitle \($0)\t\($0 % 100 == 0 ? long : "")" }
    try rows.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try run("items", "add", file).output == "2500 added, 0 replaced\n")
    var ids: Set<ItemID> = []
    for request in daemon.received {
      guard case .itemsAdd(let items) = request else { continue }
      #expect(items.count <= ProtocolLimits.maximumItems)
      for item in items { #expect(ids.insert(item.id).inserted) }
    }
    #expect(ids.count == 2500 && daemon.received.count < 60)
  }

  @Test func pinsHaveAPrefixAndATextAndBoostsAFactor() throws {
    let daemon = try daemon()
    #expect(
      try run("pin", "", "two", "words").output == "pinned, a text that is no label\n")
    #expect(
      try run("pin", "t", "two", "--until", "2h").output
        == "already pinned, a text that is no label\n")
    #expect(try run("unpin", "t", "two").output == "unpinned\n")
    #expect(try run("pins").output == "a␉\ta␛b\t\n\tc\t7\n")
    #expect(try run("boost", "word", "a", "--factor", "2.5").output == "boosted, hits 1 label\n")
    #expect(try run("unboost", "word", "a").output == "no longer boosted, hit 2 labels\n")
    #expect(try run("boosts").output == "word: a␛b\t2.5\n")
    for method in ["pins", "boosts"] {
      #expect(try run(method, "--json").output.hasPrefix("{\"rules\":["))
    }
    let sent = daemon.received
    #expect(sent.first == .pin(.init(prefix: [], text: Array("two words".utf8))))
    guard case .pin(let pin) = sent[1], let until = pin.until else {
      Issue.record("\(sent)")
      return
    }
    // Two hours from a moment within this test.
    #expect(abs(Int64(time(nil)) + 7200 - until) < 600)
    let boost = Request.Boost(rule: .init(kind: .word, text: Array("a".utf8)), factor: 2.5)
    #expect(sent.contains(.boost(boost)))
    for usage in [
      ["pin", "a"], ["pin", "a", "b", "--until", "soon"], ["unpin", "a"], ["boost", "word", "a"],
      ["boost", "word", "a", "--factor", "0"], ["unboost", "word"],
    ] {
      #expect(try ProgramRun(usage + ["--socket", path]).status == 64, "\(usage)")
    }
  }

  @Test func withoutATerminalEveryLineIsAPrefix() throws {
    let daemon = try daemon()
    let lines = try run("--session", "s", input: "garden h\r\nnothing\npond")
    #expect(lines.output == "garden hose\t0.5\n\n\npond pump\t0.5\n\n")
    #expect(lines.status == 0)
    let json = try run("--json", input: "nothing\n")
    #expect(json.output == "{\"suggestions\":[],\"index\":\"i\",\"took_us\":1}\n")
    #expect(daemon.connections == 2)
  }

  @Test func exitCodesAreThoseOfTheHelp() throws {
    let nobody = try run("status")
    #expect(nobody.status == 69)
    #expect(
      nobody.errors == "qac-cli: no daemon answers at \(path); start one with: qacd --index FILE\n")
    #expect(nobody.output.isEmpty)
    for usage in [
      ["complete", "x", "--limit", "0"], ["forget"], ["forget", "--all", "x"],
      ["forget", "--everyone"], ["forget", "--everyone", "--all", "--session", "s"],
      ["forget", "--since", "noon"], ["--session", ""], ["nonsense"],
    ] {
      #expect(try ProgramRun(usage + ["--socket", path]).status == 64, "\(usage)")
    }
    let silent = try FakeDaemon(path: path) { _ in .silence }
    #expect(try run("status", "--timeout", "0.05").status == 75)
    #expect(silent.received.count == 1)
    let refusing = try FakeDaemon(path: path) { _ in .error(-32050, "no; mend it") }
    let refused = try run("status")
    #expect(refused.status == 1)
    #expect(refused.errors == "qac-cli: no; mend it (code -32050)\n")
    #expect(refusing.received.count == 1)
  }

  @Test func aPersonTypesTakesAndSubmits() throws {
    let daemon = try daemon()
    let terminal = try TerminalRun(["--socket", path, "--session", "ada"])
    #expect(terminal.sees("session ada · context none"))
    terminal.type("gar")
    // Typed text is plain, completed text bold, the ghost dim.
    #expect(terminal.sees("gar\u{1B}[2mden hose\u{1B}[0m"))
    #expect(terminal.sees("gar\u{1B}[1mden hose\u{1B}[0m"))
    #expect(terminal.sees("␛[31mred␉x"))
    // Below the completions, the items of the best one.
    #expect(terminal.sees("items") && terminal.sees("Net of 5␛"))
    terminal.type("\t\r")
    #expect(terminal.sees("context “garden hose”"))
    // An arrow key arrives in two parts; then Enter submits the choice.
    terminal.type("pond")
    #expect(terminal.sees("pond\u{1B}[1m pump"))
    terminal.type("\u{1B}")
    terminal.type("[B\r")
    #expect(terminal.sees("context “pond pump”"))
    terminal.type("\u{04}")
    let end = terminal.end()
    #expect(end.reason == .exit && end.status == 0)
    #expect(!terminal.screen.contains("\u{1B}[31m"))
    let records = daemon.received.compactMap { request -> [String]? in
      guard case .record(let record) = request else { return nil }
      let known = record.circumstances
      let words = [record.query, known.typed ?? [], known.choice?.source ?? []]
      return words.map { String(decoding: $0, as: UTF8.self) } + ["\(known.choice?.taken ?? -1)"]
    }
    #expect(
      records == [["garden hose", "gar", "index", "1"], ["pond pump", "pond", "index", "1"]])
  }

  @Test func aPersonSearchesForgetsAndGoesToAnotherSession() throws {
    let daemon = try daemon()
    let terminal = try TerminalRun(["--socket", path, "--session", "ada"])
    #expect(terminal.sees("session ada · context none") && terminal.sees("? all keys"))
    terminal.type("\u{1B}[A")
    // What is chosen is reversed, and stands in the line.
    #expect(terminal.sees("\u{1B}[7m"))
    terminal.type("\u{04}")
    #expect(terminal.sees("in this session?"))
    terminal.type("y")
    #expect(terminal.sees("forgotten"))
    terminal.type("\u{07}\u{13}")
    #expect(terminal.sees("session › "))
    terminal.type("bob\r")
    #expect(terminal.sees("session bob · context none"))
    terminal.type("pond\r")
    #expect(terminal.sees("context “pond”"))
    terminal.type("\u{04}")
    #expect(terminal.end().status == 0)
    let told = daemon.received.compactMap { request -> String? in
      switch request {
      case .forget(let forget): return "forget of \(forget.session?.string ?? "everyone")"
      case .record(let record): return "record of \(record.session.string)"
      default: return nil
      }
    }
    #expect(told == ["forget of ada", "record of bob"])
  }

  @Test func theTerminalIsAsBeforeOnEveryWayOut() throws {
    let daemon = try daemon()
    let ways: [(String, (TerminalRun) -> Void, Int32)] = [
      ("Ctrl-D", { $0.type("\u{04}") }, 0), ("Ctrl-C", { $0.type("\u{03}") }, 0),
      ("SIGTERM", { kill($0.process.processIdentifier, SIGTERM) }, SIGTERM),
      ("SIGHUP", { kill($0.process.processIdentifier, SIGHUP) }, SIGHUP),
      ("SIGINT", { kill($0.process.processIdentifier, SIGINT) }, SIGINT),
    ]
    for (name, leave, status) in ways {
      let terminal = try TerminalRun(["--socket", path, "--session", "ada"])
      #expect(terminal.sees("session ada"), "\(name)")
      let raw = terminal.settings
      leave(terminal)
      let end = terminal.end()
      #expect(end.status == status, "\(name)")
      #expect((end.reason == .uncaughtSignal) == (status != 0), "\(name)")
      let fresh = try TerminalRun(["status", "--socket", path])
      _ = fresh.end()
      #expect(terminal.settings == fresh.settings && raw != fresh.settings, "\(name)")
      // Pastes are no longer bracketed and the cursor is shown.
      #expect(terminal.screen.contains("\u{1B}[?2004l\u{1B}[?25h"), "\(name)")
    }
    #expect(daemon.connections > 0)
  }

  @Test func aDaemonThatDiesIsToldAndAwaited() throws {
    var daemon: FakeDaemon? = try FakeDaemon(path: path) { request in
      switch request {
      case .history: return .result(.object([.init("queries", .array([]))]))
      case .complete(let parameters) where parameters.prefix.isEmpty:
        return .result(
          .object([
            .init("suggestions", .array([])), .init("index", .text("i")),
            .init("took_us", .integer(1)),
          ]))
      default: return .hangUp
      }
    }
    let terminal = try TerminalRun(["--socket", path, "--session", "ada"])
    #expect(terminal.sees("session ada"))
    #expect(daemon != nil)
    daemon = nil
    terminal.type("pon")
    #expect(terminal.sees("trying again: no daemon answers at \(path)"))
    terminal.type("d\r")
    #expect(terminal.sees("pond"))
    daemon = try self.daemon()
    #expect(terminal.sees("context “pond”"))
    terminal.type("\u{04}")
    #expect(terminal.end().status == 0)
    let isRecorded = daemon?.received.contains { request in
      guard case .record(let record) = request else { return false }
      return record.query == Array("pond".utf8)
    }
    #expect(isRecorded == true)
  }

  @Test func withoutADaemonNothingIsDrawn() throws {
    let terminal = try TerminalRun(["--socket", path])
    #expect(terminal.end().status == 69)
    #expect(terminal.screen.contains("start one with: qacd --index FILE"))
    #expect(!terminal.screen.contains("\u{1B}"))
  }
}
