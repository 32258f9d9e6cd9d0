// The built daemon, started as a service manager would: its readiness is a message that it sends.

import Foundation
import QACClient
import QACProtocol
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The files of one daemon; it may be started and stopped many times.
final class DaemonFiles {
  let directory: TemporaryDirectory
  var index: String
  var socket: String { directory.file("run/q.sock") }
  var database: String
  var log: String { directory.file("log") }

  /// Files of a daemon that serves a copy of the shop's index, or of `original`.
  init(copyOf original: String? = nil) throws {
    directory = try TemporaryDirectory()
    database = directory.file("state/s.sqlite")
    index = directory.file("shop.qaci")
    try FileManager.default.copyItem(
      atPath: original ?? Programs.shopIndex.get(), toPath: index)
  }

  /// Puts the index at `path` into the served one's place, as one step.
  func install(_ path: String) throws {
    let fresh = index + ".new"
    try? FileManager.default.removeItem(atPath: fresh)
    try FileManager.default.copyItem(atPath: path, toPath: fresh)
    try #require(rename(fresh, index) == 0)
  }

  /// Files of a daemon that serves the index at `index`, wherever that is.
  init(index: String) throws {
    directory = try TemporaryDirectory()
    database = directory.file("state/s.sqlite")
    self.index = index
  }

  var arguments: [String] {
    ["--index", index, "--socket", socket, "--database", database]
  }

  /// Starts the daemon and waits until it says that it serves.
  ///
  /// `more` are flags beside those of the files, `launcher` is a command to which the program is
  /// added, and `descriptor` becomes its descriptor 3.
  func start(
    _ more: [String] = [], launcher: [String] = [], environment: [String: String] = [:],
    descriptor: Int32? = nil
  ) throws -> RunningDaemon {
    try RunningDaemon(self, more, launcher, environment, descriptor)
  }

  func client() -> Client { Client(socketPath: socket, timeout: .seconds(30)) }
}

/// A daemon that ended when it should not have; what it said.
struct Ended: Error, CustomStringConvertible {
  var description: String
}

/// A started daemon; killed when it is let go.
final class RunningDaemon {
  private let files: DaemonFiles
  private let child: Child
  private let notifications: Int32

  init(
    _ files: DaemonFiles, _ more: [String], _ launcher: [String], _ environment: [String: String],
    _ descriptor: Int32?
  ) throws {
    self.files = files
    let name = files.directory.file("notify")
    unlink(name)
    notifications = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let notifications = notifications
    let bound = withSocketAddress(name) { bind(notifications, $0, $1) }
    try #require(bound == 0)
    let command = try launcher + [Programs.path("qacd")] + files.arguments + more
    child = try Child(
      program: command[0], Array(command.dropFirst()),
      environment: environment.merging(["NOTIFY_SOCKET": name]) { $1 },
      output: files.directory.file("out"), errors: files.log, descriptor: descriptor)
    try waitFor("READY=1")
  }

  deinit { close(notifications) }

  var pid: pid_t { child.pid }

  /// Waits for the daemon to send `message`; fails if it ends or takes a minute, or sends `wrong`
  /// before.
  func waitFor(_ message: String, butNot wrong: String? = nil) throws {
    var buffer = [UInt8](repeating: 0, count: 512)
    for _ in 0..<600 {
      var events = pollfd(fd: notifications, events: Int16(POLLIN), revents: 0)
      if poll(&events, 1, 100) == 1 {
        let count = recv(notifications, &buffer, buffer.count, 0)
        let text = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        let lines = text.split(separator: "\n")
        if let wrong { #expect(!lines.contains(Substring(wrong))) }
        if lines.contains(Substring(message)) { return }
      } else {
        if child.hasEnded { throw Ended(description: Programs.text(files.log)) }
      }
    }
    Issue.record("the daemon did not say \(message): \(Programs.text(files.log))")
  }

  func signal(_ number: Int32) { child.signal(number) }

  /// Stops the daemon where it is, and waits until every thread of it stands.
  func freeze() {
    child.signal(SIGSTOP)
    let threads = "/proc/\(pid)/task"
    func stands(_ thread: String) -> Bool {
      // "number (name) state …"
      let state = Programs.text("\(threads)/\(thread)/stat").split(separator: ")").last
      return state?.hasPrefix(" T") ?? true
    }
    while !((try? FileManager.default.contentsOfDirectory(atPath: threads)) ?? []).allSatisfy(
      stands)
    {
      poll(nil, 0, 1)
    }
  }

  /// Kibibytes of memory that are in use.
  var residentKiB: Int {
    let lines = Programs.text("/proc/\(pid)/status").split(separator: "\n")
    let line = lines.first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }

  /// How many descriptors are open.
  var descriptorCount: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd"))?.count ?? 0
  }

  /// Waits for the daemon's end, however it ends; its exit code, or 128 + the number of the signal.
  @discardableResult
  func waitForEnd() -> Int32 { child.wait() }

  /// Ends the daemon at once, as a crash would.
  func crash() {
    child.signal(SIGKILL)
    #expect(child.wait() == 128 + SIGKILL)
  }

  /// Stops the daemon as its service manager would, and checks that it stops cleanly.
  func stop(by number: Int32 = SIGTERM) {
    child.signal(number)
    #expect(child.wait() == 0, "\(Programs.text(files.log))")
    #expect(!FileManager.default.fileExists(atPath: files.socket))
  }
}

/// A stream to the daemon's socket, for what no client would send.
final class RawConnection {
  private let descriptor: Int32
  private var received: [UInt8] = []

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    let socket = descriptor
    try #require(withSocketAddress(path) { connect(socket, $0, $1) } == 0)
    var timeout = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = Glibc.send(
        descriptor, Array(bytes[sent...]), bytes.count - sent, Int32(MSG_NOSIGNAL))
      try #require(count > 0, "the daemon takes no more")
      sent += count
    }
  }

  /// Sends what the kernel takes at once; how much.
  func sendAvailable(_ bytes: [UInt8], wait: Int32 = 0) -> Int {
    var events = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&events, 1, wait) == 1 else { return 0 }
    return max(
      0, Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)))
  }

  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The next answer, or nil at the end of the stream.
  func receive() throws -> JSONValue? { try receiveLine().map { try JSONValue(parsing: $0) } }

  /// The next answer's bytes without the newline, or nil at the end of the stream.
  func receiveLine() throws -> [UInt8]? {
    while true {
      if let newline = received.firstIndex(of: 0x0A) {
        let line = Array(received[..<newline])
        received.removeSubrange(...newline)
        return line
      }
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 { return nil }
      try #require(count > 0, "no answer: \(String(cString: strerror(errno)))")
      received += buffer[..<count]
    }
  }

  /// All that comes until the end of the stream.
  func receiveAll() throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      // Who is refused at once may see the end as a reset, with what he had sent unread.
      if count == 0 || count < 0 && errno == ECONNRESET { return received }
      try #require(count > 0, "no answer: \(String(cString: strerror(errno)))")
      received += buffer[..<count]
    }
  }

  /// Sends `line` and returns its answer.
  func ask(_ line: String) throws -> JSONValue {
    try send(line + "\n")
    return try #require(try receive(), "the stream ended")
  }
}

/// A listening socket at `path`; the caller closes it.
func listeningSocket(_ path: String, mode: mode_t = 0o755) throws -> Int32 {
  let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  try #require(withSocketAddress(path) { bind(descriptor, $0, $1) } == 0)
  try #require(chmod(path, mode) == 0 && listen(descriptor, 16) == 0)
  return descriptor
}

func withSocketAddress<R>(
  _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
) -> R {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}

extension JSONValue {
  var errorCode: ErrorCode? {
    (self["error"]?["code"]?.wholeNumber).flatMap { ErrorCode(rawValue: Int($0)) }
  }
}

extension Client {
  func texts(_ prefix: String, session: String? = nil, limit: Int = 10) throws -> [String] {
    let context: Request.Context
    if let session {
      context = .session(try #require(SessionName(session)))
    } else {
      context = .none
    }
    let completion = try complete(
      .init(context: context, prefix: Array(prefix.utf8), limit: limit))
    return completion.suggestions.map { String(decoding: $0.text, as: UTF8.self) }
  }

  func record(_ query: String, session: String) throws {
    try record(.init(session: #require(SessionName(session)), query: Array(query.utf8)))
  }

  /// The session's queries, newest first.
  func queries(_ session: String) throws -> [String] {
    try history(.init(session: #require(SessionName(session)), limit: 100)).map {
      String(decoding: $0.query, as: UTF8.self)
    }
  }
}
