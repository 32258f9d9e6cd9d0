// Generated sequences of operations, from several clients, against the model: what the daemon answers must be
// what the model says. A sequence that fails is cut until every step of it is needed.
//
// `QAC_SEQUENCES` says how many sequences; `make model` runs ten thousand.

import Foundation
import QACBinary
import QACEngine
import QACIndex
import QACProtocol
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
            // A socket for some, memory for most: what differs is tested by sequences of its own.
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

  /// Leaves out of a failing sequence what is not needed for a failure.
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

  /// Runs a sequence; what the daemon did otherwise than the model, or nil.
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
    private var model = DaemonModel()
    private var clients: [any TestConnection] = []
    private var client = 0

    init(_ transport: Transport, seed: Int) async throws {
      server = try await TestServer(transport) { configuration in
        // So few that sessions leave memory and come back all the time.
        if seed % 2 == 0 { configuration.cachedSessions = 2 }
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
      }
      // Whatever happened, all that was acknowledged and not deleted is there.
      for session in DaemonOperation.sessions {
        if let difference = try await one(.history(session: session, limit: 100)) {
          return "at the end, \(session): \(difference)"
        }
      }
      return nil
    }

    private func differ<T: Equatable>(_ got: T, _ expected: T) -> String? {
      got == expected ? nil : "got \(got), expected \(expected)"
    }

    private func one(_ operation: DaemonOperation) async throws -> String? {
      let client = clients[client]
      let served = server.core.index.current
      let normalizer = served.normalizer
      let now = server.core.clock.now
      switch operation {
      case .record(let session, let query):
        try await client.record(query, session: session)
        model.record(query, session, at: now, normalizer)
      case .complete(let session, let prefix):
        return differ(
          try await client.complete(prefix, session: session),
          model.complete(prefix, session: session, at: now, limit: 5, served.engine))
      case .history(let session, let limit):
        return differ(
          try await client.history(session, limit: limit), model.history(session, limit: limit))
      case .forget(let session, let query, let since, let until):
        let whose = session.map { "\"session\":\"\($0)\"" } ?? "\"everyone\":true"
        let what = query.map { ",\"query\":\"\($0)\"" } ?? ""
        let from = since.map { ",\"since\":\(now - $0)" } ?? ""
        let to = until.map { ",\"until\":\(now - $0)" } ?? ""
        let answer = try await client.call("forget", "{\(whose)\(what)\(from)\(to)}")
        let times = (since.map { now - $0 } ?? .min)...(until.map { now - $0 } ?? .max)
        let count = model.forget(query, session, times, normalizer)
        return differ(answer["result"]?["forgotten"]?.wholeNumber, Int64(count))
      case .expire(let age):
        let count = await withCheckedContinuation { continuation in
          server.core.sessions.expire(before: now - age) { continuation.resume(returning: $0) }
        }
        return differ(try count.get(), model.expire(before: now - age))
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
      case .swap(let profile, let seed, let lastTime, let force):
        return try await swap(profile, seed, lastTime, force, client)
      case .badSwap:
        let good = try Data(contentsOf: URL(fileURLWithPath: server.configuration.indexPath))
        try AtomicFile.write(Array(good.dropLast()), to: server.configuration.indexPath)
        let answer = try await client.call("reload", "{\"force\":true}")
        try AtomicFile.write([UInt8](good), to: server.configuration.indexPath)
        return differ(answer.errorCode, .indexUnavailable)
      case .advance(let seconds):
        server.clock.advance(seconds)
      case .client(let number):
        self.client = number
      case .restart:
        try await server.restart()
        model.renew()
        try await connect()
      case .kill:
        try await server.crash()
        model.renew()
        try await connect()
      }
      return nil
    }

    private func rule(_ kind: String, _ text: String) throws -> BlockRule {
      try BlockRule(#require(BlockRule.Kind(rawValue: kind)), Array(text.utf8))
    }

    private func swap(
      _ profile: NormalizationProfile, _ seed: UInt64, _ lastTime: Int64, _ force: Bool,
      _ client: any TestConnection
    ) async throws -> String? {
      let path = server.configuration.indexPath
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      let old = server.core.index.current
      try TestIndex.write(to: path, profile: profile, seed: seed, lastTime: lastTime)
      let answer = try await client.call("reload", "{\"force\":\(force)}")
      let age = old.engine.index.view.lastTime
      let isOlder = lastTime != 0 && lastTime < age
      if !force && (isOlder || profile != old.normalizer.profile) {
        try AtomicFile.write([UInt8](before), to: path)
        return differ(answer.errorCode, .indexUnavailable)
          ?? differ(server.core.index.current === old, true)
      }
      model.renew()
      let identity = server.core.index.current.engine.index.identity
      return differ(answer["result"]?["index"]?.utf8, Array(identity.utf8))
    }
  }
}
