// Generated sequences of operations, from several clients, against the model: the daemon must
// answer what the model says. A failing sequence is shortened until every step of it is needed.
//
// The same sequences go to two replicas of one log, a step to the one and the next to the other. Each
// step comes when both have carried out the whole log (the replicas have settled). Each replica has a
// model of its own, because a restart of one of them is no change of the other.
//
// `QAC_SEQUENCES` says how many sequences; `make model` runs ten thousand. With QAC_WITH=cluster when
// the tests are built, and QAC_POSTGRES naming databases in which `%` stands for 0, 1 and so on, the
// replicas' log is in PostgreSQL (contrib/cluster/test.py).

import Foundation
import QACBinary
import QACEngine
import QACIndex
import QACProtocol
import QACSessions
import QACTestSupport
import QACText
import Synchronization
import Testing

@testable import QACServer

#if QAC_CLUSTER
  import QACPostgres
#endif

@Suite(.serialized) struct DaemonModelTests {
  private static let count =
    ProcessInfo.processInfo.environment["QAC_SEQUENCES"].flatMap(Int.init) ?? 30

  @Test func aDaemonIsWhatItsModelIs() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<2 {
        group.addTask {
          for seed in stride(from: worker, to: Self.count, by: 2) {
            // A socket for some, memory for most: what differs has tests of its own.
            try await Self.check(seed: UInt64(seed), seed % 10 == 0 ? .socket : .inProcess)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Two replicas, of which every second run acknowledges what is on the disk of one.
  @Test func twoReplicasAreWhatTheirModelIs() async throws {
    for seed in 0..<max(12, Self.count / 10) {
      try await Self.check(
        seed: UInt64(seed), .inProcess,
        replicas: Replicas(acknowledgement: seed % 2 == 0 ? .log : .local))
    }
  }

  /// How two replicas are run.
  private struct Replicas {
    var acknowledgement: LogAcknowledgement
  }

  private static func check(
    seed: UInt64, _ transport: Transport, replicas: Replicas? = nil
  ) async throws {
    let operations = DaemonOperation.sequence(seed: seed)
    guard var reason = try await failure(operations, transport, replicas) else { return }
    var least = operations
    // Every run needs a log of its own, and there is no database for so many.
    if replicas == nil || !isInPostgres {
      least = try await shrink(operations, transport, replicas)
      reason = try await failure(least, transport, replicas) ?? reason
    }
    let steps = least.map { "  \($0)" }.joined(separator: "\n")
    let of = replicas.map { "two replicas, acknowledging by \($0.acknowledgement)" } ?? "a daemon"
    Issue.record(
      "\(transport), \(of), seed \(seed): \(reason)\nby \(least.count) steps:\n\(steps)")
  }

  /// Removes the steps of a failing sequence that the failure does not need.
  private static func shrink(
    _ operations: [DaemonOperation], _ transport: Transport, _ replicas: Replicas?
  ) async throws -> [DaemonOperation] {
    var least = operations
    var size = least.count / 2
    while size > 0 {
      var start = 0
      while start < least.count {
        var shorter = least
        shorter.removeSubrange(start..<min(start + size, least.count))
        if try await failure(shorter, transport, replicas) != nil {
          least = shorter
        } else {
          start += size
        }
      }
      size /= 2
    }
    return least
  }

  /// Runs a sequence; returns the first difference between daemon and model, or nil.
  private static func failure(
    _ operations: [DaemonOperation], _ transport: Transport, _ replicas: Replicas?
  ) async throws -> String? {
    let run = try await Run(transport, seed: operations.count, replicas)
    let difference = try await run.all(operations)
    for server in run.servers { try await server.stop() }
    return difference
  }

  #if QAC_CLUSTER
    private static let databases = Mutex(0)
    private static let isInPostgres = ProcessInfo.processInfo.environment["QAC_POSTGRES"] != nil
  #else
    private static let isInPostgres = false
  #endif

  /// An empty log.
  private static func log() -> any EventLog {
    #if QAC_CLUSTER
      if let address = ProcessInfo.processInfo.environment["QAC_POSTGRES"] {
        let number = databases.withLock { number in
          defer { number += 1 }
          return number
        }
        return PostgresLog(address.replacing("%", with: "\(number)"))
      }
    #endif
    return MemoryEventLog()
  }

  /// A daemon and its model, side by side; or two replicas and theirs.
  private final class Run {
    private(set) var servers: [TestServer] = []
    private var models: [DaemonModel]
    private var clients: [[any TestConnection]] = []
    private var client = 0
    /// Whose turn it is.
    private var turn = 0
    private let log: (any EventLog)?

    private var server: TestServer { servers[turn] }

    /// The model of the server whose turn it is.
    private var model: DaemonModel {
      get { models[turn] }
      set { models[turn] = newValue }
    }

    /// Changes every model; what the change of the one whose turn it is returns.
    private func everywhere<Value>(_ change: (inout DaemonModel) throws -> Value) rethrows -> Value
    {
      var values: [Value] = []
      for i in models.indices { values.append(try change(&models[i])) }
      return values[turn]
    }
    /// The records that were answered: the session, and what the daemon calls the query.
    private var recorded: [(session: String, id: String)] = []
    /// The items of the served index.
    private var indexed: [PlainItem] = []

    init(_ transport: Transport, seed: Int, _ replicas: Replicas?) async throws {
      let sessionsNeeded = 1 + seed % 3
      let log = replicas.map { _ in DaemonModelTests.log() }
      self.log = log
      models = Array(
        repeating: DaemonModel(sessionsNeeded: sessionsNeeded, followsLog: replicas != nil),
        count: replicas == nil ? 1 : 2)
      for number in models.indices {
        let server = try await TestServer(transport) { configuration in
          // Few enough that a crowd of other sessions drives these out of memory.
          if seed % 2 == 0 { configuration.cachedSessions = 2 }
          configuration.liveSessions = sessionsNeeded
          if let replicas, let log {
            configuration.following = LogFollowing(
              log: log, replica: "r\(number)", leaseSeconds: 60, waitSeconds: 60,
              acknowledgement: replicas.acknowledgement, returnSeconds: 0)
          }
        }
        servers.append(server)
        clients.append([])
        turn = number
        try await connect()
      }
    }

    private func connect() async throws {
      clients[turn] = []
      for _ in 0..<3 { clients[turn].append(try await server.connect()) }
    }

    /// Waits until every replica has carried out the whole log, and tells of sessions.
    private func settle() async throws {
      guard let log else { return }
      for _ in 0..<60_000 {
        let statuses = servers.compactMap(\.core.store.logStatus)
        if statuses.allSatisfy({ $0.queued == 0 && $0.isCurrent }) {
          let head = try log.head().number
          if servers.allSatisfy({ ($0.core.store.logStatus?.applied ?? 0) >= head }) { return }
        }
        try await Task.sleep(for: .milliseconds(1))
      }
      let statuses = servers.map { String(describing: $0.core.store.logStatus) }
      let complaints = servers.flatMap {
        $0.log.text.split(separator: "\n").filter { $0.contains("database failed") }.suffix(1)
      }
      throw TestFailure(
        description: "the replicas do not settle: \(statuses), \(complaints)")
    }

    func all(_ operations: [DaemonOperation]) async throws -> String? {
      for (number, operation) in operations.enumerated() {
        try await settle()
        turn = number % servers.count
        if let difference = try await one(operation) {
          return "step \(number), \(operation): \(difference)"
        }
        #if DEBUG
          server.core.sessions.checkInvariants()
          server.core.live.checkInvariants()
        #endif
      }
      try await settle()
      // Whatever happened, exactly the events that were acknowledged and not deleted are there, for
      // every client.
      for number in servers.indices {
        turn = number
        for operation in Self.last {
          if let difference = try await one(operation) {
            return "at the end, replica \(number), \(operation): \(difference)"
          }
        }
      }
      return nil
    }

    private static var last: [DaemonOperation] {
      DaemonOperation.sessions.flatMap { session in
        [
          .history(session: session, limit: 100), .complete(session: session, ""),
          .export(session: session),
        ]
      }
        + (0..<3).flatMap { [.client($0), .complete(session: nil, "r")] } + [
          .count, .pinsAndBoosts, .items,
        ]
    }

    private func differ<T: Equatable>(_ got: T, _ expected: T) -> String? {
      got == expected ? nil : "got \(got), expected \(expected)"
    }

    /// Compares the member `member` of a result, or the code of an error, with what is expected.
    private func differ(
      _ answer: JSONValue, _ member: String, _ expected: Result<Bool, ModelRefusal>
    ) -> String? {
      switch expected {
      case .success(let value): return differ(answer["result"]?[member], .bool(value))
      case .failure(let refusal): return differ(answer.errorCode, refusal.code)
      }
    }

    private func one(_ operation: DaemonOperation) async throws -> String? {
      let client = clients[turn][client]
      let served = server.core.index.current
      let normalizer = served.normalizer
      let now = server.core.clock.now
      switch operation {
      case .record, .example, .complete, .history, .search, .forget:
        return try await ask([operation], client)
      case .end(let place, let failed):
        if recorded.isEmpty { return nil }
        let (session, id) = recorded[(recorded.count + place % recorded.count) % recorded.count]
        let answer = try await client.call(
          "record",
          "{\"session\":\"\(session)\",\"id\":\"\(id)\",\"outcome\":"
            + (failed ? "\"failed\"}" : "\"ok\"}"))
        return differ(
          answer["result"]?["found"], .bool(everywhere { $0.end(id, session, failed: failed) }))
      case .burst(let operations) where log != nil:
        // Through a log, a query counts when it is answered.
        for operation in operations {
          if let difference = try await ask([operation], client) { return difference }
          try await settle()
        }
      case .burst(let operations):
        return try await ask(operations, client)
      case .add(let session, let events):
        let list = events.map { event in
          "{\"session\":\"\(session)\",\"query\":\"\(event.query)\",\"at\":\(now - event.age),"
            + (event.isExample ? "\"item\":\"i\"," : "") + "\"occurrence\":\(event.occurrence)}"
        }
        let answer = try await client.call(
          "import", "{\"events\":[\(list.joined(separator: ","))]}")
        let added = everywhere { model in
          events.count { event in
            model.add(
              event.query, session, at: now - event.age, occurrence: event.occurrence,
              isExample: event.isExample, normalizer)
          }
        }
        return differ(answer["result"]?["recorded"]?.wholeNumber, Int64(added))
      case .export(let session):
        var (events, after): ([JSONValue], String) = ([], "")
        repeat {
          let page = try await client.call(
            "export", "{\"session\":\"\(session)\",\"limit\":3\(after)}")["result"]
          events += page?["events"]?.elements ?? []
          after =
            (page?["next"]?.utf8).map { ",\"after\":\"\(String(decoding: $0, as: UTF8.self))\"" }
            ?? ""
        } while !after.isEmpty
        let got = events.map { event in
          let query = String(decoding: event["query"]?.utf8 ?? [], as: UTF8.self)
          return
            "\(query) at \(event["at"]?.wholeNumber ?? -1)\(event["item"] == nil ? "" : " item")"
        }
        let expected = model.sessions[session, default: []].map {
          "\($0.query) at \($0.at)\($0.isExample ? " item" : "")"
        }
        return differ(got, expected)
      case .crowd(let count):
        for number in 0..<count { _ = try await client.complete("zz", session: "\(number)") }
      case .reload(let session, let queries):
        // They are later than all other events. So the order of time is that of recording, and it
        // does not matter which of them the load finds in the database.
        if let newest = model.newest {
          for server in servers { server.clock.advance(max(0, newest + 1 - now)) }
        }
        let other = clients[turn][(self.client + 1) % 3]
        let id = try await client.post("reload", "{}")
        for query in queries {
          try await other.record(query, session: session)
          everywhere { $0.record(query, session, at: server.core.clock.now, normalizer) }
        }
        let answer = try await client.receive()
        model.renew(at: server.core.clock.now)
        return differ(answer["id"]?.wholeNumber, Int64(id))
          ?? differ(answer["result"]?["index"]?.utf8, served.identity)
      case .count:
        let status = try await client.call("status")["result"]
        let live = status?["live"]
        let got = [
          status?["sessions"], status?["events"], status?["examples"], live?["events"],
          live?["queries"],
        ]
        let counts = model.counts
        let overlay = model.overlay(served.engine)
        let expected = [
          model.sessions.count, counts.queries, counts.examples, overlay.eventCount,
          overlay.visibleCount,
        ]
        return differ(got.map { $0?.wholeNumber }, expected.map { Int64($0) })
      case .expire(let age):
        // Each replica does it by itself.
        for i in servers.indices {
          let count = await withCheckedContinuation { continuation in
            servers[i].core.expire(before: .start(of: now - age)) {
              continuation.resume(returning: $0)
            }
          }
          let expected = models[i].expire(before: now - age, at: now)
          if let difference = differ(try count.get(), expected) { return difference }
        }
      case .trim where log != nil: break
      case .trim(let count):
        let oldest = await withCheckedContinuation { continuation in
          server.core.store.oldest(ofNewest: max(1, count)) { continuation.resume(returning: $0) }
        }
        guard let oldest = try oldest.get() else {
          return differ(model.sessions.values.map(\.count).reduce(0, +) <= max(1, count), true)
        }
        let deleted = await withCheckedContinuation { continuation in
          server.core.expire(before: oldest) { continuation.resume(returning: $0) }
        }
        return differ(try deleted.get(), model.trim(to: max(1, count), at: now))
      case .guess(let previous, let prefix):
        let list = previous.map { "\"\($0)\"" }.joined(separator: ",")
        let got = try await client.complete(prefix, extra: ",\"previous\":[\(list)]")
        return differ(
          got,
          model.complete(
            prefix, session: nil, previous: previous, at: now, limit: 5, served.engine))
      case .block(let kind, let text):
        let answer = try await client.call("block", "{\"kind\":\"\(kind)\",\"text\":\"\(text)\"}")
        return differ(
          answer["result"]?["new"],
          .bool(try everywhere { $0.block(try rule(kind, text), normalizer) }))
      case .unblock(let kind, let text):
        let answer = try await client.call(
          "unblock", "{\"kind\":\"\(kind)\",\"text\":\"\(text)\"}")
        return differ(
          answer["result"]?["existed"],
          .bool(try everywhere { $0.unblock(try rule(kind, text), normalizer) }))
      case .blocks:
        let listed = try await client.call("blocks")["result"]?["rules"]?.elements ?? []
        let texts = listed.compactMap { $0["text"]?.utf8 }
        return differ(
          Set(texts.map { String(decoding: $0, as: UTF8.self) }),
          Set(model.rules.map { String(decoding: $0.text, as: UTF8.self) }))
      case .pin(let prefix, let text, let until):
        let until = until.map { now + $0 }
        let pin = try PinRule(prefix: Array(prefix.utf8), text: Array(text.utf8), until: until)
        let answer = try await client.pin("pin", prefix, text, until: until)
        return differ(answer, "new", everywhere { $0.pin(pin, normalizer) })
      case .unpin(let prefix, let text):
        let pin = try PinRule(prefix: Array(prefix.utf8), text: Array(text.utf8))
        let answer = try await client.pin("unpin", prefix, text)
        return differ(answer, "existed", everywhere { $0.unpin(pin, normalizer) })
      case .boost(let kind, let text, let factor):
        let boost = try BoostRule(rule(kind, text), factor: factor)
        let answer = try await client.boost(kind, text, factor)
        return differ(answer["result"]?["new"], .bool(everywhere { $0.boost(boost, normalizer) }))
      case .unboost(let kind, let text):
        let answer = try await client.change("unboost", kind, text)
        return differ(
          answer["result"]?["existed"],
          .bool(try everywhere { $0.unboost(try rule(kind, text), normalizer) }))
      case .pinsAndBoosts:
        let pins = model.pins.map {
          ListedPin(prefix: $0.prefix, text: $0.text, until: $0.until)
        }
        let boosts = model.boosts.map {
          ListedBoost(
            kind: $0.matching.kind.rawValue, text: $0.matching.text, factor: $0.factor)
        }
        let (foundPins, foundBoosts) = (try await client.pins(), try await client.boosts())
        return differ(foundPins, pins) ?? differ(foundBoosts, boosts)
      case .addItem(let id, let title):
        let result = try await client.add("\(id)=\(title)")["result"]
        return differ(
          ["added", "replaced", "indexed"].map { result?[$0]?.wholeNumber },
          everywhere { $0.items.add(id, title, beside: itemIndex(served)) })
      case .removeItem(let id):
        return differ(
          try await client.remove(id),
          everywhere { $0.items.remove(id, from: itemIndex(served)) })
      case .items:
        return try await compareItems(served, client)
      case .swap(let profile, let seed, let lastTime, let force):
        // Each replica has an index of its own.
        let (own, items) = (turn, indexed)
        defer { turn = own }
        for number in servers.indices {
          turn = number
          indexed = items
          let difference = try await swap(
            profile: profile, seed: seed, lastTime: lastTime, force: force,
            clients[turn][self.client])
          if let difference { return difference }
        }
      case .badSwap:
        let good = try Data(contentsOf: URL(fileURLWithPath: server.configuration.indexPath))
        try AtomicFile.write(Array(good.dropLast()), to: server.configuration.indexPath)
        let answer = try await client.call("reload", "{\"force\":true}")
        try AtomicFile.write([UInt8](good), to: server.configuration.indexPath)
        return differ(answer.errorCode, .indexUnavailable)
      case .advance(let seconds):
        for server in servers { server.clock.advance(seconds) }
      case .jump(let seconds):
        for server in servers { server.clock.jump(seconds) }
      case .client(let number):
        self.client = number
      case .restart:
        try await server.restart()
        model.renew(at: server.core.clock.now)
        try await connect()
      case .kill:
        try await server.crash()
        model.renew(at: server.core.clock.now)
        try await connect()
      }
      return nil
    }

    /// Sends `operations` at once. Each sees what the ones before it did to the store and to its
    /// session. What sessions know of each other may be as it was before any of them, or after some
    /// of them.
    private func ask(
      _ operations: [DaemonOperation], _ client: any TestConnection
    ) async throws -> String? {
      let served = server.core.index.current
      let now = server.core.clock.now
      let first = client.nextID + 1
      // The models as each operation finds them, and as sessions may know each other.
      var found: [DaemonModel] = []
      var others = [model]
      var forgotten: [Int?] = []
      var serials: [Int] = []
      var text = ""
      for operation in operations {
        client.nextID += 1
        let (method, params) = request(operation, at: now)
        text += "{\"jsonrpc\":\"2.0\",\"id\":\(client.nextID),\"method\":\"\(method)\","
        text += "\"params\":\(params)}\n"
        found.append(model)
        let count = change(operation, at: now, served.normalizer)
        forgotten.append(count)
        serials.append(model.serial)
        if count != nil { others.append(model) }
      }
      try await client.send(text)
      var answers: [Int64: JSONValue] = [:]
      for _ in operations {
        let answer = try await client.receive()
        answers[answer["id"]?.wholeNumber ?? 0] = answer
      }
      for (number, operation) in operations.enumerated() {
        guard let answer = answers[Int64(first + number)], let result = answer["result"] else {
          return "\(operation): no result"
        }
        let difference: String?
        switch operation {
        case .complete(let session, let prefix, let said):
          let expected = others.map {
            found[number].complete(
              prefix, session: session, said, at: now, limit: 5, served.engine, others: $0)
          }
          difference =
            expected.contains(answer.texts)
            ? differ(
              answer.failedTexts,
              found[number].failed(answer.texts, session, by: served.normalizer))
            : differ([answer.texts], expected)
        case .history(let session, let limit):
          difference = differ(
            try RecordedQuery.list(result), found[number].history(session, limit: limit))
        case .search(let session, let words, let limit):
          // It may see what was sent after it.
          let hits = try SearchPage(result).hits
          let expected = (found[number...] + [model]).map {
            $0.search(session, words, limit: limit)
          }
          difference = expected.contains(hits) ? nil : differ([hits], expected)
        case .forget:
          difference = differ(result["forgotten"]?.wholeNumber, Int64(forgotten[number] ?? -1))
        case .record(let session, _, _):
          let id = result["id"]?.utf8.map { String(decoding: $0, as: UTF8.self) }
          difference = id == nil ? "no id" : nil
          if let id {
            everywhere { $0.name(serials[number], session, id) }
            recorded.append((session, id))
          }
        default: difference = nil
        }
        if let difference { return "\(operation): \(difference)" }
      }
      return nil
    }

    /// The method and the parameters of an operation that may be sent at once with others.
    private func request(
      _ operation: DaemonOperation, at now: Int64
    ) -> (method: String, params: String) {
      switch operation {
      case .record(let session, let query, let said):
        return (
          "record", "{\"session\":\"\(session)\",\"query\":\"\(query)\"\(said.members)}"
        )
      case .example(let session, let query):
        return (
          "record", "{\"session\":\"\(session)\",\"query\":\"\(query)\",\"item\":\"i\"}"
        )
      case .complete(let session, let prefix, let said):
        let whose = session.map { ",\"session\":\"\($0)\"" } ?? ""
        return ("complete", "{\"prefix\":\"\(prefix)\"\(whose)\(said.members)}")
      case .history(let session, let limit):
        return ("history", "{\"session\":\"\(session)\",\"limit\":\(limit)}")
      case .search(let session, let words, let limit):
        return (
          "search", "{\"session\":\"\(session)\",\"query\":\"\(words)\",\"limit\":\(limit)}"
        )
      case .forget(let session, let query, let since, let until):
        let whose = session.map { "\"session\":\"\($0)\"" } ?? "\"everyone\":true"
        let what = query.map { ",\"query\":\"\($0)\"" } ?? ""
        let from = since.map { ",\"since\":\(now - $0)" } ?? ""
        let to = until.map { ",\"until\":\(now - $0)" } ?? ""
        return ("forget", "{\(whose)\(what)\(from)\(to)}")
      default: return ("ping", "{}")
      }
    }

    /// Does to the model what `operation` does; returns how many events that deletes, or nil if it
    /// changes nothing.
    private func change(
      _ operation: DaemonOperation, at now: Int64, _ normalizer: Normalizer
    ) -> Int? {
      switch operation {
      case .record(let session, let query, let said):
        everywhere { $0.record(query, session, at: now, normalizer, said) }
        return 0
      case .example(let session, let query):
        everywhere { $0.recordExample(of: query, session, at: now, normalizer) }
        return nil
      case .forget(let session, let query, let since, let until):
        let times = (since.map { now - $0 } ?? .min)...(until.map { now - $0 } ?? .max)
        return everywhere {
          $0.forget(query, session: session, times: times, by: normalizer)
        }
      default: return nil
      }
    }

    private func rule(_ kind: String, _ text: String) throws -> BlockRule {
      try BlockRule(#require(BlockRule.Kind(rawValue: kind)), Array(text.utf8))
    }

    private func itemIndex(_ served: ServedIndex) -> ItemModel.Index {
      let titles = indexed.map { ($0.id, $0.title) }
      return ItemModel.Index(
        titles: Dictionary(uniqueKeysWithValues: titles), identity: served.identity)
    }

    private func compareItems(
      _ served: ServedIndex, _ client: any TestConnection
    ) async throws -> String? {
      let index = itemIndex(served)
      let expected = model.items.served(beside: index, model.rules, served.normalizer)
      let found = try await client.retrieve("garden", extra: ",\"limit\":100").items.map {
        String(decoding: $0.id, as: UTF8.self)
      }
      let counts = try await client.call("status")["result"]?["items"]
      return differ(try await client.items(), model.items.listed(beside: index))
        ?? differ(found.sorted(), expected.index.union(expected.added).sorted())
        ?? differ(
          ["index", "added", "hidden"].map { counts?[$0]?.wholeNumber },
          [
            index.titles.count, expected.added.count, index.titles.count - expected.index.count,
          ].map { Int64($0) })
    }

    private func swap(
      profile: NormalizationProfile, seed: UInt64, lastTime: Int64, force: Bool,
      _ client: any TestConnection
    ) async throws -> String? {
      let path = server.configuration.indexPath
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      let old = server.core.index.current
      let items = DaemonOperation.items(ofSeed: seed)
      try TestIndex.write(
        to: path, profile: profile, seed: seed, lastTime: lastTime, items: items)
      let answer = try await client.call("reload", "{\"force\":\(force)}")
      let age = old.engine.index.view.lastTime
      let isOlder = lastTime != 0 && lastTime < age
      if !force && (isOlder || profile.name != old.normalizer.profile.name) {
        try AtomicFile.write([UInt8](before), to: path)
        return differ(answer.errorCode, .indexUnavailable)
          ?? differ(server.core.index.current === old, true)
      }
      indexed = items
      model.renew(at: server.core.clock.now)
      let identity = server.core.index.current.engine.index.identity
      return differ(answer["result"]?["index"]?.utf8, Array(identity.utf8))
    }
  }
}
