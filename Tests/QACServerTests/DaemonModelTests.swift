// Generated sequences of operations, from several clients, against the model: the daemon must
// answer what the model says. A failing sequence is shortened until every step of it is needed.
//
// `QAC_SEQUENCES` says how many sequences; `make model` runs ten thousand.

import Foundation
import QACBinary
import QACEngine
import QACIndex
import QACProtocol
import QACSessions
import QACTestSupport
import QACText
import Testing

@testable import QACServer

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

  private static func check(seed: UInt64, _ transport: Transport) async throws {
    let operations = DaemonOperation.sequence(seed: seed)
    guard let reason = try await failure(operations, transport) else { return }
    let least = try await shrink(operations, transport)
    let steps = least.map { "  \($0)" }.joined(separator: "\n")
    let last = try await failure(least, transport) ?? reason
    Issue.record("\(transport), seed \(seed): \(last)\nby \(least.count) steps:\n\(steps)")
  }

  /// Removes the steps of a failing sequence that the failure does not need.
  private static func shrink(
    _ operations: [DaemonOperation], _ transport: Transport
  ) async throws -> [DaemonOperation] {
    var least = operations
    var size = least.count / 2
    while size > 0 {
      var start = 0
      while start < least.count {
        var shorter = least
        shorter.removeSubrange(start..<min(start + size, least.count))
        if try await failure(shorter, transport) != nil {
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
    _ operations: [DaemonOperation], _ transport: Transport
  ) async throws -> String? {
    let run = try await Run(transport, seed: operations.count)
    let difference = try await run.all(operations)
    try await run.server.stop()
    return difference
  }

  /// A daemon and its model, side by side.
  private final class Run {
    let server: TestServer
    private var model: DaemonModel
    private var clients: [any TestConnection] = []
    private var client = 0
    /// The records that were answered: the session, and what the daemon calls the query.
    private var recorded: [(session: String, id: String)] = []
    /// The items of the served index.
    private var indexed: [PlainItem] = []

    init(_ transport: Transport, seed: Int) async throws {
      let sessionsNeeded = 1 + seed % 3
      model = DaemonModel(sessionsNeeded: sessionsNeeded)
      server = try await TestServer(transport) { configuration in
        // Few enough that a crowd of other sessions drives these out of memory.
        if seed % 2 == 0 { configuration.cachedSessions = 2 }
        configuration.liveSessions = sessionsNeeded
      }
      try await connect()
    }

    private func connect() async throws {
      clients = []
      for _ in 0..<3 { clients.append(try await server.connect()) }
    }

    func all(_ operations: [DaemonOperation]) async throws -> String? {
      for (number, operation) in operations.enumerated() {
        if let difference = try await one(operation) {
          return "step \(number), \(operation): \(difference)"
        }
        #if DEBUG
          server.core.sessions.checkInvariants()
          server.core.live.checkInvariants()
        #endif
      }
      // Whatever happened, exactly the events that were acknowledged and not deleted are there, for
      // every client.
      for operation in Self.last {
        if let difference = try await one(operation) {
          return "at the end, \(operation): \(difference)"
        }
      }
      return nil
    }

    private static var last: [DaemonOperation] {
      DaemonOperation.sessions.flatMap { session in
        [.history(session: session, limit: 100), .complete(session: session, "")]
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
      let client = clients[client]
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
          answer["result"]?["found"], .bool(model.end(id, session, failed: failed)))
      case .burst(let operations):
        return try await ask(operations, client)
      case .crowd(let count):
        for number in 0..<count { _ = try await client.complete("zz", session: "\(number)") }
      case .reload(let session, let queries):
        // They are later than all other events. So the order of time is that of recording, and it
        // does not matter which of them the load finds in the database.
        if let newest = model.newest { server.clock.advance(max(0, newest + 1 - now)) }
        let other = clients[(self.client + 1) % clients.count]
        let id = try await client.post("reload", "{}")
        for query in queries {
          try await other.record(query, session: session)
          model.record(query, session, at: server.core.clock.now, normalizer)
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
        let count = await withCheckedContinuation { continuation in
          server.core.expire(before: .start(of: now - age)) { continuation.resume(returning: $0) }
        }
        return differ(try count.get(), model.expire(before: now - age, at: now))
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
          answer["result"]?["new"], .bool(model.block(try rule(kind, text), normalizer)))
      case .unblock(let kind, let text):
        let answer = try await client.call(
          "unblock", "{\"kind\":\"\(kind)\",\"text\":\"\(text)\"}")
        return differ(
          answer["result"]?["existed"], .bool(model.unblock(try rule(kind, text), normalizer)))
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
        return differ(answer, "new", model.pin(pin, normalizer))
      case .unpin(let prefix, let text):
        let pin = try PinRule(prefix: Array(prefix.utf8), text: Array(text.utf8))
        let answer = try await client.pin("unpin", prefix, text)
        return differ(answer, "existed", model.unpin(pin, normalizer))
      case .boost(let kind, let text, let factor):
        let boost = try BoostRule(rule(kind, text), factor: factor)
        let answer = try await client.boost(kind, text, factor)
        return differ(answer["result"]?["new"], .bool(model.boost(boost, normalizer)))
      case .unboost(let kind, let text):
        let answer = try await client.change("unboost", kind, text)
        return differ(
          answer["result"]?["existed"], .bool(model.unboost(try rule(kind, text), normalizer)))
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
          model.items.add(id, title, beside: itemIndex(served)))
      case .removeItem(let id):
        return differ(
          try await client.remove(id), model.items.remove(id, from: itemIndex(served)))
      case .items:
        return try await compareItems(served, client)
      case .swap(let profile, let seed, let lastTime, let force):
        return try await swap(
          profile: profile, seed: seed, lastTime: lastTime, force: force, client)
      case .badSwap:
        let good = try Data(contentsOf: URL(fileURLWithPath: server.configuration.indexPath))
        try AtomicFile.write(Array(good.dropLast()), to: server.configuration.indexPath)
        let answer = try await client.call("reload", "{\"force\":true}")
        try AtomicFile.write([UInt8](good), to: server.configuration.indexPath)
        return differ(answer.errorCode, .indexUnavailable)
      case .advance(let seconds):
        server.clock.advance(seconds)
      case .jump(let seconds):
        server.clock.jump(seconds)
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
      var models: [DaemonModel] = []
      var others = [model]
      var forgotten: [Int?] = []
      var serials: [Int] = []
      var text = ""
      for operation in operations {
        client.nextID += 1
        let (method, params) = request(operation, at: now)
        text += "{\"jsonrpc\":\"2.0\",\"id\":\(client.nextID),\"method\":\"\(method)\","
        text += "\"params\":\(params)}\n"
        models.append(model)
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
            models[number].complete(
              prefix, session: session, said, at: now, limit: 5, served.engine, others: $0)
          }
          difference =
            expected.contains(answer.texts)
            ? differ(
              answer.failedTexts,
              models[number].failed(answer.texts, session, by: served.normalizer))
            : differ([answer.texts], expected)
        case .history(let session, let limit):
          difference = differ(
            try RecordedQuery.list(result), models[number].history(session, limit: limit))
        case .search(let session, let words, let limit):
          // It may see what was sent after it.
          let hits = try SearchPage(result).hits
          let expected = (models[number...] + [model]).map {
            $0.search(session, words, limit: limit)
          }
          difference = expected.contains(hits) ? nil : differ([hits], expected)
        case .forget:
          difference = differ(result["forgotten"]?.wholeNumber, Int64(forgotten[number] ?? -1))
        case .record(let session, _, _):
          let id = result["id"]?.utf8.map { String(decoding: $0, as: UTF8.self) }
          difference = id == nil ? "no id" : nil
          if let id {
            model.name(serials[number], session, id)
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
        model.record(query, session, at: now, normalizer, said)
        return 0
      case .example(let session, let query):
        model.recordExample(of: query, session, at: now, normalizer)
        return nil
      case .forget(let session, let query, let since, let until):
        let times = (since.map { now - $0 } ?? .min)...(until.map { now - $0 } ?? .max)
        return model.forget(query, session: session, times: times, by: normalizer)
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
