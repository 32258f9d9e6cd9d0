// The daemon and its service manager: sockets handed over, states told, signs of life, and a stop
// within its bound.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(10))) struct ManagerTests {
  private static let activated = [
    "/bin/sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"", "sh",
  ]

  @Test func aSocketThatIsHandedOverIsServed() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let path = files.directory.file("given.sock")
    let descriptor = try listeningSocket(path)
    // Who connects before the daemon is there is answered when it is.
    let early = try RawConnection(path)
    try early.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n")
    for _ in 0..<2 {
      let daemon = try files.start(launcher: Self.activated, descriptor: descriptor)
      #expect(try Client(socketPath: path, timeout: .seconds(30)).ping() == 1)
      // It made none of its own, and leaves the manager's alone.
      #expect(!FileManager.default.fileExists(atPath: files.socket))
      daemon.signal(SIGTERM)
      #expect(daemon.waitForEnd() == 0)
      #expect(FileManager.default.fileExists(atPath: path))
    }
    #expect(try early.receive()?["result"] != nil)
    close(descriptor)
  }

  @Test func whatIsNoListeningSocketIsRefused() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    for input in ["/dev/null", files.index] {
      let script = "exec 3<\(input); LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\""
      let outcome = try Programs.run(
        "/bin/sh", ["-c", script, "sh", Programs.path("qacd")] + files.arguments)
      #expect(outcome.code == 73 && outcome.errors.contains("handed over"), "\(outcome.errors)")
    }
  }

  @Test func statesAreTold() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    // Ready is what `start` waits for; by then the index is loaded.
    let daemon = try files.start(environment: ["WATCHDOG_USEC": "100000"])
    try daemon.waitFor("WATCHDOG=1")
    try daemon.waitFor("WATCHDOG=1")
    daemon.signal(SIGHUP)
    try daemon.waitFor("RELOADING=1")
    try daemon.waitFor("READY=1")
    daemon.signal(SIGTERM)
    try daemon.waitFor("STOPPING=1")
    #expect(daemon.waitForEnd() == 0)
    // A watchdog that is meant for another process is not fed: nothing but readiness is told.
    let other = try files.start(environment: ["WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"])
    other.signal(SIGTERM)
    try other.waitFor("STOPPING=1", butNot: "WATCHDOG=1")
    #expect(other.waitForEnd() == 0)
  }

  /// Who does not take his answers holds a stop up for ten seconds and no longer.
  @Test func aStopHasABound() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let daemon = try files.start()
    let deaf = try RawConnection(files.socket)
    let line = Array(
      ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"complete\","
        + "\"params\":{\"prefix\":\"\",\"limit\":100,\"explain\":true}}\n").utf8)
    let block = Array(repeating: line, count: 200).flatMap { $0 }
    while deaf.sendAvailable(block, wait: 300) > 0 {}
    _ = try files.client().ping()
    daemon.signal(SIGTERM)
    // The time limit of this suite is what it would miss.
    #expect(daemon.waitForEnd() == 0)
    #expect(!FileManager.default.fileExists(atPath: files.socket))
    try files.start().stop()
  }

  /// A daemon that nobody uses ends, by itself and for a manager, and comes back when it is asked.
  @Test func aDaemonThatNobodyUsesEnds() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let flags = ["--idle-exit", "0.01"]
    let daemon = try files.start(flags)
    do {
      let client = files.client()
      _ = try client.ping()
      // It stays as long as somebody is connected.
      #expect(poll(nil, 0, 1500) == 0)
      #expect(try client.ping() == 1)
    }
    #expect(daemon.waitForEnd() == 0)
    #expect(!FileManager.default.fileExists(atPath: files.socket))
    #expect(!FileManager.default.fileExists(atPath: files.socket + ".leaving"))
    let path = files.directory.file("given.sock")
    let descriptor = try listeningSocket(path)
    for _ in 0..<2 {
      let daemon = try files.start(flags, launcher: Self.activated, descriptor: descriptor)
      #expect(try Client(socketPath: path, timeout: .seconds(30)).ping() == 1)
      #expect(daemon.waitForEnd() == 0)
      #expect(FileManager.default.fileExists(atPath: path))
    }
    close(descriptor)
  }

  /// Clients come at every moment of a daemon's end; each is answered or finds no socket, and what
  /// was acknowledged is there.
  @Test func nothingIsLostWhenClientsComeWhileADaemonLeaves() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let session = try #require(SessionName("ada"))
    var acknowledged = 0
    var turnedAway = 0
    for turn in 0..<12 {
      let daemon = try files.start(["--idle-exit", "0.002"])
      // Within and around the moments in which it looks.
      let end = ContinuousClock.now + .milliseconds(80 + 25 * turn)
      while ContinuousClock.now < end {
        poll(nil, 0, Int32(3 + turn))
        do throws(ClientError) {
          try Client(socketPath: files.socket, timeout: .seconds(30)).record(
            .init(session: session, query: Array("q \(acknowledged)".utf8)))
          acknowledged += 1
        } catch {
          switch error {
          case .noDaemon: turnedAway += 1
          // The client knows that the answer is missing, and may look.
          case .connectionLost: break
          case .refused(let refusal) where refusal.known == .shuttingDown: break
          default: throw error
          }
        }
      }
      #expect(daemon.waitForEnd() == 0)
    }
    let daemon = try files.start()
    let events = try #require(try files.client().status()["events"]?.wholeNumber)
    // One that was cut off may have been recorded as well.
    #expect(events >= acknowledged && acknowledged > 0, "\(turnedAway) found no socket")
    daemon.signal(SIGTERM)
    #expect(daemon.waitForEnd() == 0)
  }

  /// What docs/operations.md promises is what is shipped.
  @Test(.enabled(if: access("/usr/bin/systemd-analyze", X_OK) == 0, "systemd-analyze is needed"))
  func unitsAreWellFormed() throws {
    let directory = try TemporaryDirectory()
    let units = "\(Programs.repository)/data/systemd"
    let names = ["qacd@.service", "qacd@.socket", "qac-rebuild@.service", "qac-rebuild@.timer"]
    for name in names {
      // The program need not be installed here.
      let text = Programs.text("\(units)/\(name)").replacing(
        "/usr/local/bin/", with: Programs.directory + "/")
      try #require(!text.isEmpty)
      try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file(name)))
    }
    try verify(names, in: directory)
  }

  /// The units of a user's daemon, as `make install` writes them.
  @Test(.enabled(if: access("/usr/bin/systemd-analyze", X_OK) == 0, "systemd-analyze is needed"))
  func userUnitsAreWellFormed() throws {
    let directory = try TemporaryDirectory()
    let units = "\(Programs.repository)/contrib/systemd"
    let names = ["qacd.socket", "qacd.service", "qacd-rebuild.service", "qacd-rebuild.timer"]
    for name in names {
      let text = Programs.text("\(units)/\(name)").replacing(
        "@bindir@", with: Programs.directory)
      try #require(!text.isEmpty)
      try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file(name)))
    }
    try verify(names, in: directory, ["--user"])
    // Clients look where the unit listens.
    let paths = DefaultPaths(environment: ["XDG_RUNTIME_DIR": "/run/user/7"], userID: 7)
    let socket = Programs.text("\(units)/qacd.socket")
    #expect(socket.replacing("%t", with: "/run/user/7").contains("ListenStream=\(paths.socket)\n"))
  }

  private func verify(
    _ names: [String], in directory: TemporaryDirectory, _ flags: [String] = []
  ) throws {
    let runtime = "XDG_RUNTIME_DIR=\(directory.file("."))"
    let outcome = try Programs.run(
      "/usr/bin/env",
      [runtime, "systemd-analyze"] + flags + ["verify"] + names.map { directory.file($0) })
    #expect(outcome.code == 0, "\(outcome.errors)")
    for name in names { #expect(!outcome.errors.contains(name), "\(outcome.errors)") }
  }
}
