// The database as a file: made private before SQLite sees it, and owned by one process at a time.
//
// Invariant: from `init` to `release`, no other process has one of the same path; the file is
// 0600 and was never anything wider while it held data. SQLite gives its -wal and -shm files the
// mode of the database.

internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// A private file that this process alone has claimed.
final class DatabaseFile: Sendable {
  let path: String
  /// Holds the lock of `PATH.lock`. SQLite's own file must not be opened here: closing it would
  /// release SQLite's locks (https://www.sqlite.org/howtocorrupt.html, §2.2).
  private let lockDescriptor: Mutex<Int32?>

  /// Makes the directory (0700) and the file (0600) if they are missing, and claims the file.
  init(path: String) throws(SessionStoreError) {
    self.path = path
    try Self.makeDirectory(of: path)
    try Self.makeFile(path)
    try Self.checkHeader(path)
    let lockPath = path + ".lock"
    let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Self.failure("open", lockPath) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let isTaken = errno == EWOULDBLOCK
      let failure = Self.failure("lock", lockPath)
      close(descriptor)
      throw isTaken ? .inUse(path: path) : failure
    }
    lockDescriptor = Mutex(descriptor)
  }

  deinit {
    release()
  }

  /// Gives the file up to other processes; the second call does nothing.
  func release() {
    // The lock file stays: were it removed, two processes could hold locks of two files of one name.
    lockDescriptor.withLock { descriptor in
      if let descriptor {
        // Unlocked before it is closed: a child that is just being started holds a copy of the
        // descriptor until it executes its program, and with it the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
      }
      descriptor = nil
    }
  }

  private static func failure(_ operation: String, _ path: String) -> SessionStoreError {
    switch errno {
    case EACCES, EPERM: return .permissionDenied(path: path)
    case EROFS: return .readOnly(path: path)
    case ENOSPC, EDQUOT: return .diskFull(path: path)
    case EISDIR: return .isDirectory(path: path)
    default: return .system(operation: operation, path: path, code: errno)
    }
  }

  private static func makeDirectory(of path: String) throws(SessionStoreError) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let directory = String(path[..<slash])
    if mkdir(directory, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT else { throw failure("create the directory", directory) }
    try makeDirectory(of: directory)
    guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
      throw failure("create the directory", directory)
    }
  }

  private static func makeFile(_ path: String) throws(SessionStoreError) {
    let created = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if created >= 0 {
      close(created)
      return
    }
    guard errno == EEXIST else { throw failure("create", path) }
    var status = stat()
    // By another name it would have another lock.
    guard lstat(path, &status) == 0 else { throw failure("look at", path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFLNK: throw .isSymbolicLink(path: path)
    case S_IFDIR: throw .isDirectory(path: path)
    default: throw .notADatabase(path: path)
    }
    guard access(path, R_OK | W_OK) == 0 else { throw failure("read and write", path) }
    if status.st_mode & 0o077 != 0 {
      guard chmod(path, 0o600) == 0 else { throw failure("make private", path) }
    }
  }

  /// Tells a file that is no database from one that is damaged further in.
  private static func checkHeader(_ path: String) throws(SessionStoreError) {
    // Before SQLite opens the file, so that closing this descriptor releases none of its locks.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", path) }
    defer { close(descriptor) }
    var header = [UInt8](repeating: 0, count: 16)
    let count = read(descriptor, &header, header.count)
    guard count >= 0 else { throw failure("read", path) }
    if count == 0 { return }
    guard count == 16, header.elementsEqual("SQLite format 3\0".utf8) else {
      throw .notADatabase(path: path)
    }
  }
}
