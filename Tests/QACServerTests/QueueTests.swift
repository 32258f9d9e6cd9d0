// Replicas that acknowledge what is on their own disk: nothing is lost or doubled by kills and lost
// answers, and no deletion misses what is queued.

import Foundation
import QACBinary
import QACProtocol
import QACSessions
import QACTestSupport
import Testing

@testable import QACServer

@Suite(.serialized) struct QueueTests {
  private typealias Cluster = FollowingTests.Cluster

  private func cluster(
    leaseSeconds: Double = 2, waitSeconds: Double = 5
  ) async throws -> Cluster {
    let cluster = try await Cluster(
      2, leaseSeconds: leaseSeconds, waitSeconds: waitSeconds, acknowledgement: .local)
    try await cluster.until("the log knows both queues") { cluster.log.queueCount == 2 }
    return cluster
  }

  @Test func aRecordIsAcknowledgedWithoutTheLogAndReachesItLater() async throws {
    let cluster = try await cluster()
    cluster.log.isAway = true
    for query in ["blue heron", "grey kite"] {
      try await cluster.clients[0].record(query, session: "ada")
    }
    #expect(cluster.log.entries.isEmpty)
    let status = try await cluster.clients[0].call("status")
    #expect(status["result"]?["replica"]?["queued"]?.wholeNumber == 2)
    cluster.log.isAway = false
    try await cluster.passOn()
    for number in 0..<2 {
      try await cluster.current(number)
      #expect(try await cluster.clients[number].queries(of: "ada") == ["grey kite", "blue heron"])
    }
    try await cluster.stop()
  }

  @Test func whatIsQueuedSurvivesAKill() async throws {
    let cluster = try await cluster()
    cluster.log.isAway = true
    try await cluster.clients[0].record("blue heron", session: "ada")
    try await cluster.crash(0)
    cluster.log.isAway = false
    // What the killed process still sends is the same change, and counts once.
    try await cluster.current(0)
    try await cluster.passOn()
    #expect(try await cluster.clients[0].queries(of: "ada") == ["blue heron"])
    #expect(try await cluster.clients[1].queries(of: "ada") == ["blue heron"])
    try await cluster.stop()
  }

  /// The log has a change, and its answer is lost.
  @Test func aLostAnswerDoublesNothing() async throws {
    let cluster = try await cluster()
    cluster.log.lostAnswers = 2
    for number in 0..<20 { try await cluster.clients[0].record("query \(number)", session: "ada") }
    try await cluster.passOn()
    let expected = (0..<20).reversed().map { "query \($0)" }
    #expect(try await cluster.clients[1].queries(of: "ada") == expected)
    try await cluster.stop()
  }

  @Test func anOutcomeFindsAQueuedRecord() async throws {
    let cluster = try await cluster()
    cluster.log.isAway = true
    func record(_ query: String) async throws -> String {
      let answer = try await cluster.clients[0].call(
        "record", "{\"session\":\"ada\",\"query\":\"\(query)\"}")
      return String(decoding: try #require(answer["result"]?["id"]?.utf8), as: UTF8.self)
    }
    func end(_ id: String, at replica: Int, session: String = "ada") async throws -> Bool? {
      let answer = try await cluster.clients[replica].call(
        "record", "{\"session\":\"\(session)\",\"id\":\"\(id)\",\"outcome\":\"failed\"}")
      return answer["result"]?["found"] == .bool(true)
    }
    let (first, second) = (try await record("blue heron"), try await record("grey kite"))
    #expect(try await end(first, at: 0) == true)
    #expect(try await end(first, at: 0, session: "bob") == false)
    cluster.log.isAway = false
    try await cluster.passOn()
    // The same id is good at another replica, and when the record has come back.
    #expect(try await end(second, at: 1) == true)
    try await cluster.passOn()
    for number in 0..<2 {
      try await cluster.current(number)
      let history = try await cluster.clients[number].history("ada")
      #expect(history.map(\.circumstances.outcome) == [.failed, .failed])
    }
    try await cluster.stop()
  }

  @Test func aDeletionThatCannotReachTheLogErasesWhatIsQueuedAndFails() async throws {
    let cluster = try await cluster()
    cluster.log.isAway = true
    try await cluster.clients[0].record("blue heron", session: "ada")
    try await cluster.clients[0].record("grey kite", session: "ada")
    #expect(try cluster.files(of: 0, holding: "blue heron") != [])
    let refused = try await cluster.clients[0].call(
      "forget", #"{"everyone":true,"query":"Blue heron"}"#)
    #expect(refused.errorCode == .databaseUnavailable)
    #expect(try cluster.files(of: 0, holding: "blue heron") == [])
    cluster.log.isAway = false
    try await cluster.passOn()
    try await cluster.current(0)
    #expect(try await cluster.clients[0].queries(of: "ada") == ["grey kite"])
    try await cluster.stop()
  }

  /// The answer to a change is lost, and then the deletion cannot reach the log either.
  @Test func aDeletionAskedForAgainFindsWhatWasInDoubt() async throws {
    let cluster = try await cluster()
    cluster.log.lostAnswers = 1
    try await cluster.clients[0].record("blue heron", session: "ada")
    try await cluster.until("the log has it") { !cluster.log.entries.isEmpty }
    cluster.log.isAway = true
    let refused = try await cluster.clients[0].call("forget", #"{"session":"ada"}"#)
    #expect(refused.errorCode == .databaseUnavailable)
    cluster.log.isAway = false
    try await cluster.current(0)
    _ = try await cluster.clients[0].call("forget", #"{"session":"ada"}"#)
    #expect(cluster.log.entries.allSatisfy { $0.session == nil })
    for number in 0..<2 {
      #expect(try await cluster.clients[number].queries(of: "ada") == [])
      #expect(try cluster.files(of: number, holding: "blue heron") == [])
    }
    try await cluster.stop()
  }

  /// Another replica lives and has what is to be deleted in its queue.
  @Test func aDeletionWaitsForTheQueuesOfOthers() async throws {
    let cluster = try await cluster(waitSeconds: 1)
    cluster.links[1].holdsQueue = true
    // It is in the memory of the replica, too.
    _ = try await cluster.clients[1].complete("b", session: "ada")
    try await cluster.clients[1].record("blue heron", session: "ada")
    try await cluster.clients[1].record("grey kite", session: "ada")
    let refused = try await cluster.clients[0].call(
      "forget", #"{"everyone":true,"query":"blue heron"}"#)
    #expect(refused.errorCode == .databaseUnavailable)
    #expect(refused.errorMessage.contains("nothing is deleted: r1"))
    cluster.links[1].holdsQueue = false
    let answer = try await cluster.clients[0].call(
      "forget", #"{"everyone":true,"query":"blue heron"}"#)
    #expect(answer["result"]?["forgotten"]?.wholeNumber == 1)
    for (number, client) in cluster.clients.enumerated() {
      #expect(try await client.suggests("blue heron", to: "ada") == false)
      #expect(try await client.queries(of: "ada") == ["grey kite"])
      #expect(try cluster.files(of: number, holding: "blue heron") == [])
    }
    #expect(cluster.log.entries.allSatisfy { Data($0.body).range(of: Data("heron".utf8)) == nil })
    try await cluster.stop()
  }

  /// A replica was cut off when something was deleted, and comes back with a queue from before.
  @Test func aDeletionIsNotUndoneByAReplicaThatComesBack() async throws {
    let cluster = try await cluster(leaseSeconds: 0.4)
    cluster.links[1].isCut = true
    try await cluster.clients[1].record("blue heron", session: "ada")
    try await cluster.until("its lease ends") { !cluster.servers[1].core.store.isCurrent }
    cluster.servers[1].clock.advance(100)
    try await cluster.clients[1].record("grey kite", session: "bob")
    let now = cluster.servers[0].clock.now
    // Nobody else has it, so nothing is found; it is deleted all the same.
    let answer = try await cluster.clients[0].call(
      "forget", "{\"everyone\":true,\"query\":\"blue heron\",\"until\":\(now + 50)}")
    #expect(answer["result"]?["forgotten"]?.wholeNumber == 0)
    cluster.links[1].isCut = false
    try await cluster.current(1)
    try await cluster.passOn()
    // What it records from now on is later than the deletion.
    try await cluster.clients[1].record("red tern", session: "ada")
    try await cluster.passOn()
    for (number, client) in cluster.clients.enumerated() {
      #expect(try await client.queries(of: "ada") == ["red tern"])
      // It lies behind the times of the deletion.
      #expect(try await client.queries(of: "bob") == ["grey kite"])
      #expect(try cluster.files(of: number, holding: "blue heron") == [])
    }
    #expect(cluster.servers[1].log.text.contains("1 acknowledged records"))
    try await cluster.stop()
  }

  @Test func aDatabaseWithAQueueServesItsOwnReplicaAlone() async throws {
    let cluster = try await cluster()
    cluster.log.isAway = true
    try await cluster.clients[0].record("blue heron", session: "ada")
    try await cluster.servers[0].stop()
    let path = cluster.servers[0].configuration.databasePath
    let other = LogFollowing(log: cluster.log, replica: "other")
    #expect(throws: SessionStoreError.queueOf(replica: "r0", path: path)) {
      _ = try SessionStore(path: path, following: other)
    }
    // Without the option what is queued is passed on all the same.
    cluster.log.isAway = false
    cluster.servers[0].configuration.following?.acknowledgement = .log
    try await cluster.restart(0)
    try await cluster.passOn()
    try await cluster.servers[0].stop()
    // A copy gets a queue of its own.
    try SessionStore(path: path, following: other).close()
    #expect(cluster.log.entries.count { $0.kind == 1 } == 1)
    try await cluster.servers[1].stop()
  }

  /// Random records at random replicas, whose log is away at times, loses answers, and which are
  /// killed: at the end every acknowledged record is there once, in the order of its replica.
  @Test(arguments: 0..<4) func nothingIsLostOrDoubled(seed: Int) async throws {
    let cluster = try await cluster()
    var random = SplitMix64(seed: UInt64(seed))
    var acknowledged: [[String]] = [[], []]
    for step in 0..<80 {
      let number = Int.random(in: 0..<2, using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0: try await cluster.crash(number)
      case 1: cluster.log.isAway.toggle()
      case 2: cluster.log.lostAnswers = Int.random(in: 0..<3, using: &random)
      case 3: cluster.links[number].holdsQueue.toggle()
      default:
        try await cluster.clients[number].record("query \(step)", session: "s\(number)")
        acknowledged[number].append("query \(step)")
      }
    }
    cluster.log.isAway = false
    for link in cluster.links { link.holdsQueue = false }
    for number in 0..<2 { try await cluster.current(number) }
    try await cluster.passOn()
    for client in cluster.clients {
      for number in 0..<2 {
        let queries = try await client.queries(of: "s\(number)")
        #expect(queries == acknowledged[number].reversed(), "seed \(seed)")
      }
    }
    try await cluster.stop()
  }
}
