// Who gets in, and what leaves: another user, symbolic links, and a canary looked for in all that
// the daemon writes.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized, .timeLimit(.minutes(10))) struct OwnerTests {
  private static let nobody: UInt32 = 65_534
  private static let canBeAnother =
    geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0
    && access("/usr/bin/python3", X_OK) == 0

  /// What another user gets for a ping: an answer, "closed", or the name of an error.
  private func askAsAnother(_ socket: String) throws -> String {
    let script = """
      import socket, sys
      s = socket.socket(socket.AF_UNIX)
      s.settimeout(30)
      try:
        s.connect(sys.argv[1])
        s.sendall(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\\n')
        print(s.recv(1000).decode() or 'closed')
      except (BrokenPipeError, ConnectionResetError):
        print('closed')
      except Exception as e:
        print(type(e).__name__)
      """
    let outcome = try Programs.run(
      "/usr/bin/setpriv",
      [
        "--reuid=\(Self.nobody)", "--regid=\(Self.nobody)", "--clear-groups", "/usr/bin/python3",
        "-c", script, socket,
      ])
    return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private static let activated = [
    "/bin/sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"", "sh",
  ]

  @Test(.enabled(if: canBeAnother, "changing to another user needs root"))
  func anotherUserIsNotServed() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    try #require(chmod(files.directory.path, 0o711) == 0)
    let closed = try files.start()
    #expect(try askAsAnother(files.socket) == "PermissionError")
    closed.stop()

    // However wide the modes are, the kernel is asked who it is.
    let path = files.directory.file("open.sock")
    let descriptor = try listeningSocket(path, mode: 0o666)
    let daemon = try files.start(launcher: Self.activated, descriptor: descriptor)
    #expect(try askAsAnother(path) == "closed")
    #expect(
      try RawConnection(path).ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}")["result"]
        != nil)
    #expect(Programs.text(files.log).contains("connection of another user refused"))
    daemon.signal(SIGTERM)
    close(descriptor)
  }

  @Test(.enabled(if: canBeAnother, "changing to another user needs root"))
  func anAllowedUserIsServed() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    try #require(chmod(files.directory.path, 0o711) == 0)
    let daemon = try files.start(["--allow-uid", "\(Self.nobody)"])
    #expect(try askAsAnother(files.socket).contains("\"protocol\":1"))
    _ = try files.client().ping()
    daemon.stop()
    let other = try files.start(["--allow-uid", "4711"])
    #expect(try askAsAnother(files.socket) == "closed")
    other.stop()
  }

  @Test func symbolicLinksAreRefused() throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let real = files.directory.file("real")
    let link = files.directory.file("link")
    #expect(mkdir(real, 0o700) == 0 && symlink(real, link) == 0)
    func run(_ socket: String, _ database: String) throws -> Outcome {
      try Programs.run(
        "qacd", ["--index", files.index, "--socket", socket, "--database", database])
    }
    let directory = try run(link + "/q.sock", files.database)
    #expect(directory.code == 73 && directory.errors.contains("\(link) is a symbolic link"))
    // The name of the lock leads to a file that must not be touched.
    let precious = files.directory.file("precious")
    try Data("x".utf8).write(to: URL(fileURLWithPath: precious))
    #expect(symlink(precious, real + "/q.sock.lock") == 0)
    #expect(try run(real + "/q.sock", files.database).code == 73)
    #expect(symlink(precious, real + "/p.sock") == 0)
    #expect(try run(real + "/p.sock", files.database).code == 73)
    #expect(symlink(precious, real + "/s.sqlite") == 0)
    let database = try run(real + "/r.sock", real + "/s.sqlite")
    #expect(database.code == 74 && database.errors.contains("symbolic link"), "\(database.errors)")
    #expect(Programs.text(precious) == "x")
  }

  /// Everything that the daemon writes but the database, also when it is made to fail or to crash.
  @Test(arguments: [SIGTERM, SIGABRT, SIGSEGV]) func nothingTypedIsWrittenAnywhereElse(
    end: Int32
  ) throws {
    let files = try DaemonFiles(copyOf: Programs.smallIndexes.get()[0])
    let list = files.directory.file("blocks")
    try Data("word: canaryrule\n".utf8).write(to: URL(fileURLWithPath: list))
    let scraped = files.directory.file("run/m.sock")
    let daemon = try files.start([
      "--log-level", "trace", "--block-list", list, "--metrics-socket", scraped, "--slow-ms", "1",
    ])
    let client = files.client()
    let canary = "canary4711"
    var said = ""
    try client.record("\(canary) query", session: "\(canary)-session")
    _ = try client.texts("\(canary) pre", session: "\(canary)-session")
    _ = try client.call(.block(.init(kind: .word, text: Array("\(canary)rule".utf8))))
    said += "\(try client.status())\(String(decoding: try client.metrics(), as: UTF8.self))"
    said += try HTTPAnswer(from: scraped, "GET /metrics?\(canary) HTTP/1.0\r\n\r\n").text
    said += try HTTPAnswer(from: scraped, "\(canary) /\(canary) HTTP/1.0\r\n\r\n").text
    let connection = try RawConnection(files.socket)
    for line in [
      canary, "{\"\(canary)\":1}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\(canary)\"}",
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record\",\"params\":{\"session\":\"\(canary)\",\"query\":\"\(canary)\",\"at\":1}}",
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"block\",\"params\":{\"kind\":\"\(canary)\",\"text\":\"\(canary)\"}}",
    ] {
      said += "\(try connection.ask(line)["error"] ?? .null)"
    }
    // A database that fails while it is asked, and files that are refused.
    #expect(rename(files.database, files.database + ".away") == 0)
    let record =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record\",\"params\":{\"session\":\"\(canary)\",\"query\":\"\(canary)\"}}"
    said += "\(try connection.ask(record)["error"] ?? .null)"
    #expect(rename(files.database + ".away", files.database) == 0)
    try Data("\(canary): x\n".utf8).write(to: URL(fileURLWithPath: list), options: .atomic)
    said +=
      "\(try connection.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"reload\"}")["error"] ?? .null)"
    _ = try client.forget(.everyone(query: Array("\(canary) query".utf8)))
    #expect(Programs.text("/proc/\(daemon.pid)/limits").contains("Max core file size        1"))
    daemon.signal(end)
    daemon.waitForEnd()
    said += Programs.text(files.log) + Programs.text(files.directory.file("out"))
    #expect(!said.contains(canary))
    #expect(said.contains("moved away") && said.contains("line 1 of the block list"))
    // No file beside those that hold what was recorded does, and none was left by a crash.
    for name in try FileManager.default.subpathsOfDirectory(atPath: files.directory.path)
    where !name.hasPrefix("state/") && name != "blocks" {
      #expect(!name.contains("core"))
      #expect(!Programs.text(files.directory.file(name)).contains(canary), "found in \(name)")
    }
  }
}
