// The importer sends everything once, and again only what a busy daemon refused.

import QACClient
import QACProtocol
import QACTestSupport
import Synchronization
import Testing

@Suite struct ImporterTests {
  @Test func aBusyDaemonIsAskedAgain() throws {
    let directory = try TemporaryDirectory()
    let requests = Mutex(0)
    let daemon = try FakeDaemon(path: directory.file("s")) { request in
      guard case .importEvents(let events) = request else { return .hangUp }
      let number = requests.withLock { count in
        count += 1
        return count
      }
      if number % 3 == 1 { return .error(ErrorCode.busy.rawValue, "busy; ask again") }
      let count = Int64(events.count)
      return .result(
        .object([
          .init("recorded", .integer(count - 1)), .init("known", .integer(1)),
          .init("ahead", .integer(0)),
        ]))
    }
    let pauses = Mutex(0)
    let importer = Importer(client: Client(socketPath: directory.file("s"))) { _ in
      pauses.withLock { $0 += 1 }
    }
    let session = try #require(SessionName("a"))
    for i in 0..<3_000 {
      try importer.add(.init(session: session, query: Array("query \(i)".utf8), at: Int64(i)))
    }
    try importer.finish()
    let counts = importer.counts
    #expect(counts.recorded + counts.known == 3_000)
    #expect(pauses.withLock { $0 } > 0)
    var taken = Set<[UInt8]>()
    for case .importEvents(let events) in daemon.received {
      for event in events { taken.insert(event.query) }
    }
    #expect(taken.count == 3_000)
  }

  @Test func anErrorEndsTheImport() throws {
    let directory = try TemporaryDirectory()
    let daemon = try FakeDaemon(path: directory.file("s")) { _ in .error(-32601, "no; mend it") }
    let importer = Importer(client: Client(socketPath: directory.file("s"))) { _ in }
    let session = try #require(SessionName("a"))
    try importer.add(.init(session: session, query: [0x71], at: 1))
    #expect(throws: ClientError.self) { try importer.finish() }
    #expect(daemon.received.count == 1)
  }
}
