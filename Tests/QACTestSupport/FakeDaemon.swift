// A daemon for one test: a thread answers over a real Unix socket as a script says.
//
// It stops when it is released: shutting down the listening socket wakes its thread.

import Foundation
import Glibc
public import QACProtocol
import Synchronization

/// A server that a test scripts.
public final class FakeDaemon: Sendable {
  /// What to do with one request.
  public enum Reaction: Sendable {
    /// Answer with this result.
    case result(JSONValue)
    /// Answer with an error.
    case error(Int, String)
    /// Send these bytes as they are.
    case raw([UInt8])
    /// Hold the answer until this many requests wait, then answer them newest first.
    case reverse(JSONValue, every: Int)
    /// Say nothing.
    case silence
    /// Close the connection.
    case hangUp
  }

  private let listener: Int32
  private let requests = Mutex<[Request]>([])
  private let accepted = Mutex<Int>(0)

  /// The requests that arrived, in order.
  public var received: [Request] { requests.withLock { $0 } }
  /// How many connections were made.
  public var connections: Int { accepted.withLock { $0 } }

  /// Listens at `path`, and replaces whatever is there.
  ///
  /// - Parameters:
  ///   - path: The socket.
  ///   - script: What to do with each request.
  /// - Throws: `POSIXError` if it cannot listen there.
  public init(path: String, _ script: @escaping @Sendable (Request) -> Reaction) throws {
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    self.listener = listener
    unlink(path)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0, listen(listener, 16) == 0 else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else {
          close(listener)
          return
        }
        self?.accepted.withLock { $0 += 1 }
        Self.serve(connection, script) { request in
          self?.requests.withLock { $0.append(request) }
        }
        close(connection)
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private static func serve(
    _ connection: Int32, _ script: (Request) -> Reaction, _ note: (Request) -> Void
  ) {
    var machine = ProtocolMachine(acceptsClientTime: true)
    var waiting: [(ProtocolMachine.Ticket, JSONValue)] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      var events: [ProtocolMachine.Event] = []
      machine.receive(Array(buffer[..<count]), into: &events)
      for event in events {
        var output: [UInt8] = []
        switch event {
        case .refused(let error, let ticket):
          machine.refuse(error.fault, ticket, into: &output)
        case .request(let request, let ticket):
          note(request)
          switch script(request) {
          case .hangUp: return
          case .silence: break
          case .raw(let bytes): output = bytes
          case .result(let value): answer(&machine, ticket, value, into: &output)
          case .error(let code, let message):
            let line =
              "{\"jsonrpc\":\"2.0\",\"id\":\(ticket.id?.integer ?? 0),"
              + "\"error\":{\"code\":\(code),\"message\":\"\(message)\"}}\n"
            output = Array(line.utf8)
          case .reverse(let value, let every):
            waiting.append((ticket, value))
            if waiting.count == every {
              for (ticket, value) in waiting.reversed() {
                answer(&machine, ticket, value, into: &output)
              }
              waiting.removeAll()
            }
          }
        }
        var offset = 0
        while offset < output.count {
          let sent = output.withUnsafeBytes {
            send(
              connection, $0.baseAddress?.advanced(by: offset), output.count - offset,
              Int32(MSG_NOSIGNAL))
          }
          guard sent > 0 else { return }
          offset += sent
        }
      }
    }
  }

  private static func answer(
    _ machine: inout ProtocolMachine, _ ticket: ProtocolMachine.Ticket, _ value: JSONValue,
    into output: inout [UInt8]
  ) {
    machine.reply(to: ticket, into: &output) { id, output in
      output += Array("{\"jsonrpc\":\"2.0\",\"id\":\(id.integer ?? 0),\"result\":".utf8)
      value.append(to: &output)
      output.append(0x7D)
    }
  }
}
