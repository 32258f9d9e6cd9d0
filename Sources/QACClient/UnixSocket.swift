// A connected Unix stream socket that never blocks beyond its deadline.
//
// Invariant: the descriptor is open and non-blocking, and is closed exactly once. While the peer's
// buffers are full, a send reads what the peer has sent, so that the two sides cannot wait for each
// other. Sends carry MSG_NOSIGNAL, so there is no SIGPIPE.

import Glibc
import QACProtocol

/// One end of a connection.
struct UnixSocket: ~Copyable {
  /// The most bytes of one call of recv(2).
  private static let receiveBytes = 16 * 1024

  /// The descriptor, for `poll`.
  let descriptor: Int32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Connects to the socket at `path`.
  static func connected(to path: String, deadline: Deadline) throws(ClientError) -> UnixSocket {
    let limit = ProtocolLimits.maximumSocketPathBytes
    guard path.utf8.count <= limit, !path.utf8.contains(0) else {
      throw .pathTooLong(path: path, limit: limit)
    }
    let flags = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_UNIX, flags, 0)
    guard descriptor >= 0 else { throw .system(operation: "make a socket", code: errno) }
    let made = UnixSocket(descriptor: descriptor)
    try made.connect(to: path, deadline)
    return made
  }

  deinit {
    close(descriptor)
  }

  private func connect(
    to path: String, _ deadline: Deadline
  ) throws(ClientError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    while true {
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      if result == 0 { return }
      switch errno {
      case EISCONN: return
      case EINTR: continue
      case EAGAIN:
        // The daemon's queue of new connections is full; Linux offers nothing to poll for here.
        if deadline.hasPassed { throw .timedOut(.connect, seconds: deadline.seconds) }
        poll(nil, 0, 2)
      case ENOENT, ECONNREFUSED:
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFSOCK {
          throw .notASocket(path: path)
        }
        throw .noDaemon(path: path)
      case EACCES, EPERM: throw .notPermitted(path: path)
      case ENOTDIR: throw .noDaemon(path: path)
      default: throw .system(operation: "connect to \(path)", code: errno)
      }
    }
  }

  /// Sends all of `bytes`; bytes that arrive meanwhile are appended to `incoming`.
  func send(
    _ bytes: [UInt8], receivingInto incoming: inout [UInt8], deadline: Deadline
  ) throws(ClientError) {
    var offset = 0
    while offset < bytes.count {
      let sent = bytes.withUnsafeBytes { buffer in
        Glibc.send(
          descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset,
          Int32(MSG_NOSIGNAL))
      }
      if sent >= 0 {
        offset += sent
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        let events = try wait(Int16(POLLIN | POLLOUT), .send, deadline)
        if events & Int16(POLLIN) != 0 { _ = try receiveAvailable(into: &incoming) }
      case EPIPE, ECONNRESET: throw .connectionLost
      default: throw .system(operation: "send to the daemon", code: errno)
      }
    }
  }

  /// Waits until bytes arrive, and appends them to `incoming`.
  func receive(into incoming: inout [UInt8], deadline: Deadline) throws(ClientError) {
    while true {
      switch try receiveAvailable(into: &incoming) {
      case .some(0): throw .connectionLost
      case .some: return
      case nil: _ = try wait(Int16(POLLIN), .receive, deadline)
      }
    }
  }

  /// Appends the bytes that have arrived to `incoming`, without waiting.
  ///
  /// - Returns: How many bytes; 0 at the end of the stream; nil if there are none yet.
  func receiveAvailable(into incoming: inout [UInt8]) throws(ClientError) -> Int? {
    let room = Self.receiveBytes
    let start = incoming.count
    incoming.append(contentsOf: repeatElement(0, count: room))
    var received = 0
    repeat {
      received = incoming.withUnsafeMutableBytes { buffer in
        recv(descriptor, buffer.baseAddress?.advanced(by: start), room, 0)
      }
    } while received < 0 && errno == EINTR
    let code = errno
    incoming.removeLast(room - max(0, received))
    if received >= 0 { return received }
    if code == EAGAIN { return nil }
    if code == ECONNRESET { return 0 }
    throw .system(operation: "receive from the daemon", code: code)
  }

  /// Waits for one of `events` and returns those that occurred.
  private func wait(
    _ events: Int16, _ operation: ClientError.Operation, _ deadline: Deadline
  ) throws(ClientError) -> Int16 {
    while true {
      var entry = pollfd(fd: descriptor, events: events, revents: 0)
      let ready = poll(&entry, 1, deadline.milliseconds)
      if ready > 0 { return entry.revents }
      if ready < 0 && errno != EINTR {
        throw .system(operation: "wait for the daemon", code: errno)
      }
      if deadline.hasPassed { throw .timedOut(operation, seconds: deadline.seconds) }
    }
  }
}
