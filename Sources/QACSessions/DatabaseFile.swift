// The database as a file: made private before SQLite opens it, and owned by one process at a time.
//
// Invariant: from `init` to `release`, no other process has one of the same path. The file has mode
// 0600 and never had a wider one while it held data. SQLite gives its -wal and -shm files the mode
// of the database.

internal import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// A private file that this process alone has claimed.
final class DatabaseFile: Sendable {
  let path: String
  /// The lock of `PATH.lock`. The database itself must not be opened for a lock: closing it would
  /// release SQLite's locks (https://www.sqlite.org/howtocorrupt.html, §2.2).
  private let lock: FileLock

  /// Makes the directory (0700) and the file (0600) if they are missing, and claims the file.
  init(path: String) throws(SessionStoreError) {
    self.path = path
    do {
      try PrivateDirectory.make(above: path)
    } catch {
      throw Self.failure(error)
    }
    try Self.makeFile(path)
    try Self.checkHeader(path)
    do {
      lock = try FileLock(path: path + ".lock")
    } catch {
      if case .locked = error { throw .inUse(path: path) }
      throw Self.failure(error)
    }
  }

  /// Gives the file up to other processes; the second call does nothing.
  func release() { lock.release() }

  private static func failure(_ error: FileError) -> SessionStoreError {
    switch error {
    case .system(let operation, let path, let code): return failure(operation, path, code)
    case .isDirectory(let path): return .isDirectory(path: path)
    case .locked(let path): return .inUse(path: path)
    case .notRegular(let path), .tooLarge(let path, _): return .notADatabase(path: path)
    }
  }

  static func failure(
    _ operation: String, _ path: String, _ code: Int32 = errno
  ) -> SessionStoreError {
    switch code {
    case EACCES, EPERM: return .permissionDenied(path: path)
    case EROFS: return .readOnly(path: path)
    case ENOSPC, EDQUOT: return .diskFull(path: path)
    case EISDIR: return .isDirectory(path: path)
    default: return .system(operation: operation, path: path, code: code)
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
    // A symbolic link is refused: by another name the same file would have another lock.
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

  /// Refuses a file that is not a database. One that is damaged further in is found by SQLite.
  static func checkHeader(_ path: String) throws(SessionStoreError) {
    // This is before SQLite opens the file, so closing the descriptor releases none of its locks.
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
