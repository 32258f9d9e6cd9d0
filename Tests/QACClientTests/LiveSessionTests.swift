// A session with a daemon that stops and restarts.

import QACClient
import QACProtocol
import QACTestSupport
import Synchronization
import Testing

@Suite struct LiveSessionTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("s")
  }

  private func live(timeout: Duration = .seconds(5)) throws -> LiveSession {
    let session = try #require(SessionName("ada"))
    return LiveSession(
      client: Client(socketPath: path, timeout: timeout), session: session, limit: 3)
  }

  /// Advances the session until `isDone`; time moves by the session's own `patience`.
  private func events(
    of live: LiveSession, until isDone: ([LiveSession.Event]) -> Bool
  ) -> [LiveSession.Event] {
    var events: [LiveSession.Event] = []
    let giveUp = ContinuousClock.now + .seconds(20)
    while !isDone(events), ContinuousClock.now < giveUp {
      events += live.advance()
    }
    #expect(ContinuousClock.now < giveUp, "waited in vain: \(events)")
    return events
  }

  private static func answer(_ request: Request) -> FakeDaemon.Reaction {
    switch request {
    case .complete(let parameters):
      return .result(
        .object([
          .init(
            "suggestions",
            .array([
              .object([
                .init("text", .string(parameters.prefix + Array("!".utf8))),
                .init("score", .integer(1)), .init("source", .text("index")),
              ])
            ])), .init("index", .text("i")), .init("took_us", .integer(1)),
        ]))
    case .history: return .result(.object([.init("queries", .array([]))]))
    case .ping: return .result(.object([.init("protocol", .integer(1))]))
    default: return .result(.object([]))
    }
  }

  private func completed(_ events: [LiveSession.Event]) -> [String] {
    events.compactMap { event in
      if case .completed(_, let text, _) = event { return text }
      return nil
    }
  }

  @Test func onlyTheNewestTextIsAnswered() throws {
    let daemon = try FakeDaemon(path: path) { Self.answer($0) }
    let live = try live()
    for text in ["g", "ga", "gar"] { live.complete(text) }
    let events = events(of: live) { !completed($0).isEmpty }
    #expect(completed(events) == ["gar"])
    guard case .completed(let completion, _, let after) = events.last else {
      Issue.record("no completion")
      return
    }
    #expect(completion.suggestions.map(\.text) == [Array("gar!".utf8)])
    #expect(after > .zero)
    #expect(live.patience == nil)
    #expect(daemon.received.count == 3)
  }

  @Test func listsComeAndWhatIsForgottenIsCounted() throws {
    let daemon = try FakeDaemon(path: path) { request in
      switch request {
      case .history:
        return .result(
          .object([
            .init(
              "queries",
              .array([.object([.init("query", .text("q")), .init("at", .integer(7))])]))
          ]))
      case .forget: return .result(.object([.init("forgotten", .integer(2))]))
      default: return Self.answer(request)
      }
    }
    let live = try live()
    // Only the newest list is waited for.
    live.list(search: nil)
    live.list(search: "q")
    live.forget("q")
    let events = events(of: live) { $0.count == 2 }
    #expect(
      events == [
        .listed([.init(query: Array("q".utf8), last: LastUse(at: 7, uses: 1))], search: "q"),
        .forgotten(2, query: "q"),
      ])
    live.enter(try #require(SessionName("bob")))
    live.record("next")
    _ = self.events(of: live) { $0.contains(.recorded) }
    guard case .record(let record) = daemon.received.last else {
      Issue.record("no record")
      return
    }
    #expect(record.session.string == "bob")
  }

  @Test func aDaemonThatCanSearchIsAskedTo() throws {
    let daemon = try FakeDaemon(path: path) { request in
      guard case .search = request else { return Self.answer(request) }
      return .result(
        .object([
          .init(
            "hits",
            .array([
              .object([
                .init("query", .text("a b")), .init("at", .integer(7)), .init("uses", .integer(3)),
              ])
            ]))
        ]))
    }
    let live = try live()
    live.features = ["search", "last"]
    live.list(search: "b a")
    live.complete("a")
    let events = events(of: live) { $0.count == 2 }
    let hit = SearchPage.Hit(query: Array("a b".utf8), last: LastUse(at: 7, uses: 3))
    #expect(events.contains(.listed([hit], search: "b a")))
    let isAsked = daemon.received.contains { request in
      if case .complete(let complete) = request { return complete.last }
      return false
    }
    #expect(isAsked)
  }

  @Test func whatIsForgottenIsSaidAgainToTheNextDaemon() throws {
    var daemon: FakeDaemon? = try FakeDaemon(path: path) { request in
      if case .forget = request { return .hangUp }
      return Self.answer(request)
    }
    let live = try live()
    live.forget("q")
    _ = events(of: live) { $0.contains { if case .lost = $0 { true } else { false } } }
    #expect(daemon != nil)
    daemon = nil
    daemon = try FakeDaemon(path: path) { request in
      if case .forget = request { return .result(.object([.init("forgotten", .integer(1))])) }
      return Self.answer(request)
    }
    let after = events(of: live) { $0.contains(.forgotten(1, query: "q")) }
    #expect(after.contains(.back))
  }

  @Test func recordsAreConfirmed() throws {
    let daemon = try FakeDaemon(path: path) { Self.answer($0) }
    let live = try live()
    live.record("one")
    live.record("two")
    #expect(live.unrecorded == 2)
    _ = events(of: live) { $0.count { $0 == .recorded } == 2 }
    #expect(live.unrecorded == 0)
    let session = try #require(SessionName("ada"))
    #expect(
      daemon.received
        == ["one", "two"].map { .record(.init(session: session, query: Array($0.utf8))) })
  }

  @Test func withoutADaemonItTriesAgainAndSendsWhatWaited() throws {
    let live = try live()
    live.complete("g")
    live.record("waiting")
    var events = events(of: live) { !$0.isEmpty }
    #expect(events == [.lost(.noDaemon(path: path))])
    #expect(live.unrecorded == 1)
    let patience = try #require(live.patience)
    #expect(patience <= .seconds(2))
    let daemon = try FakeDaemon(path: path) { Self.answer($0) }
    events = self.events(of: live) { !completed($0).isEmpty && $0.contains(.recorded) }
    #expect(events.contains(.back))
    #expect(live.unrecorded == 0)
    #expect(daemon.connections == 1)
  }

  @Test func anUncertainRecordIsSentAgainOnlyIfTheHistoryLacksIt() throws {
    for isRecorded in [true, false] {
      let records = Mutex(0)
      let daemon = try FakeDaemon(path: path) { request in
        switch request {
        case .record:
          // The first one is lost together with its connection.
          let count = records.withLock { count -> Int in
            count += 1
            return count
          }
          return count == 1 ? .hangUp : .result(.object([]))
        case .history where isRecorded:
          return .result(
            .object([
              .init(
                "queries",
                .array([.object([.init("query", .text("pond")), .init("at", .integer(1))])]))
            ]))
        default: return Self.answer(request)
        }
      }
      let live = try live()
      live.record("pond")
      let events = events(of: live) { $0.contains(.recorded) }
      #expect(events.contains(.lost(.connectionLost)))
      #expect(live.unrecorded == 0)
      #expect(records.withLock { $0 } == (isRecorded ? 1 : 2))
      #expect(daemon.connections >= 2)
    }
  }

  @Test func aSilentDaemonIsGivenUp() throws {
    let daemon = try FakeDaemon(path: path) { _ in .silence }
    let live = try live(timeout: .milliseconds(50))
    live.complete("g")
    let events = events(of: live) { !$0.isEmpty }
    #expect(events.first == .lost(.timedOut(.receive, seconds: 0.05)))
    #expect(daemon.connections >= 1)
  }

  @Test func refusalsAreToldAndNotRepeated() throws {
    let daemon = try FakeDaemon(path: path) { request in
      if case .record = request { return .error(-32602, "no; mend it") }
      return Self.answer(request)
    }
    let live = try live()
    live.record("x")
    let events = events(of: live) { !$0.isEmpty }
    #expect(events == [.refused(RemoteError(code: -32602, message: "no; mend it"))])
    #expect(live.unrecorded == 0)
    #expect(daemon.received.count == 1)
  }

  @Test func aBusyDaemonIsAskedAgain() throws {
    let asked = Mutex(0)
    let daemon = try FakeDaemon(path: path) { request in
      let count = asked.withLock { count -> Int in
        count += 1
        return count
      }
      return count < 3 ? .error(ErrorCode.busy.rawValue, "busy; try again") : Self.answer(request)
    }
    let live = try live()
    live.record("x")
    let events = events(of: live) { $0.contains(.recorded) }
    #expect(events.count == 3)
    #expect(daemon.connections == 1)
  }
}
