// What sessions learn of each other before the next index is built, over both transports.

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

@Suite(.serialized) struct LiveTests {
  /// As many connections as there are event loops, and one more.
  private func connections(_ server: TestServer) async throws -> [any TestConnection] {
    var all: [any TestConnection] = []
    for _ in 0...server.configuration.loops { all.append(try await server.connect()) }
    return all
  }

  /// An index whose log ended at `time`.
  private func writeIndex(_ server: TestServer, lastTime time: Int64, seed: UInt64 = 1) throws {
    try TestIndex.write(to: server.configuration.indexPath, seed: seed, lastTime: time)
  }

  private func live(_ client: any TestConnection) async throws -> JSONValue? {
    try await client.call("status")["result"]?["live"]
  }

  @Test(arguments: Transport.allCases)
  func aNewQueryIsSeenByOthersAfterThreeSessions(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let clients = try await connections(server)
    for (i, session) in ["a", "a", "b"].enumerated() {
      try await clients[i].record("zebra crossing", session: session)
      for client in clients {
        #expect(try await client.complete("zeb", session: "other") == [])
        #expect(try await client.complete("zeb", session: session) == ["zebra crossing"])
      }
    }
    // After the third is acknowledged, every connection sees the query.
    try await clients[0].record("Zebra  Crossing", session: "c")
    for client in clients {
      #expect(try await client.complete("zeb", session: "other") == ["zebra crossing"])
      #expect(try await client.complete("zeb") == ["zebra crossing"])
      let answer = try await client.call("complete", "{\"prefix\":\"zeb\"}")
      let source = answer["result"]?["suggestions"]?.elements?.first?["source"]
      #expect(source?.utf8 == Array("recent".utf8))
    }
    // A blocked query stays hidden, whichever session submits it.
    _ = try await clients[1].change("block", "word", "zebra")
    for client in clients { #expect(try await client.complete("zeb", session: "a") == []) }
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func whatWasSubmittedOutlivesRestartAndReload(transport: Transport) async throws {
    let server = try await TestServer(transport) { $0.liveSessions = 2 }
    var clients = try await connections(server)
    for session in ["a", "b"] { try await clients[0].record("zebra", session: session) }
    try await server.restart()
    clients = try await connections(server)
    for client in clients { #expect(try await client.complete("zeb") == ["zebra"]) }
    // An index of another profile compares it in its own normal form.
    for profile in [NormalizationProfile.verbatim, .search] {
      try TestIndex.write(to: server.configuration.indexPath, profile: profile, seed: 3)
      #expect(try await clients[0].call("reload", "{\"force\":true}")["result"] != nil)
      for client in clients {
        #expect(try await client.complete("zeb") == ["zebra"])
        #expect(try await client.complete("Zeb") == (profile == .search ? ["zebra"] : []))
      }
    }
    #expect(try await live(clients[1])?["events"]?.wholeNumber == 2)
    #expect(try await live(clients[0])?["queries"]?.wholeNumber == 1)
    // An index of a log that ends later has the query already, or has left it out.
    try writeIndex(server, lastTime: server.clock.now)
    #expect(try await clients[0].call("reload")["result"] != nil)
    for client in clients { #expect(try await client.complete("zeb") == []) }
    #expect(try await live(clients[1])?["events"]?.wholeNumber == 0)
    #expect(try await live(clients[1])?["since"]?.wholeNumber == server.clock.now)
    server.clock.advance(1)
    for session in ["a", "b"] { try await clients[0].record("zebra", session: session) }
    for client in clients { #expect(try await client.complete("zeb") == ["zebra"]) }
    try await server.stop()
  }

  /// One session's queries, labels or not, however many, change no answer to another session;
  /// `status` does not tell whether somebody else submitted a text before.
  @Test(arguments: Transport.allCases)
  func oneSessionMovesNobodysLists(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let clients = try await connections(server)
    func answers() async throws -> [JSONValue?] {
      var all: [JSONValue?] = []
      for client in clients {
        for prefix in ["", "r", "gar", "z", "garden hose"] {
          for previous in ["", ",\"previous\":[\"secret plan\"]", ",\"previous\":[\"glass\"]"] {
            let answer = try await client.call(
              "complete", "{\"prefix\":\"\(prefix)\",\"explain\":true\(previous)}")
            all.append(answer["result"]?["suggestions"])
          }
        }
      }
      return all
    }
    let before = try await answers()
    let queries = try await live(clients[0])?["queries"]
    for _ in 0..<3 {
      for query in ["garden hose", "secret plan", "zebra", "garden hose", "table", "ZEBRA!"] {
        try await clients[0].record(query, session: "stranger")
        #expect(try await live(clients[0])?["queries"] == queries)
      }
      server.clock.advance(86_400)
    }
    #expect(try await answers() == before)
    // Another session that submits the same text learns nothing by it, either.
    try await clients[1].record("secret plan", session: "guesser")
    #expect(try await live(clients[1])?["queries"] == queries)
    #expect(try await answers() == before)
    try await server.stop()
  }

  /// A spelling that only one session used is shown to others in the normal form, and not at all
  /// when too few sessions are left.
  @Test(arguments: Transport.allCases)
  func oneSessionsSpellingStaysItsOwn(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let clients = try await connections(server)
    try await clients[0].record("Zq-Hunter2!/#(my_own:Form)?", session: "a")
    for session in ["b", "c", "d"] {
      try await clients[1].record("zq hunter2 my own form", session: session)
    }
    for client in clients {
      #expect(try await client.complete("zq", session: "other") == ["zq hunter2 my own form"])
      #expect(try await client.complete("zq", session: "a") == ["Zq-Hunter2!/#(my_own:Form)?"])
    }
    #expect(try await clients[0].call("forget", "{\"session\":\"a\"}")["result"] != nil)
    for client in clients {
      #expect(try await client.complete("zq", session: "a") == ["zq hunter2 my own form"])
    }
    #expect(try await clients[1].call("forget", "{\"session\":\"b\"}")["result"] != nil)
    for client in clients { #expect(try await client.complete("zq", session: "other") == []) }
    try await server.stop()
  }

  /// A start that does not wait serves first without the earlier queries, then with them.
  @Test(arguments: Transport.allCases)
  func whatIsReadLateJoins(transport: Transport) async throws {
    let server = try await TestServer(transport) { configuration in
      configuration.liveStartSeconds = 0
      configuration.liveSessions = 2
    }
    var client = try await server.connect()
    for session in ["a", "b"] { try await client.record("zebra", session: session) }
    for round in 1...5 {
      try await server.restart()
      client = try await server.connect()
      try await client.record("zebra", session: "c\(round)")
      while try await live(client) == .null {}
      #expect(try await live(client)?["events"]?.wholeNumber == Int64(2 + round))
      #expect(try await client.complete("zeb") == ["zebra"])
    }
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func aCorrectionSaysSo(transport: Transport) async throws {
    let server = try await TestServer(transport)
    let client = try await server.connect()
    let answer = try await client.call("complete", "{\"prefix\":\"gardne\"}")
    let first = try #require(answer["result"]?["suggestions"]?.elements?.first)
    #expect(first["text"]?.utf8?.starts(with: Array("garden".utf8)) == true, "\(answer.texts)")
    #expect(first["corrected"] == .bool(true))
    let explained = try await client.call("complete", "{\"prefix\":\"gardne\",\"explain\":true}")
    #expect(
      explained["result"]?["suggestions"]?.elements?.allSatisfy { $0["corrected"] == .bool(true) }
        == true)
    let typed = try await client.call("complete", "{\"prefix\":\"garden\"}")
    #expect(typed["result"]?["suggestions"]?.elements?.first?["corrected"] == nil)
    _ = try await client.change("block", "prefix", "garden")
    #expect(try await client.complete("gardne") == [])
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func whatIsForgottenIsGoneForEverybody(transport: Transport) async throws {
    let server = try await TestServer(transport) { $0.liveSessions = 2 }
    let clients = try await connections(server)
    for session in ["a", "b"] {
      try await clients[0].record("zebra one", session: session)
      try await clients[1].record("zebra two", session: session)
    }
    for client in clients {
      #expect(Set(try await client.complete("zeb")) == ["zebra one", "zebra two"])
    }
    let answer = try await clients[1].call(
      "forget", "{\"session\":\"a\",\"query\":\"ZEBRA one\"}")
    #expect(answer["result"]?["forgotten"]?.wholeNumber == 1)
    for client in clients { #expect(try await client.complete("zeb") == ["zebra two"]) }
    _ = try await clients[2].call("forget", "{\"session\":\"b\"}")
    for client in clients { #expect(try await client.complete("zeb") == []) }
    #expect(try await live(clients[0])?["events"]?.wholeNumber == 1)
    try await server.restart()
    let after = try await connections(server)
    for client in after { #expect(try await client.complete("zeb") == []) }
    try await server.stop()
  }

  @Test(arguments: Transport.allCases)
  func theNewestEventsAreKept(transport: Transport) async throws {
    let server = try await TestServer(transport) { configuration in
      configuration.liveEvents = 4
      configuration.liveSessions = 2
    }
    var clients = try await connections(server)
    for query in ["zebra one", "zebra two", "zebra three"] {
      for session in ["a", "b"] {
        server.clock.advance(1)
        try await clients[0].record(query, session: session)
      }
    }
    for _ in 0..<2 {
      for client in clients {
        #expect(Set(try await client.complete("zeb")) == ["zebra two", "zebra three"])
      }
      try await server.restart()
      clients = try await connections(server)
    }
    try await server.stop()
  }

  /// Records that go on while an index is loaded are in its overlay, each once.
  @Test(arguments: 0..<3) func nothingIsLostOrCountedTwiceByAReload(seed: Int) async throws {
    let server = try await TestServer(.socket)
    let clients = try await connections(server)
    let reloader = try await server.connect()
    var count = 0
    for round in 0..<6 {
      try writeIndex(server, lastTime: 1, seed: UInt64(1 + (seed + round) % 3))
      _ = try await reloader.post("reload", "{}")
      // Sent without waiting, while the index is being loaded.
      for (i, client) in clients.enumerated() {
        for n in 0..<200 {
          _ = try await client.post(
            "record", "{\"session\":\"s\(n % 5)-\(i)\",\"query\":\"word\(2000 + round * 200 + n)\"}"
          )
        }
      }
      for client in clients {
        for _ in 0..<200 { #expect(try await client.receive()["result"] != nil) }
      }
      count += 200 * clients.count
      #expect(try await reloader.receive()["result"]?["index"] != nil)
      for client in clients {
        #expect(
          try await live(client)?["events"]?.wholeNumber == Int64(count),
          "seed \(seed), round \(round)")
        // Three connections submitted it, each for its own session.
        let query = "word\(2000 + round * 200 + 7)"
        #expect(try await client.complete(query) == [query], "seed \(seed), round \(round)")
      }
    }
    try await server.stop()
  }

  @Test func theFeedKeepsWhatASnapshotNeedsAndNoMore() throws {
    let directory = try TemporaryDirectory()
    try TestIndex.write(to: directory.file("i"))
    let served = try ServedIndex(path: directory.file("i")) { _ throws(ServerError) in RuleSet() }
    let store = try SessionStore(path: directory.file("s"))
    let feed = LiveFeed(
      loops: 2, settings: .init(capacity: 100, sessionsNeeded: 2))
    let views = [LiveView(feed, loop: 0), LiveView(feed, loop: 1)]
    let acknowledged = Mutex<[String]>([])
    func submit(_ text: String, _ session: UInt8) {
      let event = StoredEvent(query: Array(text.utf8), normalized: Array(text.utf8), time: 5)
      feed.record(event, session: [session], profile: .search) {
        acknowledged.withLock { $0.append(text) }
      }
    }
    submit("before", 1)  // Not in the store, so not in the snapshot.
    try feed.renewOverlays(of: served, from: store, latest: nil)
    submit("after", 1)
    // Acknowledged, since each loop takes them up before it answers.
    #expect(feed.waiting == 3 && acknowledged.withLock { $0 } == ["before", "after"])
    for view in views {
      #expect(view.overlay(of: served.engine)?.eventCount == 1)
      view.goOn()
    }
    #expect(feed.waiting == 0)
    let isForgotten = Mutex(false)
    feed.forget(nil, session: [1]) { isForgotten.withLock { $0 = true } }
    // Acknowledged after each loop has had a turn for it.
    for view in views {
      #expect(!isForgotten.withLock { $0 })
      view.goOn()
      #expect(view.overlay(of: served.engine)?.eventCount == 0)
    }
    #expect(isForgotten.withLock { $0 })
    feed.retire(served)
    for view in views {
      view.goOn()
      #expect(view.overlay(of: served.engine) == nil)
    }
    store.close()
    #expect(throws: SessionStoreError.closed) {
      try feed.renewOverlays(of: served, from: store, latest: nil)
    }
    // Without the store, overlays begin empty and go on from here.
    submit("again", 2)
    #expect(views[0].overlay(of: served.engine)?.eventCount == 1)
    let off = LiveFeed(loops: 1, settings: .init(capacity: 0, sessionsNeeded: 1))
    try off.renewOverlays(of: served, from: store, latest: nil)
    let isToldOfNothing = Mutex(false)
    off.forget(nil, session: [1]) { isToldOfNothing.withLock { $0 = true } }
    let view = LiveView(off, loop: 0)
    view.goOn()
    #expect(view.overlay(of: served.engine) == nil && off.waiting == 0)
    #expect(isToldOfNothing.withLock { $0 })
  }

  /// However much is submitted, a loop is never more than a few messages behind what is acknowledged,
  /// and has all of that when it answers.
  @Test(arguments: 0..<6) func aLoopHasWhatWasAcknowledged(seed: Int) throws {
    let directory = try TemporaryDirectory()
    try TestIndex.write(to: directory.file("i"))
    let served = try ServedIndex(path: directory.file("i")) { _ throws(ServerError) in RuleSet() }
    let store = try SessionStore(path: directory.file("s"))
    let feed = LiveFeed(loops: 2, settings: .init(capacity: 10_000, sessionsNeeded: 1))
    let views = [LiveView(feed, loop: 0), LiveView(feed, loop: 1)]
    try feed.renewOverlays(of: served, from: store, latest: nil)
    for view in views { view.goOn() }
    let acknowledged = Mutex(0)
    var random = SplitMix64(seed: UInt64(seed))
    var (submitted, seen) = (0, [0, 0])
    for step in 0..<400 {
      let place = "seed \(seed), step \(step)"
      switch random.below(8) {
      case 0, 1:
        let i = random.below(2)
        // A turn of the loop that was woken, or none.
        if random.below(2) == 0 { views[i].goOn() }
        let before = acknowledged.withLock { $0 }
        seen[i] = try #require(views[i].overlay(of: served.engine)?.eventCount, "\(place)")
        #expect(seen[i] >= before, "\(place)")
      default:
        submitted += 1
        let event = StoredEvent(
          query: Array("query \(submitted)".utf8), normalized: Array("query \(submitted)".utf8),
          time: 5)
        feed.record(event, session: [1], profile: .search) { acknowledged.withLock { $0 += 1 } }
      }
      let told = acknowledged.withLock { $0 }
      #expect(told <= submitted && told <= min(seen[0], seen[1]) + LiveFeed.slack, "\(place)")
      feed.checkInvariants()
    }
    for _ in 0...submitted / 32 { for view in views { view.goOn() } }
    #expect(acknowledged.withLock { $0 } == submitted && feed.waiting == 0, "seed \(seed)")
    store.close()
  }

  /// A lone query wakes no loop; a loop that is far behind is woken, and so is one that a deletion
  /// waits for.
  @Test func loopsAreWokenWhenTheyMustBe() throws {
    let feed = LiveFeed(loops: 2, settings: .init(capacity: 100, sessionsNeeded: 1))
    let count = Mutex(0)
    feed.attach { count.withLock { $0 += 1 } }
    let views = [LiveView(feed, loop: 0), LiveView(feed, loop: 1)]
    for view in views { view.goOn() }
    let acknowledged = Mutex(0)
    func submit() {
      let event = StoredEvent(query: [0x61], normalized: [0x61], time: 5)
      feed.record(event, session: [1], profile: .search) { acknowledged.withLock { $0 += 1 } }
    }
    let start = count.withLock { $0 }
    submit()
    #expect(count.withLock { $0 } == start && acknowledged.withLock { $0 } == 1)
    for _ in 0..<LiveFeed.slack { submit() }
    #expect(count.withLock { $0 } == start + 1 && acknowledged.withLock { $0 } == LiveFeed.slack)
    for view in views { view.goOn() }
    #expect(acknowledged.withLock { $0 } == LiveFeed.slack + 1 && feed.waiting == 0)
    submit()
    #expect(count.withLock { $0 } == start + 1 && feed.waiting == 1)
    feed.settle()
    #expect(count.withLock { $0 } == start + 2)
    for view in views { view.goOn() }
    #expect(feed.waiting == 0)
    feed.settle()
    #expect(count.withLock { $0 } == start + 2)
    let isForgotten = Mutex(false)
    feed.forget(nil, session: [1]) { isForgotten.withLock { $0 = true } }
    #expect(count.withLock { $0 } == start + 3)
    for view in views { view.goOn() }
    #expect(isForgotten.withLock { $0 })
  }
}
