// The client against a scripted daemon: answers, errors, lost connections, time.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

@Suite struct ClientTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("s")
  }

  private func error<T>(_ body: () throws(ClientError) -> T) -> ClientError? {
    do throws(ClientError) {
      _ = try body()
      return nil
    } catch {
      return error
    }
  }

  private func json(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8))
  }

  private func session() throws -> SessionName { try #require(SessionName("s")) }

  @Test func everyMethodReturnsItsResult() throws {
    let completion = try json(
      #"{"suggestions":[{"text":"a\u001b","score":0.5,"source":"new"}],"index":"i","took_us":3}"#)
    let page = try json(
      #"{"hits":[{"query":"q","at":5,"uses":2,"place":"/p","outcome":"ok"}],"next":"n"}"#)
    let history = try json(#"{"queries":[{"query":"q","at":5}]}"#)
    let rules = try json(#"{"rules":[{"kind":"word","text":"q","source":"file"}]}"#)
    let pins = try json(#"{"rules":[{"prefix":"","text":"q","until":3}]}"#)
    let boosts = try json(#"{"rules":[{"kind":"word","text":"q","factor":0.5}]}"#)
    let retrieval = try json(
      #"{"items":[{"id":"i","title":"t","score":2,"payload":[1],"arm":"new"}],"index":"x","took_us":1}"#
    )
    let items = try json(#"{"items":[{"id":"i","title":"t","state":"removed"}]}"#)
    @Sendable func change(_ name: String) -> JSONValue {
      .object([.init(name, .bool(true)), .init("labels", .integer(2))])
    }
    let daemon = try FakeDaemon(path: path) { request in
      switch request {
      case .complete: return .result(completion)
      case .record, .outcome: return .result(.object([]))
      case .history: return .result(history)
      case .forget: return .result(.object([.init("forgotten", .integer(2))]))
      case .search: return .result(page)
      case .importEvents, .exportEvents: return .error(-32601, "no; mend it")
      case .block: return .result(change("new"))
      case .unblock: return .result(change("existed"))
      case .blocks: return .result(rules)
      case .pin, .boost: return .result(change("new"))
      case .unpin, .unboost: return .result(change("existed"))
      case .pins: return .result(pins)
      case .boosts: return .result(boosts)
      case .retrieve: return .result(retrieval)
      case .itemsAdd:
        return .result(
          .object([
            .init("added", .integer(1)), .init("replaced", .integer(2)),
            .init("indexed", .integer(3)),
          ]))
      case .itemsRemove: return .result(.object([.init("removed", .integer(1))]))
      case .items: return .result(items)
      case .reload: return .result(.object([.init("index", .text("i"))]))
      case .metrics: return .result(.object([.init("text", .text("a 1\n"))]))
      case .status, .ping: return .result(.object([.init("protocol", .integer(1))]))
      }
    }
    let client = Client(socketPath: path)
    let suggestions = try client.complete(.init(prefix: Array("a".utf8))).suggestions
    #expect(suggestions == [.init(text: Array("a\u{1B}".utf8), score: 0.5, source: "new")])
    try client.record(.init(session: try session(), query: Array("q".utf8), at: 5))
    #expect(
      try client.history(.init(session: try session())) == [.init(query: Array("q".utf8), at: 5)])
    let search = Request.Search(session: try session(), query: [])
    let use = LastUse(at: 5, uses: 2, place: Place("/p"), outcome: .ok)
    #expect(
      try client.search(search)
        == .init(hits: [.init(query: Array("q".utf8), last: use)], next: Array("n".utf8)))
    #expect(try client.forget(.init(session: try session())) == 2)
    let rule = Request.Rule(kind: .word, text: Array("q".utf8))
    #expect(try client.block(rule) == .init(isChanged: true, isInFile: false, labels: 2))
    #expect(try client.unblock(rule) == .init(isChanged: true, isInFile: false, labels: 2))
    #expect(
      try client.blocks() == [.init(kind: "word", text: Array("q".utf8), source: "file")])
    let pin = Request.Pin(prefix: [], text: Array("q".utf8))
    let changed = RuleChange(isChanged: true, isInFile: false, labels: 2)
    #expect(try client.pin(pin) == changed)
    #expect(try client.unpin(pin) == changed)
    #expect(try client.pins() == [.init(prefix: [], text: Array("q".utf8), until: 3)])
    #expect(try client.boost(.init(rule: rule, factor: 2)) == changed)
    #expect(try client.unboost(rule) == changed)
    #expect(try client.boosts() == [.init(kind: "word", text: Array("q".utf8), factor: 0.5)])
    #expect(try client.reload() == "i")
    #expect(try client.ping() == 1)
    #expect(try client.status()["protocol"] == .integer(1))
    #expect(try client.metrics() == Array("a 1\n".utf8))
    let found = try client.retrieve(.init(query: Array("q".utf8)))
    #expect(
      found.items == [
        RetrievedItem(
          id: Array("i".utf8), title: Array("t".utf8), score: 2, payload: .array([.integer(1)]),
          arm: "new")
      ])
    let id = try #require(ItemID("i"))
    #expect(
      try client.addItems([.init(id: id, title: Array("t".utf8))])
        == AddedCounts(added: 1, replaced: 2, indexed: 3))
    #expect(try client.removeItems([id]) == 1)
    #expect(
      try client.items(limit: 3)
        == [ListedItem(id: Array("i".utf8), title: Array("t".utf8), state: .removed)])
    #expect(daemon.received.count == 22)
    #expect(daemon.connections == 1)
  }

  @Test func nobodyThereSaysHowToStartTheDaemon() throws {
    let client = Client(socketPath: path)
    #expect(error { () throws(ClientError) in try client.ping() } == .noDaemon(path: path))
    #expect("\(ClientError.noDaemon(path: "/x/y"))".contains("start one with: qacd --index FILE"))
    // The socket of a daemon that is gone.
    var daemon: FakeDaemon? = try FakeDaemon(path: path) { _ in .hangUp }
    #expect(daemon != nil)
    daemon = nil
    #expect(error { () throws(ClientError) in try client.ping() } == .noDaemon(path: path))
    #expect(!client.isConnected)
  }

  @Test func otherThingsAtThePathAreNamed() throws {
    let file = directory.file("file")
    try "x".write(toFile: file, atomically: false, encoding: .utf8)
    let onFile = Client(socketPath: file)
    #expect(error { () throws(ClientError) in try onFile.ping() } == .notASocket(path: file))
    let onDirectory = Client(socketPath: directory.path)
    #expect(
      error { () throws(ClientError) in try onDirectory.ping() }
        == .notASocket(path: directory.path))
    let below = Client(socketPath: file + "/x")
    #expect(error { () throws(ClientError) in try below.ping() } == .noDaemon(path: file + "/x"))
  }

  @Test func aLongPathIsRefused() {
    let most = ProtocolLimits.maximumSocketPathBytes
    let exact = "/" + String(repeating: "x", count: most - 1)
    let onExact = Client(socketPath: exact)
    #expect(error { () throws(ClientError) in try onExact.connect() } == .noDaemon(path: exact))
    let onLong = Client(socketPath: exact + "x")
    #expect(
      error { () throws(ClientError) in try onLong.connect() }
        == .pathTooLong(path: exact + "x", limit: most))
  }

  @Test func errorsOfTheDaemonArriveEvenUnknownOnes() throws {
    let daemon = try FakeDaemon(path: path) { _ in .error(-32042, "from the future; upgrade") }
    let client = Client(socketPath: path)
    for _ in 0..<2 {
      #expect(
        error { () throws(ClientError) in try client.ping() }
          == .refused(RemoteError(code: -32042, message: "from the future; upgrade")))
    }
    // A refused request does not close the connection.
    #expect(client.isConnected)
    #expect(daemon.connections == 1)
  }

  @Test func silenceEndsInATimeout() throws {
    let daemon = try FakeDaemon(path: path) { _ in .silence }
    let client = Client(socketPath: path, timeout: .milliseconds(250))
    #expect(
      error { () throws(ClientError) in try client.ping() } == .timedOut(.receive, seconds: 0.25))
    #expect(!client.isConnected)
    #expect(daemon.received == [.ping])
  }

  @Test func aDaemonThatReadsNothingEndsInATimeout() throws {
    // No program accepts the connection: the kernel takes what fits, then sending blocks.
    let daemon = try FakeDaemon(path: path) { _ in .silence }
    let other = Client(socketPath: path)
    _ = try other.send(.ping)
    try other.flush()
    let client = Client(socketPath: path, timeout: .milliseconds(250))
    let query = [UInt8](repeating: 0x78, count: 2000)
    let found = error { () throws(ClientError) in
      for _ in 0..<10_000 { _ = try client.send(.complete(.init(prefix: query))) }
    }
    #expect(found == .timedOut(.send, seconds: 0.25))
    #expect(daemon.connections >= 0)
  }

  @Test(arguments: [
    "no json\n", "{}\n", "[7]\n", "{\"jsonrpc\":\"2.0\",\"id\":true,\"result\":1}\n",
  ])
  func whatIsNoAnswerIsAnError(line: String) throws {
    let daemon = try FakeDaemon(path: path) { _ in .raw(Array(line.utf8)) }
    let client = Client(socketPath: path)
    guard case .invalidAnswer = error({ () throws(ClientError) in try client.ping() }) else {
      Issue.record("\(line) was taken for an answer")
      return
    }
    #expect(!client.isConnected)
    #expect(daemon.received.count == 1)
  }

  @Test func anErrorWithoutIDReachesWhoWaits() throws {
    let line = #"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"bad; mend it"}}"#
    let daemon = try FakeDaemon(path: path) { _ in .raw(Array((line + "\n").utf8)) }
    let client = Client(socketPath: path)
    #expect(
      error { () throws(ClientError) in try client.ping() }
        == .refused(RemoteError(code: -32700, message: "bad; mend it")))
    #expect(daemon.received.count == 1)
  }

  @Test func aRestartedDaemonIsFoundAgainForWhatIsSafeToRepeat() throws {
    let pong = FakeDaemon.Reaction.result(.object([.init("protocol", .integer(1))]))
    let client = Client(socketPath: path)
    var daemon: FakeDaemon? = try FakeDaemon(path: path) { request in
      request == .reload() ? .hangUp : pong
    }
    #expect(try client.ping() == 1)
    // The daemon hangs up on the next request: it is sent once more on a new connection, then
    // fails.
    #expect(error { () throws(ClientError) in try client.reload() } == .connectionLost)
    #expect(daemon?.received == [.ping, .reload(), .reload()])
    #expect(daemon?.connections == 2)
    daemon = nil
    #expect(error { () throws(ClientError) in try client.ping() } == .noDaemon(path: path))
    let next = try FakeDaemon(path: path) { _ in pong }
    #expect(try client.ping() == 1)
    #expect(next.received == [.ping])
  }

  @Test func recordIsNeverSentTwice() throws {
    let daemon = try FakeDaemon(path: path) { request in
      request == .ping ? .result(.object([.init("protocol", .integer(1))])) : .hangUp
    }
    let client = Client(socketPath: path)
    _ = try client.ping()
    let record = Request.Record(session: try session(), query: Array("q".utf8))
    #expect(error { () throws(ClientError) in try client.record(record) } == .connectionLost)
    #expect(daemon.received == [.ping, .record(record)])
  }

  @Test func pipelinedAnswersAreFoundByTheirIDs() throws {
    let count = 2000
    let daemon = try FakeDaemon(path: path) { request in
      guard case .complete(let parameters) = request else { return .hangUp }
      return .reverse(.string(parameters.prefix), every: 10)
    }
    let client = Client(socketPath: path)
    var sent: [Int64: String] = [:]
    for i in 0..<count {
      sent[try client.send(.complete(.init(prefix: Array("p\(i)".utf8))))] = "p\(i)"
    }
    #expect(client.outstanding == count)
    for _ in 0..<count {
      let response = try client.receive()
      let id = try #require(response.id.integer)
      let found = sent.removeValue(forKey: id)
      let expected = try #require(found)
      #expect(try response.outcome.get() == .text(expected))
    }
    #expect(client.outstanding == 0)
    #expect(try client.receiveAvailable() == nil)
    #expect(daemon.received.count == count)
  }

  @Test func oneAnswerCanBeWaitedForAndAnotherAbandoned() throws {
    let daemon = try FakeDaemon(path: path) { request in
      guard case .complete(let parameters) = request else { return .hangUp }
      return .reverse(.string(parameters.prefix), every: 3)
    }
    let client = Client(socketPath: path)
    let ids = try ["a", "b", "c"].map { try client.send(.complete(.init(prefix: Array($0.utf8)))) }
    client.abandon(ids[1])
    #expect(try client.response(to: ids[0]).outcome.get() == .text("a"))
    #expect(try client.receive().outcome.get() == .text("c"))
    #expect(client.outstanding == 0)
    #expect(daemon.received.count == 3)
  }

  @Test func twoFullPipesDoNotWaitForEachOther() throws {
    // Every answer is as long as the longest request, and none is read before all are sent.
    let daemon = try FakeDaemon(path: path) { request in
      guard case .complete(let parameters) = request else { return .hangUp }
      return .result(.string(parameters.prefix))
    }
    let client = Client(socketPath: path)
    let prefix = [UInt8](repeating: 0x78, count: ProtocolLimits.maximumTextBytes)
    for _ in 0..<1500 { _ = try client.send(.complete(.init(prefix: prefix))) }
    for _ in 0..<1500 { #expect(try client.receive().outcome.get() == .string(prefix)) }
    #expect(daemon.received.count == 1500)
  }

  @Test func aRequestThatFitsNoLineIsRefusedHere() throws {
    let daemon = try FakeDaemon(path: path) { _ in .hangUp }
    let client = Client(socketPath: path)
    let prefix = [UInt8](repeating: 0x78, count: ProtocolLimits.maximumFrameBytes)
    guard
      case .requestTooLong = error({ () throws(ClientError) in
        try client.send(.complete(.init(prefix: prefix)))
      })
    else {
      Issue.record("a request of \(prefix.count) bytes was sent")
      return
    }
    #expect(client.outstanding == 0)
    #expect(daemon.received.isEmpty)
  }
}
