// The daemon killed at random moments of a stream of records and examples, again and again on the
// same database.
//
// `QAC_KILLS` says how often; `make kills` kills it five hundred times.

import Foundation
import GRDB
import QACBinary
import QACClient
import QACProtocol
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(60))) struct KillTests {
  /// What was sent to a session, and what the daemon answered for.
  private struct Sent {
    var acknowledged = 0
    var examples = 0
    var isForgotten = false
  }

  /// A session's queries must be what was sent, in order, up to something behind what was
  /// acknowledged.
  private func check(_ session: String, _ sent: Sent, _ client: Client) throws {
    let queries = try client.queries(session)
    if sent.isForgotten {
      #expect(queries.isEmpty, "\(session) was forgotten")
    } else {
      #expect(queries.count >= sent.acknowledged, "\(session)")
      #expect(queries == (0..<queries.count).reversed().map { "query \($0)" }, "\(session)")
    }
  }

  /// How many examples each session has.
  private static func examples(_ database: String) throws -> [String: Int] {
    try DatabaseQueue(path: database).read { db in
      let sql = """
        SELECT session.name, count(*) FROM event JOIN session ON session.id = event.session
        WHERE item IS NOT NULL GROUP BY session.name
        """
      return try Row.fetchAll(db, sql: sql).reduce(into: [:]) { counts, row in
        let name: Data = row[0]
        counts[String(decoding: name, as: UTF8.self)] = row[1]
      }
    }
  }

  @Test func killedItKeepsEverythingAcknowledged() throws {
    let kills = Effort.named("QAC_KILLS", otherwise: 12)
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    var random = SplitMix64(seed: UInt64(Effort.named("QAC_SEED", otherwise: 1)))
    var sessions: [String: Sent] = [:]
    var recent: [String] = []
    var (records, examples) = (0, 0)
    for round in 0..<kills {
      let daemon = try files.start()
      let client = files.client()
      for session in recent { try check(session, sessions[session] ?? Sent(), client) }
      // What was deleted must stay so through all that follows.
      if let old = recent.first {
        _ = try client.forget(.init(session: #require(SessionName(old))))
        sessions[old]?.isForgotten = true
      }
      recent = []
      // Three clients, each with more on its way than it waits for.
      let clients = (0..<3).map { _ in files.client() }
      var asked: [[Int64: (session: String, isExample: Bool)]] = [[:], [:], [:]]
      for c in clients.indices {
        for i in 0..<(1 + random.below(300)) {
          // A history shows a hundred.
          let session = "\(round)-\(c)-\(i / 100)"
          if i % 100 == 0 {
            sessions[session] = Sent()
            recent.append(session)
          }
          let name = try #require(SessionName(session))
          let id = try clients[c].send(
            .record(.init(session: name, query: Array("query \(i % 100)".utf8))))
          asked[c][id] = (session, false)
          if random.below(4) > 0 { continue }
          let example = try clients[c].send(
            .record(.init(session: name, query: [0x71], item: ItemID("i"), kind: .cart)))
          asked[c][example] = (session, true)
        }
        try clients[c].flush()
      }
      for c in clients.indices {
        for _ in 0..<random.below(asked[c].count + 1) {
          let response = try clients[c].receive()
          guard case .success = response.outcome,
            let (session, isExample) = asked[c][response.id.integer ?? 0]
          else {
            Issue.record("round \(round): a record was refused")
            return
          }
          if isExample {
            sessions[session]?.examples += 1
            examples += 1
          } else {
            sessions[session]?.acknowledged += 1
            records += 1
          }
        }
      }
      daemon.crash()
    }
    let daemon = try files.start()
    let client = files.client()
    for (session, sent) in sessions { try check(session, sent, client) }
    daemon.stop()
    let stored = try Self.examples(files.database)
    for (session, sent) in sessions {
      let count = stored[session] ?? 0
      #expect(sent.isForgotten ? count == 0 : count >= sent.examples, "\(session)")
    }
    print(
      "\(kills) kills, \(records) acknowledged records and \(examples) examples in "
        + "\(sessions.count) sessions, none lost")
  }
}
