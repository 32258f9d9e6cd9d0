// Whether a daemon answers at the socket's path, and what it is.

import Glibc
import QACClient
import QACFindings
import QACProtocol
import QACTerminal

/// Whether a daemon answers.
enum DaemonFindings {
  /// The findings, and the daemon's status if it answers.
  static func of(_ client: Client) -> ([Finding], JSONValue?) {
    do throws(ClientError) {
      let status = try client.status()
      return ([answering(status), features(status)].compactMap { $0 }, status)
    } catch {
      return ([silent(error, client.socketPath)], nil)
    }
  }

  private static func answering(_ status: JSONValue) -> Finding {
    let version = status["version"]?.string ?? "?"
    let seconds = status["uptime_seconds"]?.wholeNumber ?? 0
    let process = status["pid"]?.wholeNumber.map { ", process \($0)" } ?? ""
    return Finding(
      name: "daemon", state: .ok,
      message: "answers: version \(version)\(process), started \(Age.text(seconds: seconds))")
  }

  /// What this program knows and the daemon does not.
  private static func features(_ status: JSONValue) -> Finding? {
    let known = status.features
    let missing = ProtocolLimits.features.map { "\($0)" }.filter { !known.contains($0) }
    if missing.isEmpty { return nil }
    return Finding(
      name: "version", state: .wrong,
      message: "the daemon is older than qac-cli: it lacks \(missing.joined(separator: ", "))",
      remedy: "qac-cli stop; qac-cli start")
  }

  private static func silent(_ error: ClientError, _ path: String) -> Finding {
    switch error {
    case .noDaemon where StateFile.stopped.isThere:
      return Finding(
        name: "daemon", state: .wrong, message: "does not run: qac-cli stop has stopped it",
        remedy: "qac-cli start")
    case .noDaemon:
      let log = DaemonStart.log.flatMap { path in
        access(path, R_OK) == 0 ? "; its last messages: \(path)" : nil
      }
      return Finding(
        name: "daemon", state: .wrong, message: "does not run" + (log ?? ""),
        remedy: "qac-cli start")
    case .timedOut:
      guard let process = listener(at: path), ChildProgram.state(of: process) == "T" else {
        return Finding(
          name: "daemon", state: .wrong, message: "does not answer in time",
          remedy: "qac-cli stop; qac-cli start, and see its messages")
      }
      return Finding(
        name: "daemon", state: .wrong, message: "process \(process) is stopped by a signal",
        remedy: "kill -CONT \(process)")
    default: return Finding(name: "daemon", error: error)
    }
  }

  /// `struct ucred` of unix(7), which Glibc's module shows under _GNU_SOURCE only.
  private struct Credentials {
    var process: pid_t = 0
    var user: uid_t = 0
    var group: gid_t = 0
  }

  /// The process that listens at `path`, as the kernel noted it when it began to listen.
  private static func listener(at path: String) -> pid_t? {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0, path.utf8.count <= ProtocolLimits.maximumSocketPathBytes else {
      return nil
    }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let isConnected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    var peer = Credentials()
    var length = socklen_t(MemoryLayout<Credentials>.size)
    guard isConnected, getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 else {
      return nil
    }
    return peer.process
  }
}
