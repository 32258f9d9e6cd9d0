// Makes listening sockets, or takes them from systemd.
//
// A Unix socket is private unless its caller says otherwise. One that nobody answers on is
// replaced; one that somebody answers on is not.
// Source: sd_listen_fds(3), unix(7).

import Foundation
import QACProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why a socket cannot be listened on.
enum ListeningFault: Error, CustomStringConvertible {
  case address(String)
  case pathTooLong(String)
  case openDirectory(String)
  case inUse(String)
  case system(String, String, CInt)

  var description: String {
    switch self {
    case .address(let text):
      return "\(text) is no address; give a path, or 127.0.0.1:8181 or [::1]:8181"
    case .pathTooLong(let path):
      return "\(path) is longer than \(ProtocolLimits.maximumSocketPathBytes) bytes; name another"
    case .openDirectory(let path):
      return "others may write to the directory of \(path); name a private one"
    case .inUse(let text): return "somebody listens on \(text) already; stop it, or name another"
    case .system(let what, let where_, let code):
      return "cannot \(what) \(where_): \(String(cString: strerror(code))); name another address"
    }
  }
}

/// A listening socket and, if this process made it, its path.
struct ListeningSocket {
  var descriptor: CInt
  var path: String?

  /// Removes the file.
  func remove() { if let path { unlink(path) } }

  /// Whether `text` names an address of the network, not a file.
  static func isFile(_ text: String) -> Bool { text.hasPrefix("/") }

  /// Listens on a path, or an address with its port.
  ///
  /// - Parameters:
  ///   - text: The address.
  ///   - mode: The mode of a file.
  /// - Returns: The socket.
  /// - Throws: `ListeningFault`.
  static func listen(on text: String, mode: mode_t) throws(ListeningFault) -> ListeningSocket {
    isFile(text) ? try listen(path: text, mode) : try listen(address: text)
  }

  /// The sockets that systemd hands over, by their names.
  static func handedOver() -> [String: CInt] {
    guard let process = getenv("LISTEN_PID"), let count = getenv("LISTEN_FDS"),
      CInt(String(cString: process)) == getpid(), let number = CInt(String(cString: count)),
      (1...16).contains(number)
    else { return [:] }
    let names = getenv("LISTEN_FDNAMES").map { String(cString: $0) } ?? ""
    unsetenv("LISTEN_PID")
    unsetenv("LISTEN_FDS")
    unsetenv("LISTEN_FDNAMES")
    let list = names.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
    var found: [String: CInt] = [:]
    for i in 0..<number {
      // sd_listen_fds(3): SD_LISTEN_FDS_START.
      let descriptor = 3 + i
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      let name = Int(i) < list.count ? list[Int(i)] : ""
      found[["resp", "metrics"].contains(name) ? name : i == 0 ? "http" : "other"] = descriptor
    }
    return found
  }

  private static func listen(path: String, _ mode: mode_t) throws(ListeningFault) -> Self {
    guard path.utf8.count <= ProtocolLimits.maximumSocketPathBytes else {
      throw .pathTooLong(path)
    }
    let directory = (path as NSString).deletingLastPathComponent
    var status = stat()
    if stat(directory, &status) != 0 {
      guard mkdir(directory, 0o700) == 0 else { throw .system("make", directory, errno) }
    } else if status.st_mode & 0o022 != 0, status.st_mode & S_ISVTX == 0 {
      throw .openDirectory(path)
    }
    let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let probe = socket(AF_UNIX, type, 0)
    defer { close(probe) }
    if withAddress(path, { connect(probe, $0, $1) }) == 0 { throw .inUse(path) }
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { throw .system("make a socket for", path, errno) }
    let before = umask(0o777 & ~mode)
    let result = withAddress(path) { bind(descriptor, $0, $1) }
    umask(before)
    guard result == 0 else { throw .system("bind", path, errno) }
    guard Glibc.listen(descriptor, 512) == 0 else { throw .system("listen on", path, errno) }
    return ListeningSocket(descriptor: descriptor, path: path)
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  private static func listen(address text: String) throws(ListeningFault) -> Self {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
    else { throw .address(text) }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(String(host), "\(port)", &hints, &list) == 0, let first = list else {
      throw .address(text)
    }
    defer { freeaddrinfo(list) }
    let type = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(first.pointee.ai_family, type, 0)
    guard descriptor >= 0 else { throw .system("make a socket for", text, errno) }
    var yes: CInt = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    guard bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
      if errno == EADDRINUSE { throw .inUse(text) }
      throw .system("bind", text, errno)
    }
    guard Glibc.listen(descriptor, 512) == 0 else { throw .system("listen on", text, errno) }
    return ListeningSocket(descriptor: descriptor)
  }
}
