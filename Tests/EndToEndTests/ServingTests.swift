// The built daemon in use: sessions, crashes, stops and reloads.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(10))) struct ServingTests {
  @Test func whatASessionSubmittedChangesItsCompletions() throws {
    let files = try DaemonFiles()
    // Sessions learn nothing of each other: what changes is the session's own doing.
    let daemon = try files.start(["--live-events", "0"])
    let client = files.client()
    let before = try client.texts("wa", session: "ada")
    #expect(before.count == 10)
    // What stood last is submitted, then something else: now it stands higher.
    let chosen = try #require(before.last)
    try client.record(chosen, session: "ada")
    try client.record("garden hose", session: "ada")
    let after = try client.texts("wa", session: "ada")
    #expect(after != before)
    #expect(try #require(after.firstIndex(of: chosen)) < 9, "\(after)")
    // Another session, and no session, see what was there before.
    #expect(try client.texts("wa", session: "ben") == before)
    #expect(try client.texts("wa") == before)
    // A query that no index has is offered to its own session only.
    try client.record("wavy purple zeppelin", session: "ada")
    try client.record("garden hose", session: "ada")
    #expect(try client.texts("wavy", session: "ada").contains("wavy purple zeppelin"))
    #expect(try !client.texts("wavy", session: "ben").contains("wavy purple zeppelin"))
    #expect(
      try client.queries("ada") == [
        "garden hose", "wavy purple zeppelin", "garden hose", chosen,
      ])
    #expect(try client.queries("ben").isEmpty)
    // Forgotten, it is gone from answers and from the files.
    let ada = try #require(SessionName("ada"))
    #expect(
      try client.forget(.init(session: ada, query: Array("Wavy purple ZEPPELIN".utf8))) == 1)
    #expect(try !client.texts("wavy", session: "ada").contains("wavy purple zeppelin"))
    for suffix in ["", "-wal"] {
      let content = FileManager.default.contents(atPath: files.database + suffix) ?? Data()
      #expect(content.range(of: Data("zeppelin".utf8)) == nil, "found in \(suffix)")
    }
    daemon.stop()
  }

  @Test func sessionsLearnOfEachOther() throws {
    let files = try DaemonFiles()
    var daemon = try files.start(["--live-sessions", "2"])
    let client = files.client()
    try client.record("wavy purple zeppelin", session: "ada")
    #expect(try !client.texts("wavy", session: "cid").contains("wavy purple zeppelin"))
    try client.record("Wavy purple zeppelin", session: "ben")
    #expect(try client.texts("wavy", session: "cid").contains("wavy purple zeppelin"))
    // Acknowledged, it survives whatever happens to the daemon.
    daemon.crash()
    daemon = try files.start(["--live-sessions", "2"])
    #expect(try client.texts("wavy", session: "cid").contains("wavy purple zeppelin"))
    #expect(try client.status()["live"]?["events"]?.wholeNumber == 2)
    let ada = try #require(SessionName("ada"))
    #expect(try client.forget(.init(session: ada)) == 1)
    #expect(try !client.texts("wavy", session: "cid").contains("wavy purple zeppelin"))
    daemon.stop()
  }

  @Test func sessionsOfManyClientsStayApart() throws {
    let files = try DaemonFiles()
    let daemon = try files.start()
    let clients = (0..<4).map { _ in files.client() }
    for i in 0..<20 {
      for (c, client) in clients.enumerated() {
        try client.record("unique\(c) number \(i)", session: "session \(c)")
      }
    }
    for (c, client) in clients.enumerated() {
      let texts = try client.texts("unique", session: "session \(c)")
      #expect(!texts.isEmpty)
      #expect(texts.allSatisfy { $0.hasPrefix("unique\(c) ") }, "\(texts)")
      #expect(
        try client.queries("session \(c)") == (0..<20).reversed().map { "unique\(c) number \($0)" })
    }
    daemon.stop()
  }

  @Test(arguments: [SIGTERM, SIGINT]) func aStopDeliversAnswersAndExitsCleanly(
    signal: Int32
  ) throws {
    let files = try DaemonFiles()
    let daemon = try files.start()
    let client = files.client()
    let session = try #require(SessionName("s"))
    for i in 0..<500 {
      _ = try client.send(.record(.init(session: session, query: Array("query \(i)".utf8))))
    }
    try client.flush()
    // The first answer says that the daemon has the connection in hand.
    _ = try client.receive()
    daemon.signal(signal)
    var acknowledged = 1
    while let response = try? client.receive() {
      if case .success = response.outcome { acknowledged += 1 }
    }
    daemon.stop(by: signal)
    let log = Programs.text(files.log)
    #expect(log.contains("stopping") && log.contains("stopped"), "\(log)")
    let again = try files.start()
    let status = try files.client().status()
    #expect(try #require(status["events"]?.wholeNumber) >= acknowledged)
    again.stop()
  }

  @Test func hangUpLoadsTheIndexAnew() throws {
    let files = try DaemonFiles()
    let daemon = try files.start()
    let client = files.client()
    let old = try client.status()["index"]
    // Another index: of a log of one session, later than that of the index served.
    let log = files.directory.file("log.tsv")
    let now = Int64(Date().timeIntervalSince1970)
    try Data("s\t\(now - 1)\tapple pie\ns\t\(now)\tapple tart\n".utf8).write(
      to: URL(fileURLWithPath: log))
    let built = try Programs.run(
      "qac-index", ["build", "--log", log, "--format", "events", "--out", files.index])
    #expect(built.code == 0, "\(built.errors)")
    daemon.signal(SIGHUP)
    try daemon.waitFor("READY=1")
    #expect(try client.status()["index"] != old)
    #expect(try client.texts("app") == ["apple pie", "apple tart"])
    // A bad file changes nothing, by signal or by request.
    // Renamed into place: an index that is served must never be written to.
    try Data("bad".utf8).write(to: URL(fileURLWithPath: files.index), options: .atomic)
    daemon.signal(SIGHUP)
    try daemon.waitFor("READY=1")
    #expect(try client.texts("app") == ["apple pie", "apple tart"])
    #expect(Programs.text(files.log).contains("the old index and rules serve on"))
    let reload = try Programs.run("qac-cli", ["reload", "--socket", files.socket])
    #expect(reload.code != 0 && reload.errors.contains(files.index), "\(reload.errors)")
    daemon.stop()
  }

  @Test func blockedTextsStayAway() throws {
    let files = try DaemonFiles()
    let list = files.directory.file("blocks")
    try Data("# none of these\nword: wallet\n".utf8).write(to: URL(fileURLWithPath: list))
    let free = try files.start()
    let before = try files.client().texts("wa")
    #expect(before.contains { $0.hasPrefix("wallet") } && before.contains { $0.hasPrefix("wat") })
    free.stop()

    let daemon = try files.start(["--block-list", list])
    let client = files.client()
    #expect(try client.texts("wal").allSatisfy { !$0.split(separator: " ").contains("wallet") })
    func cli(_ arguments: String...) throws -> Outcome {
      try Programs.run("qac-cli", arguments + ["--socket", files.socket])
    }
    #expect(try cli("block", "prefix", "wat").output.hasPrefix("blocked, hits "))
    #expect(try client.texts("wat") == [])
    #expect(try cli("blocks").output == "prefix: wat\tmethod\nword: wallet\tfile\n")
    let held = try cli("unblock", "word", "wallet")
    #expect(held.code == 1 && held.errors.contains(list), "\(held.errors)")
    try Data("".utf8).write(to: URL(fileURLWithPath: list))
    daemon.signal(SIGHUP)
    try daemon.waitFor("READY=1")
    #expect(try client.texts("wal").contains { $0.hasPrefix("wallet") })
    daemon.stop()

    let again = try files.start(["--block-list", list])
    #expect(try client.texts("wat") == [])
    #expect(try cli("unblock", "prefix", "wat").output.hasPrefix("unblocked, hit "))
    #expect(try client.texts("wa") == before)
    again.stop()
    #expect(!Programs.text(files.log).contains("wallet"))
  }

  @Test func aReplayKeepsTheLogsOwnTime() throws {
    let files = try DaemonFiles()
    let daemon = try files.start(["--clock", "client"])
    let connection = try RawConnection(files.socket)
    func at(_ time: Int) throws -> [JSONValue] {
      let answer = try connection.ask(
        """
        {"jsonrpc":"2.0","id":1,"method":"complete",\
        "params":{"session":"s","prefix":"wa","at":\(time)}}
        """)
      return answer["result"]?["suggestions"]?.elements ?? []
    }
    let before = try at(1000)
    let recorded = try connection.ask(
      """
      {"jsonrpc":"2.0","id":1,"method":"record",\
      "params":{"session":"s","query":"garden hose","at":1000}}
      """)
    #expect(recorded["result"] != nil)
    #expect(try at(1001) != before)
    // After 30 minutes it is no longer the previous query.
    #expect(try at(1000 + 1801) != at(1001))
    daemon.stop()
  }
}
