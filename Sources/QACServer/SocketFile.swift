// The socket as a file: private, owned by one daemon at a time, and never stolen.
//
// Steps: the directory is ours and 0700; `PATH.lock` is locked; whoever still answers on the path is
// left alone, a socket that nobody answers on is removed; the new one is bound as 0600.
// Invariant: while a `SocketFile` lives, no other daemon has one of the same path; what `remove`
// removes is the socket that `init` made.

internal import QACProtocol

#if canImport(Glibc)
  import Glibc
#endif

/// A listening Unix socket of this process.
final class SocketFile: Sendable {
  let path: String
  /// The listening socket; whoever serves it closes it.
  let descriptor: Int32
  private let lockDescriptor: Int32
  private let identity: Identity

  /// What tells a socket from another that has its name later, even its inode's number.
  private struct Identity: Equatable {
    var device: dev_t
    var inode: ino_t
    var mode: mode_t
    var seconds: Int
    var nanoseconds: Int

    init?(path: String) {
      var status = stat()
      guard lstat(path, &status) == 0 else { return nil }
      device = status.st_dev
      inode = status.st_ino
      mode = status.st_mode
      seconds = status.st_ctim.tv_sec
      nanoseconds = status.st_ctim.tv_nsec
    }
  }

  init(path: String) throws(ServerError) {
    self.path = path
    let limit = ProtocolLimits.maximumSocketPathBytes
    guard path.utf8.count <= limit else {
      throw .socketPathTooLong(bytes: path.utf8.count, limit: limit)
    }
    try Self.checkDirectory(of: path)
    let lock = try Self.lock(path)
    do throws(ServerError) {
      try Self.removeStale(path)
      descriptor = try Self.listen(path)
      guard let identity = Identity(path: path) else {
        throw .system(operation: "look at", path: path, code: errno)
      }
      self.identity = identity
    } catch {
      Self.unlock(lock)
      throw error
    }
    lockDescriptor = lock
  }

  deinit {
    // The lock file stays: were it removed, two daemons could hold locks of two files of one name.
    Self.unlock(lockDescriptor)
  }

  /// Unlocks before it closes: a child that is just being started holds a copy of the descriptor
  /// until it executes its program, and with it the lock.
  private static func unlock(_ descriptor: Int32) {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Removes the socket's name, if it is still the one that was made here.
  func remove() {
    if Identity(path: path) == identity { unlink(path) }
  }

  private static func checkDirectory(of path: String) throws(ServerError) {
    let directory: String
    if let slash = path.lastIndex(of: "/") {
      directory = slash == path.startIndex ? "/" : String(path[..<slash])
    } else {
      directory = "."
    }
    try makeDirectory(directory)
    var status = stat()
    guard stat(directory, &status) == 0 else {
      throw .system(operation: "look at the directory", path: directory, code: errno)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .system(operation: "enter the directory", path: directory, code: ENOTDIR)
    }
    guard status.st_uid == geteuid() else { throw .socketDirectoryNotOurs(path: directory) }
    guard status.st_mode & 0o077 == 0 else {
      throw .socketDirectoryOpen(path: directory, mode: status.st_mode & 0o7777)
    }
  }

  private static func makeDirectory(_ directory: String) throws(ServerError) {
    if mkdir(directory, 0o700) == 0 || errno == EEXIST { return }
    if errno == ENOENT, let slash = directory.lastIndex(of: "/"), slash != directory.startIndex {
      try makeDirectory(String(directory[..<slash]))
      if mkdir(directory, 0o700) == 0 || errno == EEXIST { return }
    }
    throw .system(operation: "create the directory", path: directory, code: errno)
  }

  private static func lock(_ path: String) throws(ServerError) -> Int32 {
    let lockPath = path + ".lock"
    let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .system(operation: "open", path: lockPath, code: errno)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      if code == EWOULDBLOCK { throw .alreadyServed(path: path) }
      throw .system(operation: "lock", path: lockPath, code: code)
    }
    return descriptor
  }

  /// Removes a socket that nobody answers on.
  private static func removeStale(_ path: String) throws(ServerError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
    let probe = try makeSocket(path)
    defer { close(probe) }
    // The lock is held: this is a daemon that has none, or a leftover.
    if withAddress(path, { connect(probe, $0, $1) }) == 0 { throw .alreadyServed(path: path) }
    guard errno == ECONNREFUSED else {
      throw .system(operation: "probe", path: path, code: errno)
    }
    guard unlink(path) == 0 else { throw .system(operation: "remove", path: path, code: errno) }
  }

  private static func listen(_ path: String) throws(ServerError) -> Int32 {
    let descriptor = try makeSocket(path)
    // Linux gives the name the mode of the unbound socket, less the process's umask; changing the
    // umask instead would reach the files that other threads make. `chmod` is for other systems.
    guard fchmod(descriptor, 0o600) == 0,
      withAddress(path, { bind(descriptor, $0, $1) }) == 0
    else {
      let code = errno
      close(descriptor)
      throw .system(operation: "bind", path: path, code: code)
    }
    guard chmod(path, 0o600) == 0, Glibc.listen(descriptor, 256) == 0 else {
      let code = errno
      close(descriptor)
      unlink(path)
      throw .system(operation: "listen on", path: path, code: code)
    }
    return descriptor
  }

  private static func makeSocket(_ path: String) throws(ServerError) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else {
      throw .system(operation: "make a socket for", path: path, code: errno)
    }
    return descriptor
  }
}

/// Calls `body` with the socket address of `path`; a leading "@" means the abstract name space.
///
/// - Precondition: `path` fits `sun_path`.
func withAddress<R>(
  _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
) -> R {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let bytes = Array(path.utf8)
  let header = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
  withUnsafeMutableBytes(of: &address.sun_path) { target in
    precondition(bytes.count < target.count, "a socket path of \(bytes.count) bytes is too long")
    target.copyBytes(from: bytes)
    if bytes.first == UInt8(ascii: "@") { target[0] = 0 }
  }
  let length = socklen_t(header + bytes.count + (bytes.first == UInt8(ascii: "@") ? 0 : 1))
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
  }
}
