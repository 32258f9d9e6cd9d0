// The socket as a file: private, owned by one daemon at a time, and never stolen.
//
// Steps:
// 1. The directory is opened. It must not be a symbolic link, must be ours, and nobody else may
//    enter it. All that follows happens below the open directory, whatever its path names
//    meanwhile.
// 2. `PATH.lock` is locked.
// 3. If somebody answers on the path, the start ends there. A socket that nobody answers on is
//    removed.
// 4. The new socket is bound, with mode 0600.
// A daemon that is about to leave takes the socket's name away for a moment (`hide`): a client that
// comes then finds none, and one that has connected before is seen in the queue.
// If other users are allowed, they may enter the directory and connect (0666). Still nobody else
// may write there, and the kernel says which user connects.
// Invariant: while a `SocketFile` lives, no other daemon has one of the same path; `remove` removes
// only the socket that `init` made.

internal import QACBinary
internal import QACProtocol
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A listening Unix socket of this process.
final class SocketFile: Sendable {
  let path: String
  /// The listening socket; the caller closes it.
  let descriptor: Int32
  private let directory: Directory
  private let lock: FileLock
  private let place: Mutex<Place>

  /// Where the socket is in the directory.
  private struct Place {
    var name: String
    var identity: Identity
  }

  /// Tells a socket from a later one of the same name, even if that has the same inode number.
  private struct Identity: Equatable {
    var device: dev_t
    var inode: ino_t
    var mode: mode_t
    var seconds: Int
    var nanoseconds: Int

    init?(_ status: stat?) {
      guard let status else { return nil }
      device = status.st_dev
      inode = status.st_ino
      mode = status.st_mode
      seconds = status.st_ctim.tv_sec
      nanoseconds = status.st_ctim.tv_nsec
    }
  }

  /// The open directory of a socket.
  struct Directory {
    let descriptor: Int32
    let name: String

    /// A path of the socket that goes through the open directory (proc(5)).
    var path: String { "/proc/self/fd/\(descriptor)/\(name)" }

    var status: stat? { status(of: name) }

    func status(of name: String) -> stat? {
      var status = stat()
      return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    /// The socket's name while it is hidden.
    var hiddenName: String { name + ".leaving" }
  }

  /// Listens at `path`; with `isShared`, users other than this process's may connect.
  init(path: String, isShared: Bool = false) throws(ServerError) {
    self.path = path
    try Self.checkLength(of: path)
    let directory = try Self.openDirectory(of: path, isShared: isShared)
    self.directory = directory
    do throws(ServerError) {
      lock = try Self.lock(directory, path)
      try Self.removeStale(directory, path)
      descriptor = try Self.listen(directory, path, mode: isShared ? 0o666 : 0o600)
      guard let identity = Identity(directory.status) else {
        throw .system(operation: "look at", path: path, code: errno)
      }
      place = Mutex(Place(name: directory.name, identity: identity))
    } catch {
      close(directory.descriptor)
      throw error
    }
  }

  deinit {
    close(directory.descriptor)
  }

  /// Removes the socket from the directory, if it is still the one that `init` made.
  func remove() {
    let place = place.withLock { $0 }
    if Identity(directory.status(of: place.name)) == place.identity {
      unlinkat(directory.descriptor, place.name, 0)
    }
  }

  /// Gives the socket another name, so that nobody finds it; whether that was possible.
  func hide() -> Bool { move(to: directory.hiddenName) }

  /// Gives the socket its name back; whether that was possible.
  func show() -> Bool { move(to: directory.name) }

  private func move(to name: String) -> Bool {
    place.withLock { place in
      guard Identity(directory.status(of: place.name)) == place.identity,
        renameat(directory.descriptor, place.name, directory.descriptor, name) == 0,
        let identity = Identity(directory.status(of: name))
      else { return false }
      place = Place(name: name, identity: identity)
      return true
    }
  }

  /// Refuses a path that is longer than the system allows.
  static func checkLength(of path: String) throws(ServerError) {
    let limit = ProtocolLimits.maximumSocketPathBytes
    guard path.utf8.count <= limit else {
      throw .socketPathTooLong(bytes: path.utf8.count, limit: limit)
    }
  }

  /// The directory of `path`, and its name in it.
  static func parts(of path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (
      slash == path.startIndex ? "/" : String(path[..<slash]),
      String(path[path.index(after: slash)...])
    )
  }

  private static func openDirectory(
    of path: String, isShared: Bool
  ) throws(ServerError) -> Directory {
    let (parent, name) = parts(of: path)
    do {
      try PrivateDirectory.make(parent, mode: isShared ? 0o711 : 0o700)
    } catch {
      throw failure(error)
    }
    return try enter(parent, name, isShared: isShared)
  }

  /// Opens the directory `parent` of the socket `name`, if nobody else may do there what must not be
  /// done.
  static func enter(
    _ parent: String, _ name: String, isShared: Bool
  ) throws(ServerError) -> Directory {
    let descriptor = open(parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      var status = stat()
      if lstat(parent, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
        throw .socketDirectoryIsLink(path: parent)
      }
      throw .system(operation: "enter the directory", path: parent, code: code)
    }
    do throws(ServerError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw .system(operation: "look at the directory", path: parent, code: errno)
      }
      guard status.st_uid == geteuid() else { throw .socketDirectoryNotOurs(path: parent) }
      guard status.st_mode & (isShared ? 0o022 : 0o077) == 0 else {
        throw .socketDirectoryOpen(path: parent, mode: status.st_mode & 0o7777)
      }
      return Directory(descriptor: descriptor, name: name)
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func lock(
    _ directory: Directory, _ path: String
  ) throws(ServerError) -> FileLock {
    do {
      return try FileLock(
        below: directory.descriptor, name: directory.name + ".lock", path: path + ".lock")
    } catch {
      if case .locked = error { throw .alreadyServed(path: path) }
      throw failure(error)
    }
  }

  private static func failure(_ error: FileError) -> ServerError {
    switch error {
    case .system(let operation, let path, let code):
      return .system(operation: operation, path: path, code: code)
    case .locked(let path): return .alreadyServed(path: path)
    case .isDirectory(let path), .notRegular(let path), .tooLarge(let path, _):
      return .notALock(path: path)
    }
  }

  /// Removes a socket that nobody answers on.
  private static func removeStale(_ directory: Directory, _ path: String) throws(ServerError) {
    // A daemon that was killed while it left has this name. It is the lock holder's, too.
    unlinkat(directory.descriptor, directory.hiddenName, 0)
    guard let status = directory.status else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
    let probe = try makeSocket(path)
    defer { close(probe) }
    // The lock is ours: so this is a program without a lock, or a leftover.
    if withAddress(directory.path, { connect(probe, $0, $1) }) == 0 {
      throw .alreadyServed(path: path)
    }
    guard errno == ECONNREFUSED else {
      throw .system(operation: "probe", path: path, code: errno)
    }
    guard unlinkat(directory.descriptor, directory.name, 0) == 0 else {
      throw .system(operation: "remove", path: path, code: errno)
    }
  }

  private static func listen(
    _ directory: Directory, _ path: String, mode: mode_t
  ) throws(ServerError) -> Int32 {
    let descriptor = try makeSocket(path)
    // Linux gives the file the mode of the unbound socket, less the process's umask. Changing the
    // umask would also affect the files that other threads make. The second chmod restores what the
    // umask took.
    guard fchmod(descriptor, mode) == 0,
      withAddress(directory.path, { bind(descriptor, $0, $1) }) == 0
    else {
      let code = errno
      close(descriptor)
      throw .system(operation: "bind", path: path, code: code)
    }
    guard fchmodat(directory.descriptor, directory.name, mode, 0) == 0,
      Glibc.listen(descriptor, waitingConnections) == 0
    else {
      let code = errno
      close(descriptor)
      unlinkat(directory.descriptor, directory.name, 0)
      throw .system(operation: "listen on", path: path, code: code)
    }
    return descriptor
  }

  /// How many connections may wait in the kernel's queue to be accepted.
  private static let waitingConnections: Int32 = 256

  static func makeSocket(_ path: String) throws(ServerError) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else {
      throw .system(operation: "make a socket for", path: path, code: errno)
    }
    return descriptor
  }
}

/// Calls `body` with the socket address of `path`; a leading "@" stands for the abstract name
/// space.
///
/// - Precondition: `path` fits into `sun_path` (`ProtocolLimits.maximumSocketPathBytes`).
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
