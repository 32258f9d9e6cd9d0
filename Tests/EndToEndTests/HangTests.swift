// A daemon that is stopped, dead or busy: a client gets an error in bounded time, and goes on when
// it is back.

import Foundation
import QACClient
import QACProtocol
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(30))) struct HangTests {
  private func error<T>(_ body: () throws(ClientError) -> T) -> ClientError? {
    do throws(ClientError) {
      _ = try body()
      return nil
    } catch {
      return error
    }
  }

  private func isTimeOut(_ error: ClientError?) -> Bool {
    if case .timedOut = error { return true }
    return false
  }

  private func cli(_ files: DaemonFiles, _ arguments: String...) throws -> Outcome {
    try Programs.run("qac-cli", arguments + ["--socket", files.socket])
  }

  @Test func aStoppedDaemon() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start()
    let client = Client(socketPath: files.socket, timeout: .milliseconds(200))
    let fresh = Client(socketPath: files.socket, timeout: .milliseconds(200))
    #expect(error { () throws(ClientError) in try client.ping() } == nil)
    daemon.freeze()
    let session = try #require(SessionName("s"))
    #expect(isTimeOut(error { () throws(ClientError) in try client.ping() }))
    #expect(
      isTimeOut(
        error { () throws(ClientError) in
          try fresh.record(.init(session: session, query: Array("q".utf8)))
        }))
    for arguments in [["complete", "ap"], ["record", "x"], ["status"], ["forget", "x"]] {
      let outcome = try Programs.run(
        "qac-cli", arguments + ["--socket", files.socket, "--timeout", "0.2"])
      #expect(outcome.code == 75 && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    // A queue of connections that nobody accepts any more: even connecting ends in time.
    let crowd = (0..<400).compactMap { _ in HalfOpen(files.socket) }
    #expect(isTimeOut(error { () throws(ClientError) in try fresh.ping() }))
    daemon.signal(SIGCONT)
    #expect(crowd.count > 0)
    let patient = Client(socketPath: files.socket, timeout: .seconds(30))
    #expect(error { () throws(ClientError) in try patient.ping() } == nil)
    daemon.stop()
  }

  @Test func aDeadDaemonAndItsSuccessor() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start()
    let client = files.client()
    #expect(try client.texts("ap").count == 10)
    daemon.crash()
    #expect(error { () throws(ClientError) in try client.ping() } == .noDaemon(path: files.socket))
    let outcome = try cli(files, "complete", "ap")
    #expect(outcome.code == 69 && outcome.errors.contains("start one with"), "\(outcome.errors)")
    // The same client, without being told.
    let again = try files.start()
    #expect(try client.texts("ap").count == 10)
    try client.record("q", session: "s")
    again.crash()
    let last = try files.start()
    #expect(try client.queries("s") == ["q"])
    last.stop()
  }

  @Test func aDaemonThatIsTooBusy() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start()
    var crowd = (0..<600).compactMap { _ in HalfOpen(files.socket, waits: true) }
    let client = Client(socketPath: files.socket, timeout: .seconds(30))
    let refused = error { () throws(ClientError) in try client.ping() }
    // Told so, or closed before it was asked.
    switch refused {
    case .refused(let error): #expect(error.known == .busy)
    case .connectionLost: break
    default: Issue.record("\(String(describing: refused))")
    }
    let outcome = try cli(files, "complete", "ap")
    #expect(outcome.code == 75, "\(outcome.code): \(outcome.errors)")
    crowd.removeAll()
    var attempts = 0
    while error({ () throws(ClientError) in try client.ping() }) != nil {
      attempts += 1
      try #require(attempts < 10_000)
    }
    daemon.stop()
  }
}

/// A connection on which nothing is said.
final class HalfOpen {
  private let descriptor: Int32

  /// Connects, unless that needs waiting and `waits` is false.
  init?(_ path: String, waits: Bool = false) {
    let waiting = waits ? 0 : SOCK_NONBLOCK.rawValue
    let flags = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | waiting
    let socket = socket(AF_UNIX, Int32(flags), 0)
    descriptor = socket
    guard socket >= 0, withSocketAddress(path, { connect(socket, $0, $1) }) == 0 else {
      return nil
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
