// A daemon to test, behind two transports: its handler on a channel in memory, or its socket.

import Foundation
import Logging
import NIOCore
import NIOEmbedded
import QACProtocol
import QACSessions
import QACTestSupport
import ServiceLifecycle
import Synchronization
import Testing

@testable import QACServer

enum Transport: String, CaseIterable, CustomTestStringConvertible {
  case inProcess
  case socket

  var testDescription: String { rawValue }
}

/// Time that stands still until a test moves it.
final class TestClock: Sendable {
  private let time = Mutex<(wall: Int64, even: Int64)>((1_700_000_000, 1_700_000_000))

  var now: Int64 { time.withLock { $0.wall } }
  var even: Int64 { time.withLock { $0.even } }

  /// Lets time pass; a negative number turns both clocks back.
  func advance(_ seconds: Int64) {
    time.withLock { time in
      time.wall += seconds
      time.even += seconds
    }
  }

  /// Sets the wall clock, while no time passes.
  func jump(_ seconds: Int64) { time.withLock { $0.wall += seconds } }
}

/// Everything that was logged, messages and metadata.
final class LogCapture: Sendable {
  private let lines = Mutex<[String]>([])

  var text: String { lines.withLock { $0.joined(separator: "\n") } }

  func logger() -> Logger {
    var logger = Logger(label: "test", factory: { _ in Handler(capture: self) })
    logger.logLevel = .trace
    return logger
  }

  private struct Handler: LogHandler {
    let capture: LogCapture
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let line = "\(event.level) \(event.message) \(event.metadata ?? [:])"
      capture.lines.withLock { $0.append(line) }
    }
  }
}

/// The clock of turns.
struct TurnClock {
  let now: @Sendable () -> Int
  init(_ now: @escaping @Sendable () -> Int) { self.now = now }
}

final class TestServer {
  let transport: Transport
  let directory: TemporaryDirectory
  let clock = TestClock()
  let log = LogCapture()
  var configuration: ServerConfiguration
  private(set) var core: ServerCore
  private var group: ServiceGroup?
  private var running: Task<Void, any Error>?
  private var channels: [NIOAsyncTestingChannel] = []
  private var crashes = 0
  /// The clock that measures turns on loops without a socket.
  private let turnClock: TurnClock
  /// Two event loops without a socket; connections take turns.
  private(set) var loops: [(loop: NIOAsyncTestingEventLoop, state: NIOLoopBound<LoopState>)] = []

  init(
    _ transport: Transport, clock: ServerConfiguration.Clock = .server,
    turnClock: TurnClock = TurnClock { ServerClock.microseconds }, items: [PlainItem] = [],
    writesIndex: Bool = true, configure: (inout ServerConfiguration) -> Void = { _ in }
  ) async throws {
    self.transport = transport
    self.turnClock = turnClock
    directory = try TemporaryDirectory()
    configuration = ServerConfiguration(
      indexPath: directory.file("i.qaci"), socketPath: directory.file("run/q.sock"),
      databasePath: directory.file("state/s.sqlite"), defaultLimit: 5, clock: clock, loops: 2)
    configure(&configuration)
    if writesIndex { try TestIndex.write(to: configuration.indexPath, items: items) }
    core = try Self.makeCore(configuration, log, self.clock)
    try await start()
  }

  private static func makeCore(
    _ configuration: ServerConfiguration, _ log: LogCapture, _ clock: TestClock
  ) throws -> ServerCore {
    try ServerCore(
      configuration: configuration, logger: log.logger(),
      clock: ServerClock({ clock.now }, even: { clock.even }))
  }

  private func start() async throws {
    guard transport == .socket else {
      loops = []
      for number in core.metrics.indices {
        let loop = NIOAsyncTestingEventLoop()
        loops.append(
          (
            loop,
            try await LoopState.make(for: loop, number, core: core, pause: nil, now: turnClock.now)
          ))
      }
      return
    }
    let (serving, ready) = AsyncStream<Void>.makeStream()
    let daemon = Daemon(core: core) { ready.finish() }
    let group = ServiceGroup(services: [daemon], logger: log.logger())
    self.group = group
    running = Task {
      defer { ready.finish() }
      try await group.run()
    }
    for await _ in serving {}
  }

  /// Asks the daemon to stop, without waiting for it.
  func beginStop() async { await group?.triggerGracefulShutdown() }

  /// Stops as SIGTERM would.
  func stop() async throws {
    for channel in channels { _ = try await channel.finish(acceptAlreadyClosed: true) }
    channels = []
    if let group {
      await group.triggerGracefulShutdown()
      try await running?.value
    } else {
      core.store.close()
      core.live.detach()
      core.workplaces.detach()
    }
    group = nil
  }

  func restart() async throws {
    try await stop()
    core = try Self.makeCore(configuration, log, clock)
    try await start()
  }

  /// Restarts with another clock.
  func restart(_ clock: ServerClock) async throws -> ServerCore {
    try await stop()
    core = try ServerCore(configuration: configuration, logger: log.logger(), clock: clock)
    try await start()
    return core
  }

  /// Ends the daemon as `kill -9` would, and starts another on the files as they are now.
  func crash() async throws {
    crashes += 1
    let copy = directory.file("state-\(crashes)")
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
    for suffix in ["", "-wal"]
    where FileManager.default.fileExists(atPath: configuration.databasePath + suffix) {
      try FileManager.default.copyItem(
        atPath: configuration.databasePath + suffix, toPath: copy + "/s.sqlite" + suffix)
    }
    // The old daemon may still write, but into files that are not used any more.
    configuration.databasePath = copy + "/s.sqlite"
    try await restart()
  }

  func connect() async throws -> any TestConnection {
    switch transport {
    case .socket:
      return try SocketConnection(path: configuration.socketPath)
    case .inProcess:
      let (loop, state) = loops[channels.count % loops.count]
      let channel = NIOAsyncTestingChannel(loop: loop)
      let bound = core
      try await loop.executeInContext {
        try channel.pipeline.syncOperations.addHandler(
          ConnectionHandler(core: bound, loop: state.value, eventLoop: channel.eventLoop))
      }
      try await channel.connect(to: SocketAddress(unixDomainSocketPath: "/in-process")).get()
      channels.append(channel)
      return ChannelConnection(channel: channel)
    }
  }
}

/// One client.
protocol TestConnection: AnyObject {
  func send(_ bytes: [UInt8]) async throws
  /// The next line without its newline, or nil at the end of the stream.
  func receiveLine() async throws -> [UInt8]?
  var nextID: Int { get set }
}

/// The daemon did not do what a test waits for.
struct TestFailure: Error, CustomStringConvertible {
  var description: String
}

extension TestConnection {
  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  /// Sends a request and returns the id it was given.
  func post(_ method: String, _ params: String) async throws -> Int {
    nextID += 1
    try await send(
      "{\"jsonrpc\":\"2.0\",\"id\":\(nextID),\"method\":\"\(method)\",\"params\":\(params)}\n")
    return nextID
  }

  /// The next answer, to whichever request.
  func receive() async throws -> JSONValue {
    guard let line = try await receiveLine() else {
      throw TestFailure(description: "the stream ended")
    }
    return try JSONValue(parsing: line)
  }

  /// Sends a request and returns its answer; it must be the only one in flight.
  func call(_ method: String, _ params: String = "{}") async throws -> JSONValue {
    let id = try await post(method, params)
    let answer = try await receive()
    guard answer["id"]?.wholeNumber == Int64(id) else {
      throw TestFailure(description: "an answer to another request")
    }
    return answer
  }

  /// The texts of `complete`.
  func complete(_ prefix: String, session: String? = nil, extra: String = "") async throws
    -> [String]
  {
    let session = session.map { ",\"session\":\"\($0)\"" } ?? ""
    return try await call("complete", "{\"prefix\":\"\(prefix)\"\(session)\(extra)}").texts
  }

  func record(_ query: String, session: String, extra: String = "") async throws {
    let answer = try await call(
      "record", "{\"session\":\"\(session)\",\"query\":\"\(query)\"\(extra)}")
    guard answer["result"] != nil else { throw TestFailure(description: "\(answer)") }
  }

  func history(_ session: String, limit: Int = 100) async throws -> [RecordedQuery] {
    let answer = try await call("history", "{\"session\":\"\(session)\",\"limit\":\(limit)}")
    guard let result = answer["result"] else { throw TestFailure(description: "\(answer)") }
    return try RecordedQuery.list(result)
  }
}

extension JSONValue {
  /// The suggestions of an answer to `complete`.
  var texts: [String] {
    self["result"]?["suggestions"]?.elements?.map {
      String(decoding: $0["text"]?.utf8 ?? [], as: UTF8.self)
    } ?? []
  }

  /// Those of them that are told to have failed when the session used them last.
  var failedTexts: [String] {
    self["result"]?["suggestions"]?.elements?.filter { $0["failed"] == .bool(true) }.map {
      String(decoding: $0["text"]?.utf8 ?? [], as: UTF8.self)
    } ?? []
  }

  var errorCode: ErrorCode? {
    (self["error"]?["code"]?.wholeNumber).flatMap { ErrorCode(rawValue: Int($0)) }
  }

  var errorMessage: String {
    String(decoding: self["error"]?["message"]?.utf8 ?? [], as: UTF8.self)
  }
}

/// The daemon's handler without a socket.
final class ChannelConnection: TestConnection {
  let channel: NIOAsyncTestingChannel
  var nextID = 0
  private var received: [UInt8] = []

  init(channel: NIOAsyncTestingChannel) {
    self.channel = channel
  }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeInbound(ByteBuffer(bytes: bytes))
    // Requests are carried out in a later task of the loop.
    await channel.testingEventLoop.run()
  }

  func receiveLine() async throws -> [UInt8]? {
    while true {
      if let newline = received.firstIndex(of: 0x0A) {
        let line = Array(received[..<newline])
        received.removeSubrange(...newline)
        return line
      }
      let buffer = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
      received += buffer.readableBytesView
    }
  }
}

/// A blocking client of the real socket.
final class SocketConnection: TestConnection, @unchecked Sendable {
  // Sending and receiving share nothing but the descriptor; each is used by one task at a time.
  var nextID = 0
  private let descriptor: Int32
  private var received: [UInt8] = []

  init(path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let socket = descriptor
    guard withAddress(path, { connect(socket, $0, $1) }) == 0 else {
      throw TestFailure(description: "cannot connect: \(String(cString: strerror(errno)))")
    }
    // A daemon that does not answer fails the test rather than hanging it.
    var timeout = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8]) async throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw TestFailure(description: "the daemon takes no more") }
      sent += count
    }
  }

  /// Sends as much as the kernel takes; waits for room at most `wait` milliseconds.
  func sendAvailable(_ bytes: [UInt8], wait: Int32) -> Int {
    var events = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&events, 1, wait) == 1 else { return 0 }
    let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    return max(0, Glibc.send(descriptor, bytes, bytes.count, flags))
  }

  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  func receiveLine() async throws -> [UInt8]? {
    while true {
      if let newline = received.firstIndex(of: 0x0A) {
        let line = Array(received[..<newline])
        received.removeSubrange(...newline)
        return line
      }
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 { return nil }
      guard count > 0 else {
        throw TestFailure(description: "no answer: \(String(cString: strerror(errno)))")
      }
      received += buffer[..<count]
    }
  }
}
