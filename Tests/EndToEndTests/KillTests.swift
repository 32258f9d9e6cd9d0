// The daemon killed at random moments of a stream of records, again and again on the same database.
//
// `QAC_KILLS` says how often; `make kills` kills it five hundred times.

import Foundation
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

  @Test func killedItKeepsEverythingAcknowledged() throws {
    let kills = Effort.named("QAC_KILLS", otherwise: 12)
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    var random = SplitMix64(seed: UInt64(Effort.named("QAC_SEED", otherwise: 1)))
    var sessions: [String: Sent] = [:]
    var recent: [String] = []
    var records = 0
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
      var asked: [[Int64: String]] = [[:], [:], [:]]
      for c in clients.indices {
        for i in 0..<(1 + random.below(300)) {
          // A history shows a hundred.
          let session = "\(round)-\(c)-\(i / 100)"
          if i % 100 == 0 {
            sessions[session] = Sent()
            recent.append(session)
          }
          let id = try clients[c].send(
            .record(
              .init(
                session: #require(SessionName(session)), query: Array("query \(i % 100)".utf8))))
          asked[c][id] = session
        }
        try clients[c].flush()
      }
      for c in clients.indices {
        for _ in 0..<random.below(asked[c].count + 1) {
          let response = try clients[c].receive()
          guard case .success = response.outcome,
            let session = asked[c][response.id.integer ?? 0]
          else {
            Issue.record("round \(round): a record was refused")
            return
          }
          sessions[session]?.acknowledged += 1
          records += 1
        }
      }
      daemon.crash()
    }
    let daemon = try files.start()
    let client = files.client()
    for (session, sent) in sessions { try check(session, sent, client) }
    daemon.stop()
    print(
      "\(kills) kills, \(records) acknowledged records in \(sessions.count) sessions, none lost")
  }
}
