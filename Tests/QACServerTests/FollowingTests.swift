// Two daemons that follow one log: each answers as the other does, whatever happens to them.

import Foundation
import QACBinary
import QACProtocol
import QACSessions
import QACTestSupport
import Testing

@testable import QACServer

@Suite(.serialized) struct FollowingTests {
  /// Replicas on one log.
  final class Cluster {
    let log = MemoryEventLog()
    /// How each replica reaches the log.
    private(set) var links: [LogLink] = []
    private(set) var servers: [TestServer] = []
    private(set) var clients: [any TestConnection] = []

    init(
      _ count: Int = 2, leaseSeconds: Double = 1, waitSeconds: Double = 5,
      acknowledgement: LogAcknowledgement = .log
    ) async throws {
      for number in 0..<count {
        let link = LogLink(log)
        links.append(link)
        servers.append(
          try await TestServer(.socket) { configuration in
            configuration.liveSessions = 2
            configuration.following = LogFollowing(
              log: link, replica: "r\(number)", leaseSeconds: leaseSeconds,
              waitSeconds: waitSeconds, acknowledgement: acknowledgement, returnSeconds: 0)
          })
        clients.append(try await servers[number].connect())
        try await current(number)
      }
    }

    /// Waits until a replica has caught up and has a lease.
    func current(_ number: Int) async throws {
      try await until("replica \(number) is current") {
        self.servers[number].core.store.isCurrent
      }
    }

    /// Waits until every replica has carried out all that is in the log.
    func settle() async throws {
      let head = try log.head().number
      for (number, server) in servers.enumerated() {
        try await until("replica \(number) has applied \(head)") {
          (server.core.store.logStatus?.applied ?? 0) >= head
        }
      }
    }

    func until(_ what: String, _ condition: () -> Bool) async throws {
      for _ in 0..<10_000 {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(1))
      }
      throw TestFailure(description: "not within ten seconds: \(what)")
    }

    /// Waits until nothing is queued anywhere.
    func passOn() async throws {
      for (number, server) in servers.enumerated() {
        try await until("replica \(number) has passed on what it queued") {
          server.core.store.logStatus?.queued == 0
        }
      }
      try await settle()
    }

    /// The files of a replica that hold `text`.
    func files(of number: Int, holding text: String) throws -> [String] {
      let directory = URL(fileURLWithPath: servers[number].configuration.databasePath)
        .deletingLastPathComponent().path
      return try FileManager.default.contentsOfDirectory(atPath: directory).filter { file in
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(file)"))
        return bytes.range(of: Data(text.utf8)) != nil
      }
    }

    func restart(_ number: Int) async throws {
      try await servers[number].restart()
      clients[number] = try await servers[number].connect()
    }

    func crash(_ number: Int) async throws {
      try await servers[number].crash()
      clients[number] = try await servers[number].connect()
    }

    func stop() async throws {
      for server in servers { try await server.stop() }
    }
  }

  @Test func aRecordOfOneReplicaCountsAtTheOther() async throws {
    let cluster = try await Cluster()
    try await cluster.clients[0].record("blue heron", session: "ada")
    try await cluster.clients[1].record("blue heron", session: "bob")
    try await cluster.settle()
    for client in cluster.clients {
      #expect(try await client.queries(of: "ada") == ["blue heron"])
      #expect(try await client.suggests("blue heron", to: "ada"))
      // Two people submitted it, each at another replica.
      #expect(try await client.suggests("blue heron", to: "cleo"))
    }
    try await cluster.stop()
  }

  @Test func whatIsForgottenIsGoneEverywhereWhenThatIsAnswered() async throws {
    let cluster = try await Cluster(3)
    for session in ["ada", "bob"] {
      try await cluster.clients[0].record("blue heron", session: session)
      try await cluster.clients[0].record("grey kite", session: session)
    }
    try await cluster.settle()
    let answer = try await cluster.clients[1].call(
      "forget", #"{"everyone":true,"query":"Blue heron"}"#)
    #expect(answer["result"]?["forgotten"]?.wholeNumber == 2)
    for (number, client) in cluster.clients.enumerated() {
      #expect(try await client.queries(of: "ada") == ["grey kite"])
      #expect(try await client.suggests("blue heron", to: "ada") == false)
      #expect(try await client.suggests("blue heron", to: "cleo") == false)
      #expect(try cluster.files(of: number, holding: "blue heron") == [])
    }
    for entry in cluster.log.entries {
      #expect(Data(entry.body).range(of: Data("lue heron".utf8)) == nil)
    }
    try await cluster.stop()
  }

  @Test func aReplicaThatWasDownForgetsBeforeItServes() async throws {
    let cluster = try await Cluster()
    try await cluster.clients[0].record("blue heron", session: "ada")
    try await cluster.settle()
    try await cluster.servers[1].stop()
    _ = try await cluster.clients[0].call("forget", #"{"session":"ada"}"#)
    // Nothing is left of the session, not even its name.
    #expect(cluster.log.entries.allSatisfy { $0.session == nil })
    cluster.log.isAway = true
    try await cluster.restart(1)
    // It does not know yet, so it says nothing.
    #expect(try await cluster.clients[1].suggests("blue heron", to: "ada") == false)
    let refused = try await cluster.clients[1].call("history", #"{"session":"ada"}"#)
    #expect(refused.errorCode == .databaseUnavailable)
    cluster.log.isAway = false
    try await cluster.current(1)
    #expect(try await cluster.clients[1].queries(of: "ada") == [])
    try await cluster.stop()
  }

  @Test func aRuleHoldsEverywhereWhenThatIsAnswered() async throws {
    let cluster = try await Cluster()
    for session in ["ada", "bob"] {
      try await cluster.clients[0].record("blue heron", session: session)
    }
    try await cluster.settle()
    #expect(try await cluster.clients[1].suggests("blue heron"))
    for (rule, client) in zip(["blue", "heron"], cluster.clients) {
      let answer = try await client.call("block", "{\"kind\":\"word\",\"text\":\"\(rule)\"}")
      #expect(answer["result"]?["new"] == .bool(true))
      for client in cluster.clients {
        #expect(try await client.suggests("blue heron") == false)
      }
    }
    try await cluster.stop()
  }

  @Test func withoutTheLogCompletionsGoOnAndRecordsSaySo() async throws {
    let cluster = try await Cluster(leaseSeconds: 0.3, waitSeconds: 0.6)
    try await cluster.clients[0].record("blue heron", session: "ada")
    cluster.log.isAway = true
    let refused = try await cluster.clients[0].call(
      "record", #"{"session":"ada","query":"red kite"}"#)
    #expect(refused.errorCode == .databaseUnavailable)
    #expect(refused.errorMessage.contains("completions go on"))
    try await cluster.until("the lease ends") { !cluster.servers[0].core.store.isCurrent }
    #expect(try await cluster.clients[0].suggests("blue heron", to: "ada") == false)
    let labels = try await cluster.clients[0].call("complete", #"{"prefix":"r"}"#)
    #expect(labels["result"] != nil)
    cluster.log.isAway = false
    try await cluster.current(0)
    #expect(try await cluster.clients[0].suggests("blue heron", to: "ada"))
    #expect(try await cluster.clients[0].queries(of: "ada") == ["blue heron"])
    try await cluster.stop()
  }

  /// Random operations at random replicas, which crash and stop in between: at the end every replica
  /// answers as the first does.
  @Test(arguments: 0..<4) func replicasOfOneLogAnswerTheSame(seed: Int) async throws {
    let cluster = try await Cluster(leaseSeconds: 0.5)
    var random = SplitMix64(seed: UInt64(seed))
    let words = ["blue", "grey", "heron", "kite", "red"]
    let sessions = ["ada", "bob", "cleo"]
    var acknowledged: [String: Int] = [:]
    for _ in 0..<60 {
      let number = Int.random(in: 0..<2, using: &random)
      let client = cluster.clients[number]
      let session = sessions[Int.random(in: 0..<3, using: &random)]
      let query =
        "\(words[Int.random(in: 0..<5, using: &random)]) "
        + words[Int.random(in: 0..<5, using: &random)]
      switch Int.random(in: 0..<12, using: &random) {
      case 0:
        try await cluster.crash(number)
        try await cluster.current(number)
      case 1:
        let seconds = Int64.random(in: 0..<50, using: &random)
        for server in cluster.servers { server.clock.advance(seconds) }
      case 2:
        _ = try await client.call("forget", "{\"everyone\":true,\"query\":\"\(query)\"}")
        for key in acknowledged.keys where key.hasSuffix("/" + query) { acknowledged[key] = nil }
      case 3:
        _ = try await client.call("forget", "{\"session\":\"\(session)\"}")
        for key in acknowledged.keys where key.hasPrefix(session) { acknowledged[key] = nil }
      case 4:
        _ = try await client.call(
          "pin", "{\"prefix\":\"\(query.prefix(2))\",\"text\":\"\(query)\"}")
      default:
        try await client.record(query, session: session)
        acknowledged["\(session)/\(query)", default: 0] += 1
      }
    }
    try await cluster.settle()
    for session in sessions {
      let histories = try await [0, 1].asyncMap {
        try await cluster.clients[$0].call("history", "{\"session\":\"\(session)\"}")
      }
      #expect(histories[0]["result"] == histories[1]["result"], "seed \(seed)")
      let queries = try await cluster.clients[0].queries(of: session)
      var counts: [String: Int] = [:]
      for query in queries { counts["\(session)/\(query)", default: 0] += 1 }
      #expect(counts == acknowledged.filter { $0.key.hasPrefix(session) }, "seed \(seed)")
      for prefix in ["", "b", "g", "re", "h"] {
        let answers = try await [0, 1].asyncMap {
          try await cluster.clients[$0].complete(prefix, session: session, extra: ",\"limit\":50")
        }
        #expect(answers[0] == answers[1], "seed \(seed), \(session), \(prefix)")
      }
    }
    try await cluster.stop()
  }

  @Test func aSpoiledEntryIsRefused() throws {
    let event = StoredEvent(
      query: Array("blue heron".utf8), normalized: Array("blue heron".utf8), form: 3, time: 7,
      use: StoredUse(item: Array("sku".utf8), kind: .cart),
      circumstances: StoredCircumstances(
        thread: [1], place: [2], outcome: .failed, typed: [3], taken: 4, source: [5], person: []))
    let changes: [LogChange] = [
      .record(event, session: [9]), .add(event, session: [9], occurrence: 2, isUndated: true),
      .end(session: [9], time: 3, sequence: 4, outcome: .ok),
      .rules(
        add: [
          .block(kind: "word", text: [1]), .pin(prefix: [], text: [2], until: nil),
          .pin(prefix: [3], text: [2], until: 9),
        ], remove: [.boost(kind: "exact", text: [7], factor: 2.5)]),
      .items(
        put: [
          StoredItem(id: [1], state: .removed(index: [2])),
          StoredItem(
            id: [3], state: .added(.init(title: [4], text: [], weight: 0.5, payload: [5]))),
        ], delete: [[8]]),
      .forget(
        LogForgetting(
          numbers: [3, 9], times: 1...5, isOfAllSessions: true, isOfAllQueries: false, barrier: 8)),
      .flush,
    ]
    for change in changes {
      let draft = LogDraft(change, ticket: 1)
      let entry = LogEntry(draft, number: 1, time: draft.time)
      #expect(try LogChange(entry) == change)
      for count in 0..<entry.body.count {
        var cut = entry
        cut.body.removeLast(entry.body.count - count)
        #expect(throws: SessionStoreError.badLog(number: 1)) { try LogChange(cut) }
      }
      var random = SplitMix64(seed: 5)
      for _ in 0..<(entry.body.isEmpty ? 0 : 500) {
        var spoiled = entry
        let i = Int.random(in: 0..<spoiled.body.count, using: &random)
        spoiled.body[i] = .random(in: 0...255, using: &random)
        // It is read as something or refused, and never more than there is.
        _ = try? LogChange(spoiled)
      }
    }
    #expect(throws: SessionStoreError.badLog(number: 1)) {
      try LogChange(
        LogEntry(number: 1, ticket: 0, session: nil, time: 0, kind: 99, body: []))
    }
  }
}

extension TestConnection {
  /// Whether a session, or one without a past, is shown a query of which it has typed a part.
  func suggests(_ query: String, to session: String? = nil) async throws -> Bool {
    try await complete(String(query.prefix(6)), session: session).contains(query)
  }

  /// The texts of a history, newest first.
  func queries(of session: String) async throws -> [String] {
    try await history(session).map { String(decoding: $0.query, as: UTF8.self) }
  }
}

extension Array {
  fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
    var all: [T] = []
    for element in self { all.append(try await body(element)) }
    return all
  }
}
