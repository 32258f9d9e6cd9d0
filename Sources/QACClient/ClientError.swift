// What can go wrong between a client and its daemon. The messages hold no text of a request or an
// answer, except the daemon's own error messages, which hold none either.

import Glibc
public import QACProtocol

/// An error of the client.
public enum ClientError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was being done when time ran out.
  public enum Operation: String, Sendable {
    /// Connecting.
    case connect
    /// Sending a request.
    case send
    /// Waiting for an answer.
    case receive
  }

  /// No daemon listens at the socket.
  case noDaemon(path: String)
  /// The socket's path is longer than the system allows.
  case pathTooLong(path: String, limit: Int)
  /// Something other than a socket is at the path.
  case notASocket(path: String)
  /// The socket belongs to another user.
  case notPermitted(path: String)
  /// The daemon did not react in time.
  case timedOut(Operation, seconds: Double)
  /// The daemon closed the connection while an answer was expected.
  case connectionLost
  /// The request does not fit into a line of the protocol.
  case requestTooLong(bytes: Int, limit: Int)
  /// The answer is longer than a client accepts.
  case answerTooLong(limit: Int)
  /// What arrived is not an answer of this protocol.
  case invalidAnswer(ResponseFault)
  /// The daemon refused the request.
  case refused(RemoteError)
  /// A system call failed.
  case system(operation: String, code: Int32)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .noDaemon(let path):
      return "no daemon answers at \(path); start one with: qacd --index FILE"
    case .pathTooLong(let path, let limit):
      return "the socket's path has \(path.utf8.count) bytes, and the system allows \(limit); "
        + "choose a shorter one with --socket"
    case .notASocket(let path):
      return "\(path) is not a socket; name the daemon's socket with --socket"
    case .notPermitted(let path):
      return "the socket \(path) belongs to another user; run as the user that runs qacd"
    case .timedOut(let operation, let seconds):
      return "the daemon did not react within \(seconds) s (\(operation.rawValue)); "
        + "see its log, or allow more time with --timeout"
    case .connectionLost:
      return "the daemon closed the connection before it answered; see its log and try again"
    case .requestTooLong(let bytes, let limit):
      return "the request has \(bytes) bytes, and the protocol allows \(limit); shorten its text"
    case .answerTooLong(let limit):
      return "the answer has more than \(limit) bytes; ask for fewer suggestions with --limit"
    case .invalidAnswer(let fault):
      return "\(fault)"
    case .refused(let error):
      return "\(error)"
    case .system(let operation, let code):
      return "cannot \(operation): \(String(cString: strerror(code))); see errno(3), then try again"
    }
  }
}
