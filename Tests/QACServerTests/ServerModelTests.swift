// Sequences of requests against a dictionary and the engine itself: what the daemon answers must be
// what the engine answers to the queries that the model holds.

import QACBinary
import QACEngine
import QACIndex
import QACProtocol
import QACText
import Testing

@testable import QACServer

@Suite(.serialized) struct ServerModelTests {
  private struct Model {
    /// What was asked for since the overlay was made anew.
    private enum Step {
      case record(String, String, Int64)
      case forget(String, String?)
    }

    var sessions: [String: [(query: String, at: Int64)]] = [:]
    private var steps: [Step] = []

    mutating func record(_ query: String, _ session: String, at time: Int64) {
      sessions[session, default: []].append((query, time))
      steps.append(.record(session, query, time))
    }

    /// What a start and a reload do: only what is stored is known, in the order of time.
    mutating func renew() {
      let stored = sessions.flatMap { session, events in
        events.map { (session: session, query: $0.query, at: $0.at) }
      }
      steps = stored.sorted { ($0.at, $0.session) < ($1.at, $1.session) }.map {
        .record($0.session, $0.query, $0.at)
      }
    }

    private func overlay(_ engine: CompletionEngine) -> LiveOverlay {
      let normalizer = Normalizer(engine.index.profile)
      let overlay = LiveOverlay(index: engine.index)
      for step in steps {
        switch step {
        case .record(let session, let query, let time):
          overlay.record(
            normalized: normalizer.normalize(query), surface: Array(query.utf8),
            session: LiveFeed.name(of: Array(session.utf8)), at: time)
        case .forget(let session, let query):
          overlay.forget(
            normalized: query.map { normalizer.normalize($0) },
            session: LiveFeed.name(of: Array(session.utf8)))
        }
      }
      return overlay
    }

    /// What the engine says to `prefix` after the queries of `session`, and of all sessions.
    func complete(
      _ prefix: String, session: String?, at time: Int64, limit: Int, _ engine: CompletionEngine
    ) -> [String] {
      let normalizer = Normalizer(engine.index.profile)
      var context = SessionContext()
      for event in session.flatMap({ sessions[$0] }) ?? [] {
        context.record(
          normalized: normalizer.normalize(event.query), surface: Array(event.query.utf8),
          at: event.at)
      }
      let scratch = CompletionScratch(engine: engine)
      let overlay = overlay(engine)
      Array(prefix.utf8).withUnsafeBufferPointer {
        engine.complete(
          prefix: $0, context: context, overlay: overlay, at: time, limit: limit,
          scratch: scratch)
      }
      return (0..<scratch.count).map { String(decoding: scratch.text($0), as: UTF8.self) }
    }

    mutating func forget(_ query: String?, _ session: String, _ normalizer: Normalizer) -> Int {
      steps.append(.forget(session, query))
      let before = sessions[session] ?? []
      let gone = query.map { normalizer.normalize($0) }
      sessions[session] = before.filter { event in
        if event.query == query { return false }
        guard let gone else { return false }
        return gone.isEmpty || normalizer.normalize(event.query) != gone
      }
      return before.count - (sessions[session]?.count ?? 0)
    }
  }

  private static let queries =
    TestIndex.words + ["zebra crossing", "Red Shoes", "red  hat", "???", "gar", "rain coat blue"]
  private static let prefixes = ["", "r", "re", "red ", "g", "gar", "z", "w", "rain", "GLASS"]

  @Test(arguments: Transport.allCases, 0..<6)
  func answersAreTheEngines(transport: Transport, seed: Int) async throws {
    let server = try await TestServer(transport) { configuration in
      // So few that sessions leave memory and come back all the time.
      if seed % 2 == 0 { configuration.cachedSessions = 2 }
    }
    var random = SplitMix64(seed: UInt64(seed))
    var model = Model()
    var clients = [try await server.connect(), try await server.connect()]
    for step in 0..<150 {
      let note = Comment(rawValue: "\(transport), seed \(seed), step \(step)")
      let client = clients[random.below(clients.count)]
      let session = ["ada", "ben", "cid", "dora"][random.below(4)]
      let query = Self.queries[random.below(Self.queries.count)]
      let engine = server.core.index.current.engine
      let normalizer = Normalizer(engine.index.profile)
      switch random.below(20) {
      case 0..<7:
        try await client.record(query, session: session)
        model.record(query, session, at: server.clock.now)
      case 7..<14:
        let prefix = Self.prefixes[random.below(Self.prefixes.count)]
        let known = random.below(5) == 0 ? nil : session
        let expected = model.complete(
          prefix, session: known, at: server.clock.now, limit: 5, engine)
        #expect(try await client.complete(prefix, session: known) == expected, note)
      case 14:
        let expected = (model.sessions[session] ?? []).reversed().prefix(7).map { event in
          RecordedQuery(query: Array(event.query.utf8), at: event.at)
        }
        #expect(try await client.history(session, limit: 7) == Array(expected), note)
      case 15:
        let answer = try await client.call(
          "forget", "{\"session\":\"\(session)\",\"query\":\"\(query)\"}")
        let count = model.forget(query, session, normalizer)
        #expect(answer["result"]?["forgotten"]?.wholeNumber == Int64(count), note)
      case 16:
        if random.below(3) == 0 {
          let answer = try await client.call("forget", "{\"session\":\"\(session)\"}")
          let count = model.forget(nil, session, normalizer)
          #expect(answer["result"]?["forgotten"]?.wholeNumber == Int64(count), note)
        }
      case 17:
        try TestIndex.write(
          to: server.configuration.indexPath, profile: random.below(2) == 0 ? .search : .verbatim,
          seed: UInt64(random.below(3)))
        let answer = try await client.call("reload")
        model.renew()
        let identity = server.core.index.current.engine.index.identity
        #expect(answer["result"]?["index"]?.utf8 == Array(identity.utf8), note)
      case 18:
        // Now and then beyond the 30 minutes after which a query is history.
        server.clock.advance([0, 1, 60, 40 * 60][random.below(4)])
      default:
        if random.below(4) == 0 {
          try await server.restart()
          model.renew()
          clients = [try await server.connect(), try await server.connect()]
        }
      }
    }
    try await server.stop()
  }

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
      // What others see of a query is settled when it is acknowledged, which nobody waits for here.
      configuration.liveEvents = 0
    }
    let client = try await server.connect()
    let engine = server.core.index.current.engine
    var random = SplitMix64(seed: UInt64(seed))
    var model = Model()
    for round in 0..<25 {
      var expected: [Int: [String]] = [:]
      let count = 2 + random.below(10)
      for _ in 0..<count {
        let session = "s\(random.below(40))"
        if random.below(2) == 0 {
          let query = Self.queries[random.below(Self.queries.count)]
          _ = try await client.post(
            "record", "{\"session\":\"\(session)\",\"query\":\"\(query)\"}")
          model.sessions[session, default: []].append((query, server.clock.now))
        } else {
          let prefix = Self.prefixes[random.below(Self.prefixes.count)]
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
    }
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func previousQueriesAreAContextOfTheirOwn(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    let engine = server.core.index.current.engine
    var model = Model()
    model.sessions["x"] = ["garden hose", "zebra"].map { ($0, server.clock.now) }
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
    var model = Model()
    model.sessions["s"] = [("qa", 100), ("qb", 200), ("qc", 300)]
    let expected = model.complete(
      "q", session: "s", at: 310, limit: 5, replay.core.index.current.engine)
    #expect(try await client.complete("q", session: "s", extra: ",\"at\":310") == expected)
    try await replay.stop()
  }
}
