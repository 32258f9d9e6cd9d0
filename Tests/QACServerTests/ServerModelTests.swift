// What requests see of each other, against the model: one after another, together, with their own
// times.

import QACBinary
import QACEngine
import QACIndex
import QACProtocol
import QACText
import Testing

@testable import QACServer

@Suite(.serialized) struct ServerModelTests {
  @Test(arguments: Transport.allCases)
  func aCompletionBehindARecordSeesIt(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    // A session that is in memory, and one that is not.
    _ = try await client.complete("z", session: "warm")
    for session in ["warm", "cold"] {
      let record = try await client.post(
        "record", "{\"session\":\"\(session)\",\"query\":\"zebra\"}")
      let complete = try await client.post(
        "complete", "{\"session\":\"\(session)\",\"prefix\":\"ze\"}")
      var answers: [Int64: JSONValue] = [:]
      for _ in 0..<2 {
        let answer = try await client.receive()
        answers[answer["id"]?.wholeNumber ?? 0] = answer
      }
      #expect(answers[Int64(record)]?["result"] != nil)
      #expect(answers[Int64(complete)]?.texts == ["zebra"])
    }
    try await server.stop()
  }

  /// Many requests at once, to sessions that are in memory and sessions that are not.
  @Test(arguments: Transport.allCases, 0..<3)
  func pipelinedRequestsTakeEffectInOrder(transport: Transport, seed: Int) async throws {
    let server = try await TestServer(transport) { configuration in
      configuration.cachedSessions = 32
      // Other sessions are left out: when they see a query depends on its acknowledgement, for
      // which this test does not wait.
      configuration.liveEvents = 0
    }
    let client = try await server.connect()
    let engine = server.core.index.current.engine
    let normalizer = server.core.index.current.normalizer
    var random = SplitMix64(seed: UInt64(seed))
    var model = DaemonModel(isLive: false)
    for round in 0..<25 {
      var expected: [Int: [String]] = [:]
      let count = 2 + random.below(10)
      for _ in 0..<count {
        let session = "s\(random.below(40))"
        if random.below(2) == 0 {
          let query = DaemonOperation.queries[random.below(DaemonOperation.queries.count)]
          _ = try await client.post(
            "record", "{\"session\":\"\(session)\",\"query\":\"\(query)\"}")
          model.record(query, session, at: server.clock.now, normalizer)
        } else {
          let prefix = DaemonOperation.prefixes[random.below(DaemonOperation.prefixes.count)]
          let id = try await client.post(
            "complete", "{\"session\":\"\(session)\",\"prefix\":\"\(prefix)\"}")
          expected[id] = model.complete(
            prefix, session: session, at: server.clock.now, limit: 5, engine)
        }
      }
      for _ in 0..<count {
        let answer = try await client.receive()
        let id = Int(answer["id"]?.wholeNumber ?? -1)
        #expect(answer["result"] != nil)
        if let texts = expected[id] {
          #expect(answer.texts == texts, "\(transport), seed \(seed), round \(round)")
        }
      }
      #if DEBUG
        server.core.sessions.checkInvariants()
      #endif
    }
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func previousQueriesAreAContextOfTheirOwn(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    let engine = server.core.index.current.engine
    var model = DaemonModel(isLive: false)
    for query in ["garden hose", "zebra"] {
      model.record(query, "x", at: server.clock.now, server.core.index.current.normalizer)
    }
    let expected = model.complete("", session: "x", at: server.clock.now, limit: 5, engine)
    let texts = try await client.complete("", extra: ",\"previous\":[\"garden hose\",\"zebra\"]")
    #expect(texts == expected)
    #expect(try await client.call("status")["result"]?["events"]?.wholeNumber == 0)
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func clientTimeIsForReplaysOnly(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let refused = try await server.connect().call(
      "record", "{\"session\":\"s\",\"query\":\"q\",\"at\":5}")
    #expect(refused.errorCode == .clientTimeRefused)
    try await server.stop()

    let replay = try await TestServer(transport, clock: .client)
    let client = try await replay.connect()
    // Out of order, in memory and on disk.
    _ = try await client.complete("q", session: "s")
    for (query, at) in [("qc", 300), ("qa", 100), ("qb", 200)] {
      try await client.record(query, session: "s", extra: ",\"at\":\(at)")
    }
    #expect(try await client.history("s").map(\.at) == [300, 200, 100])
    var model = DaemonModel(isLive: false)
    for (query, time) in [("qa", 100), ("qb", 200), ("qc", 300)] {
      model.record(query, "s", at: Int64(time), replay.core.index.current.normalizer)
    }
    let expected = model.complete(
      "q", session: "s", at: 310, limit: 5, replay.core.index.current.engine)
    #expect(try await client.complete("q", session: "s", extra: ",\"at\":310") == expected)
    try await replay.stop()
  }
}
