// What a daemon would find at the path of its socket, without making or removing anything.

#if canImport(Glibc)
  import Glibc
#endif

extension SocketFile {
  /// What is at the path of a socket.
  enum Outlook: Equatable {
    /// Nothing; `makes` says whether the directory is missing, too, and will be made.
    case free(makes: Bool)
    /// A socket that nobody answers on, which a start replaces.
    case stale
    /// A socket that somebody answers on.
    case answered
  }

  /// Looks at `path` as `init` would.
  ///
  /// A service manager may have made the socket, in a directory of its own and without a lock. The
  /// rules for a directory in which a daemon makes its socket do not hold there, if somebody answers,
  /// and nobody but the administrator and this user can have put the socket there.
  ///
  /// - Throws: `ServerError`, where `init` would throw, except if somebody answers.
  static func look(at path: String, isShared: Bool) throws(ServerError) -> Outlook {
    try checkLength(of: path)
    let (parent, name) = parts(of: path)
    var status = stat()
    if lstat(parent, &status) != 0, errno == ENOENT {
      try checkAncestor(of: parent)
      return .free(makes: true)
    }
    if [0, geteuid()].contains(status.st_uid), status.st_mode & 0o022 == 0,
      access(path + ".lock", F_OK) != 0, errno == ENOENT, try isAnswered(path, at: path)
    {
      return .answered
    }
    let directory = try enter(parent, name, isShared: isShared)
    defer { close(directory.descriptor) }
    guard faccessat(directory.descriptor, ".", W_OK | X_OK, 0) == 0 else {
      throw .system(operation: "make a socket in the directory", path: parent, code: errno)
    }
    if let lock = directory.status(of: name + ".lock"), lock.st_mode & S_IFMT != S_IFREG {
      throw .notALock(path: path + ".lock")
    }
    guard let socket = directory.status else { return .free(makes: false) }
    guard socket.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
    if try isAnswered(path, at: directory.path) { return .answered }
    guard errno == ECONNREFUSED else {
      throw .system(operation: "probe", path: path, code: errno)
    }
    return .stale
  }

  /// Whether somebody answers on the socket `path`, connected to by the name `address`; sets `errno`
  /// if not.
  private static func isAnswered(
    _ path: String, at address: String
  ) throws(ServerError) -> Bool {
    let probe = try makeSocket(path)
    let result = withAddress(address) { connect(probe, $0, $1) }
    let code = errno
    close(probe)
    errno = code
    return result == 0
  }

  /// Refuses a directory that cannot be made.
  static func checkAncestor(of path: String) throws(ServerError) {
    var place = path
    while access(place, F_OK) != 0, errno == ENOENT, place != "/", place != "." {
      place = parts(of: place).parent
    }
    guard access(place, W_OK | X_OK) == 0 else {
      throw .system(operation: "create the directory", path: path, code: errno)
    }
  }
}
